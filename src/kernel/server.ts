import type { Cells } from "./cells";
import { KeyboardInterrupt } from "./interrupt";
import { createOutbox } from "./outbox";
import { createQueue } from "./queue";
import type { Requests } from "./requests";
import type { Session } from "./session";
import { describeError } from "./traceback";
import type { Message, Socket, Tslab, ZmqServer } from "./tslab";

/** What the server answers with. */
export interface ServerParts {
  tslab: Tslab;
  session: Session;
  requests: Requests;
  cells: Cells;
  /** Called when the client has asked the kernel to end. */
  exit(code: number): never;
}

type Content = Record<string, unknown>;

/** Requests that tslab's server knows; it prints a warning into the last cell for any other. */
const KNOWN = new Set(
  ["kernel_info", "execute", "is_complete", "inspect", "complete", "comm_info", "shutdown"].map(
    (name) => `${name}_request`,
  ),
);
const FRAMES_BEFORE_HEADER = 2;
/** Time for the last replies to leave. */
const CLOSING_MS = 100;

/**
 * tslab's server, telling clients what the Jupyter protocol says they be told: `execute_input`, `execute_result`, `error`, and replies that
 * carry the error and an execution count.
 */
export function createServer(parts: ServerParts, connectionFile: string): ZmqServer {
  const { tslab, session, requests, cells, exit } = parts;
  const enqueue = createQueue();
  const texts = new Map<string, string>();
  let count = 0;

  class KernelServer extends tslab.jupyter.ZmqServer {
    private readonly outbox = createOutbox(
      () => this.connInfo.key,
      () => this.iopub,
    );

    override async bindSocket(socket: Socket, port: number): Promise<void> {
      // By default what a client has not fetched in time is dropped, the end of a cell included.
      if (socket === this.iopub) socket.sendHighWaterMark = 0;
      await super.bindSocket(socket, port);
    }

    private parent?: Message;

    override publishStatus(status: string, parent: Message): void {
      this.parent = parent;
      this.outbox.publish(parent, "status", { execution_state: status });
    }

    override async handleShellMessage(socket: Socket, ...frames: Buffer[]): Promise<void> {
      const delimiter = frames.findIndex((frame) => frame.toString() === "<IDS|MSG>");
      const header = frames[delimiter + FRAMES_BEFORE_HEADER]?.toString() ?? "{}";
      const type = (JSON.parse(header) as { msg_type: string }).msg_type;
      if (KNOWN.has(type)) return super.handleShellMessage(socket, ...frames);
      // JupyterLab takes a kernel for idle once some request other than its first has gone by: busy and idle are owed to any of them.
      const handled = withoutWarnings(() => super.handleShellMessage(socket, ...frames));
      if (type === "history_request" && this.parent) {
        this.reply(socket, this.parent, "history_reply", { status: "ok", history: [] });
      }
      await handled;
    }

    override handleKernelInfo(socket: Socket, message: Message): void {
      this.reply(socket, message, "kernel_info_reply", requests.kernelInfo());
    }

    override handleIsComplete(socket: Socket, message: Message): void {
      this.reply(socket, message, "is_complete_reply", requests.isComplete(message.content));
    }

    override handleInspect(socket: Socket, message: Message): void {
      this.reply(socket, message, "inspect_reply", requests.inspect(message.content));
    }

    override handleComplete(socket: Socket, message: Message): void {
      this.reply(socket, message, "complete_reply", requests.complete(message.content));
    }

    override handleCommInfoRequest(socket: Socket, message: Message): void {
      this.reply(socket, message, "comm_info_reply", { status: "ok", comms: {} });
    }

    override handleShutdown(socket: Socket, message: Message): void {
      this.reply(socket, message, "shutdown_reply", { status: "ok", restart: message.content.restart === true });
    }

    override close(): void {
      super.close();
      setTimeout(() => exit(0), CLOSING_MS);
    }

    override async handleExecute(socket: Socket, message: Message): Promise<void> {
      const received = Date.now();
      const sent = Date.parse(message.header.date ?? "");
      const content = await enqueue({
        received,
        sent: Number.isNaN(sent) ? received : sent,
        run: async () => {
          const value = await this.execute(message);
          return { value, stops: value.status === "error" && message.content.stop_on_error !== false };
        },
      });
      this.reply(socket, message, "execute_reply", content ?? { status: "aborted", execution_count: count });
    }

    private async execute(message: Message): Promise<Content> {
      const code = String(message.content.code);
      const silent = message.content.silent === true;
      if (!silent) count += 1;
      const execution_count = count;
      const cell = cells.create(execution_count, (type, content) => this.outbox.publish(message, type, content));
      texts.set(cell.name, code);
      if (!silent) cell.publish("execute_input", { code, execution_count });
      try {
        const shown = await session.run(code, cell);
        if (shown !== undefined && !silent) cell.publish("execute_result", { execution_count, ...shown });
        return { status: "ok", execution_count, payload: [], user_expressions: {} };
      } catch (thrown) {
        const error = { ...describeError(thrown, (name) => texts.get(name)) };
        cell.publish("error", error);
        return { status: "error", execution_count, ...error };
      }
    }

    private reply(socket: Socket, parent: Message, type: string, content: Content): void {
      const message = parent.createReply();
      message.header.msg_type = type;
      message.content = content;
      message.signAndSend(this.connInfo.key, socket);
    }
  }

  reportBackgroundErrors((name) => texts.get(name));
  return new KernelServer({ close: () => undefined }, connectionFile);
}

/** Runs work whose synchronous part would print a warning. */
function withoutWarnings<T>(work: () => T): T {
  const warn = console.warn;
  console.warn = () => undefined;
  try {
    return work();
  } finally {
    console.warn = warn;
  }
}

/** Errors that no cell is waiting for any more are printed where their cell prints; the kernel goes on. */
function reportBackgroundErrors(cellText: (name: string) => string | undefined): void {
  const report = (kind: string) => (thrown: unknown) => {
    // What an interrupt was meant to end has ended.
    if (thrown instanceof KeyboardInterrupt) return;
    process.stderr.write(`${kind} ${describeError(thrown, cellText).traceback.join("\n")}\n`);
  };
  process.on("uncaughtException", report("Uncaught"));
  process.on("unhandledRejection", report("Unhandled rejection:"));
}
