/**
 * How a running notebook cell is interrupted. The kernel publishes one AbortSignal per cell under a process-wide key; loops
 * of the kit look at it between steps. Outside a kernel there is no such signal, and nothing is ever interrupted here.
 */
const CELL_SIGNAL = Symbol.for("counterweight.cellSignal");

/** The AbortSignal of the cell that is running, or undefined outside the kernel. */
export function cellSignal(): AbortSignal | undefined {
  return (globalThis as { [CELL_SIGNAL]?: AbortSignal })[CELL_SIGNAL];
}

/**
 * Lets timers, sockets and an interrupt be served, then goes on.
 *
 * Training runs its steps on the main thread, so a loop that never yields here can be neither interrupted nor shown.
 *
 * @param signal the signal to obey; by default that of the running cell. Take it once, before the loop: a later cell has its own.
 * @returns a promise that resolves on the next turn of the event loop.
 * @throws the signal's reason, when it was aborted.
 */
export async function breathe(signal: AbortSignal | undefined = cellSignal()): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve));
  signal?.throwIfAborted();
}
