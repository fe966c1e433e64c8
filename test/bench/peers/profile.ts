import { tf } from "../../../src/engine";

/** What one operation of TensorFlow took during a step. */
export interface OperationTime {
  readonly operation: string;
  readonly calls: number;
  readonly seconds: number;
}

export interface Profile {
  readonly seconds: number;
  readonly operations: readonly OperationTime[];
  /** Most bytes that tensors held at once during the step. */
  readonly peakBytes: number;
}

type Execute = (operation: string, ...rest: unknown[]) => unknown;

/** Runs a step and times every operation that the native backend executes in it. */
export function profiled(step: () => unknown): Profile {
  const backend = tf.backend() as unknown as Record<string, Execute>;
  const totals = new Map<string, { calls: number; seconds: number }>();
  let peakBytes = 0;
  const names = ["executeSingleOutput", "executeMultipleOutputs"];
  const originals = names.map((name) => backend[name]);
  names.forEach((name, index) => {
    backend[name] = function (operation, ...rest) {
      const start = performance.now();
      const result = originals[index].call(this, operation, ...rest);
      const entry = totals.get(operation) ?? { calls: 0, seconds: 0 };
      totals.set(operation, { calls: entry.calls + 1, seconds: entry.seconds + (performance.now() - start) / 1000 });
      peakBytes = Math.max(peakBytes, tf.memory().numBytes);
      return result;
    };
  });
  try {
    const start = performance.now();
    step();
    const seconds = (performance.now() - start) / 1000;
    const operations = [...totals].map(([operation, total]) => ({ operation, ...total }));
    return { seconds, operations: operations.sort((a, b) => b.seconds - a.seconds), peakBytes };
  } finally {
    // The methods are the prototype's.
    names.forEach((name) => delete backend[name]);
  }
}
