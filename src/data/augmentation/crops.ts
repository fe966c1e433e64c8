import { tf, type Random } from "../../engine";
import { checkImages } from "./images";

/** How far each image of a batch is moved, and whether it is mirrored. */
export interface Crops {
  /** Rows by which the window is moved down [n]. */
  readonly down: Int16Array;
  /** Columns by which the window is moved to the right [n]. */
  readonly right: Int16Array;
  /** 1 where the window is mirrored left to right, after the move [n]. */
  readonly mirrored: Uint8Array;
}

/** What is drawn for the images of a batch. */
export interface CropOptions {
  /** Pixels that are added on every side before a window of the image's size is cut out; default 4. */
  readonly padding?: number;
  /** Probability of mirroring left to right, in [0, 1]; default 0.5. */
  readonly flip?: number;
}

/**
 * Draws windows and mirrorings for a batch, as usual for CIFAR.
 *
 * Moves are uniform on {-padding, .., padding}, down and to the right. Three numbers are drawn per image whatever the options,
 * so that changing one leaves the others' draws as they were.
 *
 * @param count n, images in the batch.
 * @param options see {@link CropOptions}.
 * @param draws the generator: one per batch, such as `stepRandom(seed).at(step)`, makes a resumed run go on alike.
 * @returns plain arrays, for {@link cropImages} or the option `crops` of `imageBatch`.
 * @throws RangeError for a count or padding that is no nonnegative integer (padding at most 32767), a flip outside [0, 1].
 */
export function drawCrops(count: number, { padding = 4, flip = 0.5 }: CropOptions, draws: Random): Crops {
  if (!Number.isInteger(count) || count < 0) {
    throw new RangeError(`drawCrops: count must be a nonnegative integer, received ${count}`);
  }
  if (!Number.isInteger(padding) || padding < 0 || padding > 32_767) {
    throw new RangeError(`drawCrops: padding must be an integer in [0, 32767], received ${padding}`);
  }
  if (!(flip >= 0 && flip <= 1)) throw new RangeError(`drawCrops: flip must lie in [0, 1], received ${flip}`);
  const crops = { down: new Int16Array(count), right: new Int16Array(count), mirrored: new Uint8Array(count) };
  for (let image = 0; image < count; image++) {
    crops.down[image] = Math.floor(draws.next() * (2 * padding + 1)) - padding;
    crops.right[image] = Math.floor(draws.next() * (2 * padding + 1)) - padding;
    crops.mirrored[image] = draws.next() < flip ? 1 : 0;
  }
  return crops;
}

/** Throws unless there is one crop per image. */
export function checkCrops(caller: string, { down, right, mirrored }: Crops, count: number): void {
  if (down.length !== count || right.length !== count || mirrored.length !== count) {
    throw new RangeError(
      `${caller}: crops must have one entry for each of ${count} images, received ${down.length}, ${right.length} and ` +
        `${mirrored.length}`,
    );
  }
}

/**
 * Cuts the drawn windows out of a batch of images.
 *
 *     out[i, j] = image[i + down, j + right],  with j counted from the right where mirrored, and `fill` outside the image
 *
 * Where the images come from an image set, the option `crops` of `imageBatch` does the same while the batch is gathered, in a
 * fraction of the time; this is for batches that are tensors already.
 *
 * @param images [n, h, w, c].
 * @param crops from {@link drawCrops}, one per image.
 * @param fill value outside the image, on the images' scale (black is -mean / std once standardised); default 0.
 * @returns [n, h, w, c], owned by the caller; differentiable in the images.
 * @throws RangeError for images of another rank, another number of crops, or a fill that is not finite.
 */
export function cropImages(images: tf.Tensor4D, crops: Crops, fill = 0): tf.Tensor4D {
  const [count, height, width, channels] = checkImages("cropImages", images);
  checkCrops("cropImages", crops, count);
  if (!Number.isFinite(fill)) throw new RangeError(`cropImages: fill must be a finite number, received ${fill}`);
  const outside = count * height * width;
  const places = new Int32Array(outside).fill(outside);
  for (let image = 0, target = 0; image < count; image++) {
    for (let i = 0; i < height; i++) {
      const row = i + crops.down[image];
      for (let j = 0; j < width; j++, target++) {
        const column = (crops.mirrored[image] ? width - 1 - j : j) + crops.right[image];
        if (row >= 0 && row < height && column >= 0 && column < width) {
          places[target] = (image * height + row) * width + column;
        }
      }
    }
  }
  return tf.tidy(() => {
    const pixels = tf.concat([tf.reshape(images, [outside, channels]), tf.fill([1, channels], fill)]);
    return tf.reshape(tf.gather(pixels, tf.tensor1d(places, "int32")), [count, height, width, channels]);
  });
}

/**
 * Random crop after padding: {@link drawCrops} without mirroring, and {@link cropImages}.
 *
 * @param images [n, h, w, c].
 * @param options.padding pixels on every side; default 4.
 * @param options.fill value of the padding; default 0.
 * @param draws the generator.
 * @returns [n, h, w, c], owned by the caller.
 */
export function randomCrop(
  images: tf.Tensor4D,
  { padding = 4, fill = 0 }: { readonly padding?: number; readonly fill?: number },
  draws: Random,
): tf.Tensor4D {
  const [count] = checkImages("randomCrop", images);
  return cropImages(images, drawCrops(count, { padding, flip: 0 }, draws), fill);
}

/**
 * Mirrors images left to right, each with this probability.
 *
 * @param images [n, h, w, c].
 * @param options.probability in [0, 1]; default 0.5.
 * @param draws the generator.
 * @returns [n, h, w, c], owned by the caller.
 */
export function horizontalFlip(
  images: tf.Tensor4D,
  { probability = 0.5 }: { readonly probability?: number },
  draws: Random,
): tf.Tensor4D {
  const [count] = checkImages("horizontalFlip", images);
  return cropImages(images, drawCrops(count, { padding: 0, flip: probability }, draws));
}
