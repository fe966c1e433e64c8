import type { Cell, Cells } from "./cells";
import type { Tslab } from "./tslab";

/** A rich output: the same content in several MIME types. */
export interface DisplayMessage {
  data: Record<string, unknown>;
  metadata?: Record<string, unknown>;
  transient?: { display_id?: string };
}

const DISPLAY = Symbol.for("counterweight.display");

/**
 * Sends what code prints and displays to the cell that the code belongs to; before the first cell, to the server's terminal.
 * The display function is published under the process-wide key that the library uses, and given to tslab's `display`.
 */
export function installOutput(cells: Cells, tslab: Tslab): void {
  for (const name of ["stdout", "stderr"] as const) process[name].write = cellWriter(cells, name);

  const display = (message: DisplayMessage, update: boolean): void => {
    const cell = cells.current();
    if (cell === undefined) throw new Error("nothing can be displayed before the first cell runs");
    cell.publish(update ? "update_display_data" : "display_data", {
      data: encoded(message.data),
      metadata: message.metadata ?? {},
      transient: message.transient ?? {},
    });
  };
  Object.defineProperty(globalThis, DISPLAY, { configurable: true, writable: true, value: display });
  tslab.jupyter.lastWriteDisplayData = display;
}

/** Writes text to a cell's own stream, whatever code is running. */
export function writeTo(cell: Cell, name: "stdout" | "stderr", text: string): void {
  cell.publish("stream", { name, text });
}

/** Images and other bytes travel as base64. */
export function encoded(data: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(data).map(([type, value]) => [
      type,
      value instanceof Uint8Array
        ? Buffer.from(value.buffer, value.byteOffset, value.length).toString("base64")
        : value,
    ]),
  );
}

type Write = NodeJS.WriteStream["write"];

function cellWriter(cells: Cells, name: "stdout" | "stderr"): Write {
  const terminal = process[name].write.bind(process[name]) as (...values: unknown[]) => boolean;
  const decoder = new TextDecoder();
  return (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
    const cell = cells.current();
    if (cell === undefined) return terminal(chunk, ...rest);
    const text = typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true });
    if (text !== "") writeTo(cell, name, text);
    const done = rest.at(-1);
    if (typeof done === "function") process.nextTick(done as () => void);
    return true;
  };
}
