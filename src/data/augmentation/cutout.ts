import { tf, type Random } from "../../engine";
import { checkImages } from "./images";

/** What is cut out. */
export interface CutoutOptions {
  /** Side of the square in pixels, a positive integer; 16 is usual on CIFAR-10, 8 on CIFAR-100. */
  readonly size: number;
  /** Probability for each image, in [0, 1]; default 1. */
  readonly probability?: number;
  /** Value of the square; default 0, the mean of standardised images. */
  readonly fill?: number;
}

/**
 * Cutout: puts a square of one value at a random place of each image.
 *
 * The square's centre is uniform over all pixels, so that part of it may lie outside; of an even side it reaches one pixel
 * further up and left of the centre.
 *
 * @param images [n, h, w, c].
 * @param options see {@link CutoutOptions}.
 * @param draws the generator; three numbers per image.
 * @returns [n, h, w, c], owned by the caller; differentiable in the images.
 * @throws RangeError for images of another rank, a size that is no positive integer, a probability outside [0, 1].
 * @see DeVries and Taylor: Improved regularization of convolutional neural networks with cutout, arXiv 1708.04552.
 */
export function cutout(images: tf.Tensor4D, options: CutoutOptions, draws: Random): tf.Tensor4D {
  const { size, probability = 1, fill = 0 } = options;
  const [count, height, width] = checkImages("cutout", images);
  if (!Number.isInteger(size) || size < 1) {
    throw new RangeError(`cutout: size must be a positive integer, received ${size}`);
  }
  if (!(probability >= 0 && probability <= 1)) {
    throw new RangeError(`cutout: probability must lie in [0, 1], received ${probability}`);
  }
  if (!Number.isFinite(fill)) throw new RangeError(`cutout: fill must be a finite number, received ${fill}`);
  const kept = new Float32Array(count * height * width).fill(1);
  const before = Math.floor(size / 2);
  for (let image = 0; image < count; image++) {
    const top = Math.floor(draws.next() * height) - before;
    const left = Math.floor(draws.next() * width) - before;
    if (!(draws.next() < probability)) continue;
    for (let row = Math.max(top, 0); row < Math.min(top + size, height); row++) {
      const start = (image * height + row) * width;
      kept.fill(0, start + Math.max(left, 0), start + Math.max(Math.min(left + size, width), 0));
    }
  }
  return tf.tidy(() => {
    const mask = tf.tensor4d(kept, [count, height, width, 1]);
    const held = tf.mul(images, mask);
    return (fill === 0 ? held : tf.add(held, tf.mul(tf.sub(1, mask), fill))) as tf.Tensor4D;
  });
}
