/** A piece of work and what it asks for. */
export interface Task {
  /** Bytes of memory. */
  readonly memory: number;
  /** Nothing else may run meanwhile. */
  readonly alone: boolean;
  /** What it took the last time; undefined where that is not known. */
  readonly seconds: number | undefined;
}

export interface Limits {
  /** Most tasks at a time, at least 1. */
  readonly jobs: number;
  /** Bytes of memory that all running tasks may ask for together. */
  readonly memory: number;
  /** Once aborted, no further task is started. */
  readonly signal?: AbortSignal;
}

/**
 * Runs tasks side by side, as many as jobs and memory allow.
 *
 * Long ones start first, those of unknown length before them; tasks that want to be alone come last. A task that asks for more
 * memory than there is runs when nothing else does.
 *
 * @param tasks to run; those of equal length keep their order.
 * @param limits see {@link Limits}.
 * @param work runs one task.
 * @returns a promise of the tasks that were not started, which an interruption leaves.
 * @throws what `work` throws, when all that had been started has ended; then nothing more is started.
 */
export async function schedule<T extends Task>(
  tasks: readonly T[],
  { jobs, memory, signal }: Limits,
  work: (task: T) => Promise<void>,
): Promise<T[]> {
  if (!(Number.isInteger(jobs) && jobs >= 1))
    throw new RangeError(`schedule: jobs must be an integer of at least 1, received ${jobs}`);
  const waiting = [...tasks].sort((a, b) => Number(a.alone) - Number(b.alone) || expected(b) - expected(a) || 0);
  const running = new Map<T, Promise<void>>();
  const errors: unknown[] = [];

  const fits = (task: T): boolean => {
    if (running.size === 0) return true;
    const others = [...running.keys()];
    const asked = others.reduce((sum, other) => sum + other.memory, task.memory);
    return !task.alone && !others.some(({ alone }) => alone) && others.length < jobs && asked <= memory;
  };
  const start = (task: T): void => {
    const run = work(task)
      .catch((error: unknown) => void errors.push(error))
      .finally(() => running.delete(task));
    running.set(task, run);
  };
  while (waiting.length > 0 && errors.length === 0 && !signal?.aborted) {
    const next = waiting.findIndex(fits);
    if (next >= 0) start(waiting.splice(next, 1)[0]);
    else await Promise.race(running.values());
  }
  await Promise.all(running.values());
  if (errors.length > 0) throw errors[0];
  return waiting;
}

/** A finite stand-in for infinity, so that two unknown lengths are equal. */
const expected = ({ seconds }: Task): number => seconds ?? Number.MAX_VALUE;
