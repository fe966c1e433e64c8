import type { Task } from "./peers/protocol";

/**
 * Floating-point operations of one training step, a multiplication and an addition counting as two.
 *
 * Matrix products and convolutions alone: forward once, and backward once for the weights and once for the inputs, of which the first
 * layer's are not asked for. ResNets in the CIFAR form on 32 x 32 images, the multilayer perceptron 784-256-10.
 */
export function operationsOf({ model, depth = 20, batch }: Task): number {
  if (model === "mlp") return batch * (4 * 784 * 256 + 6 * 256 * 10);
  const convolution = (extent: number, from: number, to: number) => 2 * 9 * from * to * extent ** 2;
  const blocks = (depth - 2) / 6;
  let total = 2 * convolution(32, 3, 16);
  for (const stage of [0, 1, 2]) {
    const [extent, to] = [32 / 2 ** stage, 16 * 2 ** stage];
    for (let block = 0; block < blocks; block++) {
      const from = stage > 0 && block === 0 ? to / 2 : to;
      total += 3 * (convolution(extent, from, to) + convolution(extent, to, to));
    }
  }
  return batch * (total + 6 * 64 * 10);
}
