import { tf } from "../../engine";
import { bilinearSample } from "./bilinear";
import { checkAmounts } from "./images";

/**
 * Turns images around their centre.
 *
 *     out(u, v) = image(u cos t - v sin t, u sin t + v cos t),  (u, v) from the centre, v downwards
 *
 * @param images [n, h, w, c].
 * @param angle t of each image [n], in radians; a positive one turns what is seen counter-clockwise.
 * @returns [n, h, w, c], 0 where the image does not reach; differentiable in the angle and the images. At angle 0 the images
 *   themselves.
 * @throws RangeError when the shapes do not fit.
 */
export function rotate(images: tf.Tensor4D, angle: tf.Tensor1D): tf.Tensor4D {
  return warped("rotate", images, "angle", angle, ({ u, v, amount }) => {
    const [cos, sin] = [tf.cos(amount), tf.sin(amount)];
    return {
      u: tf.sub(tf.mul(cos, u), tf.mul(sin, v)),
      v: tf.add(tf.mul(sin, u), tf.mul(cos, v)),
    };
  });
}

/**
 * Shears images along their rows: out(u, v) = image(u + s v, v), from the centre.
 *
 * @param images [n, h, w, c].
 * @param slope s of each image [n].
 * @returns [n, h, w, c], 0 where the image does not reach; differentiable in the slope and the images. At slope 0 the images.
 * @throws RangeError when the shapes do not fit.
 */
export function shearX(images: tf.Tensor4D, slope: tf.Tensor1D): tf.Tensor4D {
  return warped("shearX", images, "slope", slope, ({ u, v, amount }) => ({ u: tf.add(u, tf.mul(amount, v)) }));
}

/**
 * Shears images along their columns: out(u, v) = image(u, v + s u), from the centre.
 *
 * @param images [n, h, w, c].
 * @param slope s of each image [n].
 * @returns as {@link shearX}.
 * @throws RangeError when the shapes do not fit.
 */
export function shearY(images: tf.Tensor4D, slope: tf.Tensor1D): tf.Tensor4D {
  return warped("shearY", images, "slope", slope, ({ u, v, amount }) => ({ v: tf.add(v, tf.mul(amount, u)) }));
}

/**
 * Moves images along their rows: out(u, v) = image(u + t w, v).
 *
 * @param images [n, h, w, c].
 * @param share t of each image [n], as a share of its width; a positive one moves what is seen to the left.
 * @returns as {@link shearX}.
 * @throws RangeError when the shapes do not fit.
 */
export function translateX(images: tf.Tensor4D, share: tf.Tensor1D): tf.Tensor4D {
  return warped("translateX", images, "share", share, ({ u, amount, width }) => ({
    u: tf.add(u, tf.mul(amount, width)),
  }));
}

/**
 * Moves images along their columns: out(u, v) = image(u, v + t h).
 *
 * @param images [n, h, w, c].
 * @param share t of each image [n], as a share of its height; a positive one moves what is seen up.
 * @returns as {@link shearX}.
 * @throws RangeError when the shapes do not fit.
 */
export function translateY(images: tf.Tensor4D, share: tf.Tensor1D): tf.Tensor4D {
  return warped("translateY", images, "share", share, ({ v, amount, height }) => ({
    v: tf.add(v, tf.mul(amount, height)),
  }));
}

/** Places of the result's pixels, from the centre, and what they depend on. */
interface Places {
  /** To the right [1, h w]. */
  readonly u: tf.Tensor;
  /** Downwards [1, h w]. */
  readonly v: tf.Tensor;
  /** [n, 1]. */
  readonly amount: tf.Tensor;
  readonly height: number;
  readonly width: number;
}

/** Reads each image at the places that `map` sends the result's pixels to; what it leaves out stays as it is. */
function warped(
  caller: string,
  images: tf.Tensor4D,
  name: string,
  amounts: tf.Tensor1D,
  map: (places: Places) => { u?: tf.Tensor; v?: tf.Tensor },
): tf.Tensor4D {
  const [count, height, width] = checkAmounts(caller, images, name, amounts);
  return tf.tidy(() => {
    // Centres are halves, so that taking them off and putting them back is exact in float32, and amount 0 the identity.
    const pixel = tf.range(0, height * width, 1, "float32");
    const row = tf.floor(tf.div(tf.add(pixel, 0.5), width));
    const u = tf.expandDims(tf.sub(tf.sub(pixel, tf.mul(row, width)), (width - 1) / 2), 0);
    const v = tf.expandDims(tf.sub(row, (height - 1) / 2), 0);
    const moved = map({ u, v, amount: tf.expandDims(amounts, 1), height, width });
    const place = (from: tf.Tensor, centre: number) =>
      tf.broadcastTo(tf.add(from, centre), [count, height * width]) as tf.Tensor2D;
    return bilinearSample(images, place(moved.u ?? u, (width - 1) / 2), place(moved.v ?? v, (height - 1) / 2));
  });
}
