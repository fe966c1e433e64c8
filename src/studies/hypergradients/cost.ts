import { tf } from "../../engine";

/** What a piece of work took. */
export interface Cost {
  readonly seconds: number;
  /** Most bytes that tensors held at once, beyond those there were before. */
  readonly peakBytes: number;
}

interface KernelRunner {
  runKernel(...args: unknown[]): unknown;
}

/**
 * Does a piece of work and measures its time and memory.
 *
 * Tensors are counted after every operation that tfjs runs, so that what an operation needs inside is not seen.
 *
 * @param work to be done; it must wait for its results (`dataSync`), or their time is missed.
 * @returns its result, seconds and bytes.
 */
export function measured<T>(work: () => T): { result: T } & Cost {
  const engine = tf.engine() as unknown as KernelRunner;
  const original = engine.runKernel;
  const before = tf.memory().numBytes;
  let peak = before;
  const own = Object.hasOwn(engine, "runKernel");
  engine.runKernel = function (...args) {
    const result = original.apply(this, args);
    peak = Math.max(peak, tf.memory().numBytes);
    return result;
  };
  try {
    const start = performance.now();
    const result = work();
    return { result, seconds: (performance.now() - start) / 1000, peakBytes: peak - before };
  } finally {
    // The method is the prototype's.
    if (own) engine.runKernel = original;
    else delete (engine as Partial<KernelRunner>).runKernel;
  }
}
