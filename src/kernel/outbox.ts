import type { Message, Socket } from "./tslab";

/** A message to all clients, not yet signed. */
interface Outgoing {
  parent: Message;
  type: string;
  content: Record<string, unknown>;
}

/** The messages that all clients get, in the order in which they were published. */
export interface Outbox {
  publish(parent: Message, type: string, content: Record<string, unknown>): void;
}

/**
 * Sends at once while the socket takes messages, so that a loop that never yields can be watched. The socket takes some hundreds between
 * two turns of the event loop and then throws; the rest waits here, where what a cell prints line by line becomes one message.
 *
 * @param key signs the messages.
 * @param socket gives the socket, once it is open.
 */
export function createOutbox(key: () => string, socket: () => Socket): Outbox {
  const waiting: Outgoing[] = [];
  let sending: Promise<void> = Promise.resolve();
  const through: Socket = {
    send(frames) {
      sending = socket().send(frames);
      // A client that has gone needs no message.
      sending.catch(() => undefined);
      return sending;
    },
    close: () => undefined,
  };

  function trySend({ parent, type, content }: Outgoing): boolean {
    const message = parent.createReply();
    message.header.msg_type = type;
    message.content = content;
    try {
      message.signAndSend(key(), through);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EBUSY") return false;
      throw error;
    }
  }

  function drain(): void {
    while (waiting.length > 0) {
      if (!trySend(waiting[0])) return wait();
      waiting.shift();
    }
  }

  function wait(): void {
    void sending.then(drain, drain);
  }

  return {
    publish(parent, type, content) {
      if (waiting.length === 0) {
        if (trySend({ parent, type, content })) return;
        wait();
      }
      const last = waiting.at(-1);
      const continues = type === "stream" && last?.type === type && last.parent === parent;
      if (continues && last.content.name === content.name) {
        last.content = { name: content.name, text: `${String(last.content.text)}${String(content.text)}` };
      } else {
        waiting.push({ parent, type, content });
      }
    },
  };
}
