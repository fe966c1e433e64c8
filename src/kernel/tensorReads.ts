import type { Cells } from "./cells";
import { turn } from "./interrupt";

/** What is patched of a TensorFlow.js module. */
interface TensorModule {
  Tensor?: { prototype: Partial<Record<"data" | "bytes", (...values: unknown[]) => Promise<unknown>>> };
}

const YIELDING = Symbol.for("counterweight.yieldingReads");

/** Whether a module so named may bring the class Tensor. */
export function isTensorLibrary(request: string): boolean {
  return /^@tensorflow\/tfjs(-core|-node|-node-gpu)?$/.test(request);
}

/**
 * Lets every `await tensor.data()` pass through the event loop.
 *
 * The native backend answers in a microtask, so that a loop of reads would never let a signal through; with a turn
 * of the event loop in each read it can be interrupted, and its background work ends with it.
 */
export function yieldInReads(library: unknown, cells: Cells): void {
  const prototype = (library as TensorModule | undefined)?.Tensor?.prototype;
  if (prototype === undefined || YIELDING in prototype) return;
  Object.defineProperty(prototype, YIELDING, { value: true });
  for (const name of ["data", "bytes"] as const) {
    const read = prototype[name];
    if (read === undefined) continue;
    prototype[name] = async function (...values) {
      const signal = cells.current()?.signal;
      // The read starts at once: the caller may dispose of the tensor before the promise resolves.
      const reading = read.apply(this, values);
      reading.catch(() => undefined);
      await turn();
      signal?.throwIfAborted();
      return reading;
    };
  }
}
