import { tf, type Random } from "../../engine";
import { betaDraw } from "./betaDraw";
import { checkImages } from "./images";

/** A batch of mixed images. */
export interface Mixed {
  /** [n, h, w, c]. */
  readonly inputs: tf.Tensor4D;
  /** Shares of the classes [n, K], rows sum to 1. */
  readonly labels: tf.Tensor2D;
  /** Share of each image itself [n]; the rest is its partner's. */
  readonly lambda: Float32Array;
  /** Position in the batch that each image is mixed with [n]. */
  readonly partner: Int32Array;
}

/** How images are mixed. */
export interface MixupOptions {
  /** Number of classes K. */
  readonly classes: number;
  /** Shape of the beta distribution, at least 0; default 1. At 0 nothing is mixed. */
  readonly alpha?: number;
  /** `"batch"` (default, as the authors' code): one lambda for all; `"sample"`: one for each image. */
  readonly per?: "batch" | "sample";
}

/**
 * Mixup: images and labels of a batch, mixed with those of another order of the same batch.
 *
 *     x = lambda x_i + (1 - lambda) x_j,  y likewise of one-hot labels,  lambda ~ Beta(alpha, alpha)
 *
 * @param images [n, h, w, c].
 * @param labels class of each image [n].
 * @param options see {@link MixupOptions}.
 * @param draws the generator.
 * @returns see {@link Mixed}; `inputs` and `labels` are owned by the caller. Soft labels go into `softmaxCrossEntropy`.
 * @throws RangeError for images of another rank, labels that are not n integers in [0, K), an alpha below 0.
 * @see Zhang et al.: mixup, beyond empirical risk minimization, ICLR 2018.
 */
export function mixup(images: tf.Tensor4D, labels: ArrayLike<number>, options: MixupOptions, draws: Random): Mixed {
  const { classes, alpha = 1, per = "batch" } = options;
  const [count] = checkImages("mixup", images);
  if (!(alpha >= 0 && alpha < Infinity)) {
    throw new RangeError(`mixup: alpha must be a finite number of at least 0, received ${alpha}`);
  }
  if (per !== "batch" && per !== "sample") {
    throw new RangeError(`mixup: per must be batch or sample, received ${JSON.stringify(per)}`);
  }
  if (labels.length !== count) throw new RangeError(`mixup: labels must be ${count}, received ${labels.length}`);
  for (let image = 0; image < count; image++) {
    if (!Number.isInteger(labels[image]) || labels[image] < 0 || labels[image] >= classes) {
      throw new RangeError(
        `mixup: labels must be integers in [0, ${classes}), received ${labels[image]} at position ${image}`,
      );
    }
  }
  const partner = draws.shuffle(Int32Array.from({ length: count }, (_, image) => image));
  const shared = per === "batch" ? mixingShare(draws, alpha) : 0;
  const lambda = Float32Array.from({ length: count }, () => (per === "batch" ? shared : mixingShare(draws, alpha)));
  const soft = new Float32Array(count * classes);
  for (let image = 0; image < count; image++) {
    soft[image * classes + labels[image]] += lambda[image];
    soft[image * classes + labels[partner[image]]] += 1 - lambda[image];
  }
  const inputs = tf.tidy(() => {
    const own = tf.tensor4d(lambda, [count, 1, 1, 1]);
    const others = tf.gather(images, tf.tensor1d(partner, "int32"));
    return tf.add(tf.mul(own, images), tf.mul(tf.sub(1, own), others)) as tf.Tensor4D;
  });
  return { inputs, labels: tf.tensor2d(soft, [count, classes]), lambda, partner };
}

function mixingShare(draws: Random, alpha: number): number {
  return alpha === 0 ? 1 : betaDraw(draws, alpha, alpha);
}
