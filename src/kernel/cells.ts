import { AsyncLocalStorage } from "node:async_hooks";
import { KeyboardInterrupt } from "./interrupt";

/** One execution of a cell. */
export interface Cell {
  /** What tracebacks call it: `Cell[3]` for execution count 3. */
  readonly name: string;
  /** Aborted when the cell is interrupted, even after it has ended. */
  readonly signal: AbortSignal;
  interrupt(): void;
  /** Sends a message to the clients as part of this cell's output. */
  publish(type: string, content: Record<string, unknown>): void;
}

/** Who is running: every callback and promise belongs to the cell that started it, however late it comes. */
export interface Cells {
  create(count: number, publish: Cell["publish"]): Cell;
  /** Runs `body` as the foreground work of a cell. */
  run<T>(cell: Cell, body: () => Promise<T>): Promise<T>;
  /** The cell that the calling code belongs to; where that is unknown, the one that started last. */
  current(): Cell | undefined;
  /** The cell that the calling code certainly belongs to. */
  own(): Cell | undefined;
  /** Interrupts the running cell or, when none runs, the background work that earlier cells left. */
  interrupt(): void;
}

const CELL_SIGNAL = Symbol.for("counterweight.cellSignal");

/** Starts the bookkeeping, and publishes the running cell's AbortSignal under the process-wide key that the library reads. */
export function createCells(): Cells {
  const storage = new AsyncLocalStorage<Cell>();
  const ended = new Set<Cell>();
  let running: Cell | undefined;
  let latest: Cell | undefined;

  const cells: Cells = {
    create(count, publish) {
      const controller = new AbortController();
      const interrupt = () => controller.abort(new KeyboardInterrupt());
      return { name: `Cell[${count}]`, signal: controller.signal, interrupt, publish };
    },
    async run(cell, body) {
      running = latest = cell;
      try {
        return await storage.run(cell, body);
      } finally {
        running = undefined;
        if (!cell.signal.aborted) ended.add(cell);
      }
    },
    current: () => storage.getStore() ?? latest,
    own: () => storage.getStore(),
    interrupt() {
      const targets = running === undefined ? [...ended] : [running];
      for (const cell of targets) {
        ended.delete(cell);
        cell.interrupt();
      }
    },
  };
  Object.defineProperty(globalThis, CELL_SIGNAL, { configurable: true, get: () => cells.current()?.signal });
  return cells;
}
