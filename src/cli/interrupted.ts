/** The exit code of a process that Ctrl-C ended, by the custom of shells. */
export const INTERRUPTED = 130;

/**
 * Does work that a signal to this process interrupts, in good order.
 *
 * @param work given the signal to watch; its result is the exit code.
 * @returns a promise of the exit code, 130 where the work was interrupted.
 */
export async function untilInterrupted(work: (signal: AbortSignal) => Promise<number>): Promise<number> {
  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, interrupt);
  try {
    const code = await work(interruption.signal);
    return interruption.signal.aborted ? INTERRUPTED : code;
  } finally {
    for (const signal of signals) process.off(signal, interrupt);
  }
}
