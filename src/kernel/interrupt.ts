/** What an interrupted cell ends with. */
export class KeyboardInterrupt extends Error {
  override readonly name = "KeyboardInterrupt";

  constructor() {
    super("the cell was interrupted");
    // Raised by a signal, not by a line of anyone's code.
    this.stack = `${this.name}: ${this.message}`;
  }
}

/** Whether the error is that of a script which `breakOnSigint` ended. */
export function isScriptInterrupt(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_SCRIPT_EXECUTION_INTERRUPTED";
}

/** One turn of the event loop, in which timers, sockets and signals are served. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/**
 * Waits for a cell's promise or for the cell's interruption, whichever comes first.
 *
 * What the promise does after an interruption concerns nobody any more, so a late rejection is swallowed.
 */
export async function untilInterrupted<T>(work: PromiseLike<T>, signal: AbortSignal): Promise<T> {
  const promise = Promise.resolve(work);
  promise.catch(() => undefined);
  signal.throwIfAborted();
  let stop: (() => void) | undefined;
  const interrupted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason as Error);
    signal.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([promise, interrupted]);
  } finally {
    if (stop !== undefined) signal.removeEventListener("abort", stop);
  }
}

/** The timers that the code of cells sees: an interruption ends those of its cell, while those of libraries stay as they are. */
export interface CellTimers {
  setTimeout: typeof setTimeout;
  setInterval: typeof setInterval;
}

/** @param signal gives the signal of the cell that is calling; once that is aborted, the timer's callback runs no more. */
export function cellTimers(signal: () => AbortSignal | undefined): CellTimers {
  const ending = <F extends typeof setTimeout | typeof setInterval>(start: F): F =>
    new Proxy(start, {
      apply(target, self, [callback, ...rest]: [unknown, ...unknown[]]) {
        if (typeof callback !== "function") return Reflect.apply(target, self, [callback, ...rest]) as unknown;
        const owner = signal();
        const guarded = (...values: unknown[]): unknown =>
          owner?.aborted === true ? clearTimeout(timer) : Reflect.apply(callback, undefined, values);
        const timer = Reflect.apply(target, self, [guarded, ...rest]) as NodeJS.Timeout;
        return timer;
      },
    });
  return { setTimeout: ending(setTimeout), setInterval: ending(setInterval) };
}
