import { tf } from "../../engine";
import { checkAmounts } from "./images";

/** Shares of red, green and blue in the brightness that is seen (ITU-R 601, as PIL and torchvision take them). */
const LUMA = [0.299, 0.587, 0.114];

/**
 * Makes images brighter or darker: out = (1 + a) x.
 *
 * @param images [n, h, w, c] on a scale where black is 0, such as [0, 1]: not standardised.
 * @param amount a of each image [n], from -1 (black).
 * @returns [n, h, w, c], not clipped; differentiable in the amount and the images. At amount 0 the images themselves.
 * @throws RangeError when the shapes do not fit.
 */
export function brightness(images: tf.Tensor4D, amount: tf.Tensor1D): tf.Tensor4D {
  return awayFrom("brightness", images, amount, () => tf.scalar(0));
}

/**
 * Raises or lowers the contrast: out = x + a (x - m), m the image's mean brightness.
 *
 * @param images [n, h, w, c], c of 1 or 3.
 * @param amount a of each image [n], from -1 (all grey).
 * @returns as {@link brightness}.
 * @throws RangeError when the shapes do not fit.
 */
export function contrast(images: tf.Tensor4D, amount: tf.Tensor1D): tf.Tensor4D {
  return awayFrom("contrast", images, amount, () => tf.mean(luma("contrast", images), [1, 2, 3], true));
}

/**
 * Makes colours stronger or weaker: out = x + a (x - g), g the pixel's brightness.
 *
 * @param images [n, h, w, 3].
 * @param amount a of each image [n], from -1 (no colour).
 * @returns as {@link brightness}.
 * @throws RangeError when the shapes do not fit; images of one channel have no colour.
 */
export function saturation(images: tf.Tensor4D, amount: tf.Tensor1D): tf.Tensor4D {
  if (images.shape[3] !== 3) {
    throw new RangeError(`saturation: images must have 3 channels, received [${images.shape.join(", ")}]`);
  }
  return awayFrom("saturation", images, amount, () => luma("saturation", images));
}

/**
 * Adds noise of a given radius: out = x + r e.
 *
 * @param images [n, h, w, c].
 * @param radius r of each image [n].
 * @param noise e [n, h, w, c], from {@link unitNoise}: with `"sphere"` r is the length of what is added, with `"gaussian"` its
 *   standard deviation per value.
 * @returns [n, h, w, c], not clipped; differentiable in the radius and the images. At radius 0 the images themselves.
 * @throws RangeError when the shapes do not fit.
 */
export function addNoise(images: tf.Tensor4D, radius: tf.Tensor1D, noise: tf.Tensor4D): tf.Tensor4D {
  const shape = checkAmounts("addNoise", images, "radius", radius);
  if (noise.shape.join() !== shape.join()) {
    throw new RangeError(`addNoise: noise must be [${shape.join(", ")}], received [${noise.shape.join(", ")}]`);
  }
  return tf.tidy(() => tf.add(images, tf.mul(perImage(radius), noise)));
}

/** x + a (x - anchor): by x - anchor, so that amount 0 is the identity to the last bit. */
function awayFrom(caller: string, images: tf.Tensor4D, amount: tf.Tensor1D, anchor: () => tf.Tensor): tf.Tensor4D {
  checkAmounts(caller, images, "amount", amount);
  return tf.tidy(() => tf.add(images, tf.mul(perImage(amount), tf.sub(images, anchor()))) as tf.Tensor4D);
}

function perImage(values: tf.Tensor1D): tf.Tensor4D {
  return tf.reshape(values, [values.shape[0], 1, 1, 1]);
}

/** Brightness of every pixel [n, h, w, 1]. */
function luma(caller: string, images: tf.Tensor4D): tf.Tensor4D {
  const channels = images.shape[3];
  if (channels === 1) return images;
  if (channels !== 3) {
    throw new RangeError(`${caller}: images must have 1 or 3 channels, received [${images.shape.join(", ")}]`);
  }
  return tf.sum(tf.mul(images, tf.tensor1d(LUMA)), 3, true);
}
