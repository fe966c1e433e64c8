import { tf } from "../tf";

/**
 * Registers the gradients of sum and mean as a broadcast of the cotangent.
 *
 * tfjs multiplies it by a tensor of ones of the input's shape, which it makes in JavaScript and copies to the device at every step.
 */
export function registerSums(): void {
  for (const kernelName of ["Sum", "Mean"]) {
    tf.registerGradient({
      kernelName,
      inputsToSave: ["x"],
      gradFunc(dy, [x], attributes) {
        const { axis } = attributes as unknown as { axis?: number | number[] };
        const axes = tf.util.parseAxisParam(axis as number | number[], x.shape);
        const kept = x.shape.map((extent, index) => (axes.includes(index) ? 1 : extent));
        const summed = axes.reduce((product, index) => product * x.shape[index], 1);
        return {
          x() {
            const share = kernelName === "Sum" ? (dy as tf.Tensor) : tf.div(dy as tf.Tensor, summed);
            // A broadcast to no elements keeps the one it has.
            if (x.size === 0) return tf.zeros(x.shape);
            return tf.broadcastTo(tf.reshape(share, kept), x.shape);
          },
        };
      },
    });
  }
}
