/** A request to run a cell: when it was sent and when it came, in milliseconds since 1970, and what it does. */
export interface Task<T> {
  sent: number;
  received: number;
  run(): Promise<{ value: T; stops: boolean }>;
}

/** For so long after an error, requests that were sent before it are taken for the rest of a "Run All". */
const ABORT_WINDOW_MS = 200;

/**
 * Runs cells one after the other; an error cancels those that were sent before it happened.
 *
 * Requests that a client sends in answer to the error run, however quickly they come.
 *
 * @returns a function that resolves with the task's value, or with undefined when the task was cancelled.
 */
export function createQueue(): <T>(task: Task<T>) => Promise<T | undefined> {
  let previous: Promise<unknown> = Promise.resolve();
  let failed = -Infinity;

  return (task) => {
    const result = previous.then(async () => {
      if (task.sent < failed && task.received <= failed + ABORT_WINDOW_MS) return undefined;
      const { value, stops } = await task.run();
      if (stops) failed = Date.now();
      return value;
    });
    previous = result.catch(() => undefined);
    return result;
  };
}
