import { stopGradient, tf } from "../../engine";
import { checkImages } from "./images";

/**
 * Reads images at places between their pixels.
 *
 *     value(x, y) = (1 - a)(1 - b) v00 + a (1 - b) v01 + (1 - a) b v10 + a b v11,  a = x - floor x, b = y - floor y
 *
 * of the four pixels around; outside the image is 0, reached linearly over one pixel. The value is differentiable in x, y and the
 * images, to any order; in x it is piecewise linear, and at a whole x its derivative is that on the right.
 *
 * @param images [n, h, w, c].
 * @param x columns to read at [n, h w], in pixels from the centre of the first one, by rows of the result.
 * @param y rows to read at [n, h w].
 * @returns [n, h, w, c], owned by the caller.
 * @throws RangeError when the shapes do not fit.
 */
export function bilinearSample(images: tf.Tensor4D, x: tf.Tensor2D, y: tf.Tensor2D): tf.Tensor4D {
  const [count, height, width, channels] = checkImages("bilinearSample", images);
  for (const [name, { shape }] of Object.entries({ x, y })) {
    if (shape.length !== 2 || shape[0] !== count || shape[1] !== height * width) {
      throw new RangeError(
        `bilinearSample: ${name} must be [${count}, ${height * width}], received [${shape.join(", ")}]`,
      );
    }
  }
  return tf.tidy(() => {
    // A border of zeros stands for all that is outside: places further off are moved onto it.
    const [rows, columns] = [height + 2, width + 2];
    const padded = tf.pad(images, [
      [0, 0],
      [1, 1],
      [1, 1],
      [0, 0],
    ]);
    const pixels = tf.reshape(padded, [count * rows * columns, channels]);
    const right = tf.clipByValue(tf.add(x, 1), 0, columns - 1);
    const down = tf.clipByValue(tf.add(y, 1), 0, rows - 1);
    const left = stopGradient(tf.minimum(tf.floor(right), columns - 2));
    const top = stopGradient(tf.minimum(tf.floor(down), rows - 2));
    const places = tf.reshape(placesOf(top, left, columns, rows * columns), [-1]);
    const corner = (offset: number) => tf.gather(pixels, tf.add(places, tf.scalar(offset, "int32")));
    const a = tf.reshape(tf.sub(right, left), [-1, 1]);
    const b = tf.reshape(tf.sub(down, top), [-1, 1]);
    const between = (from: tf.Tensor, to: tf.Tensor, share: tf.Tensor) => tf.add(from, tf.mul(share, tf.sub(to, from)));
    const upper = between(corner(0), corner(1), a);
    const lower = between(corner(columns), corner(columns + 1), a);
    return tf.reshape(between(upper, lower, b), [count, height, width, channels]);
  });
}

/** Number of each pixel among those of all images, as integers: exact also where float32 would not be. */
function placesOf(top: tf.Tensor, left: tf.Tensor, columns: number, pixels: number): tf.Tensor {
  const within = tf.cast(tf.add(tf.mul(top, columns), left), "int32");
  const first = tf.mul(tf.range(0, top.shape[0], 1, "int32"), tf.scalar(pixels, "int32"));
  return tf.add(within, tf.expandDims(first, 1));
}
