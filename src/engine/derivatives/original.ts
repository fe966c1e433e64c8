import { tf } from "../tf";

type Gradient = tf.GradConfig["gradFunc"];

/** Kept on the tfjs engine, of which there is one per process, so that registering anew does not wrap a wrapper. */
const ORIGINALS = Symbol.for("counterweight.originalGradients");

/** The gradient that tfjs itself registers for a kernel, whatever replaces it since. */
export function originalGradient(kernelName: string): Gradient {
  const keeper = tf.engine() as unknown as { [ORIGINALS]?: Map<string, Gradient> };
  const originals = (keeper[ORIGINALS] ??= new Map());
  const found = originals.get(kernelName) ?? tf.getGradient(kernelName).gradFunc;
  originals.set(kernelName, found);
  return found;
}
