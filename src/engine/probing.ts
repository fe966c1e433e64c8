import { tf } from "./tf";

/** Kept on the tfjs engine, of which there is one per process. */
const PROBING = Symbol.for("counterweight.probing");
const state = () => tf.engine() as unknown as { [PROBING]?: number };

/**
 * Runs work that evaluates a loss only to differentiate it: running statistics of batch norm stay as they are.
 *
 * @param work synchronous.
 * @returns what the work returns.
 */
export function probe<T>(work: () => T): T {
  const engine = state();
  engine[PROBING] = (engine[PROBING] ?? 0) + 1;
  try {
    return work();
  } finally {
    engine[PROBING]--;
  }
}

/** Whether a loss is being evaluated only to differentiate it: layers must not move their statistics. */
export function isProbing(): boolean {
  return (state()[PROBING] ?? 0) > 0;
}
