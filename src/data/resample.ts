/** Bits behind the point of a weight: 8 bits of pixel and as many weights as there are fit beside them in 32. */
const FRACTION_BITS = 22;
const ONE = 1 << FRACTION_BITS;

/** Height and width of an image. */
export type Size = readonly [height: number, width: number];

/**
 * Resizes an image by linear interpolation, over a window that grows with the reduction.
 *
 * Along either axis, with scale s = old / new, pixel i of the result is the mean of the pixels j whose centres lie within
 * max(s, 1) of (i + 1/2) s, weighted by
 *
 *     1 - |j + 1/2 - (i + 1/2) s| / max(s, 1).
 *
 * Widths come first and are rounded to bytes before heights. This is Pillow's `BILINEAR` filter in its fixed-point
 * arithmetic (Resample.c up to version 12; later ones take the heights first where that is cheaper, and may differ by 1):
 * the same bytes on every machine, and those of the published transforms that resize by Pillow.
 *
 * @param pixels height x width x channels bytes, channels last.
 * @param from height and width of the image.
 * @param to height and width of the result, at least 1 each.
 * @param channels number of channels.
 * @returns the resized image; `pixels` themselves where nothing changes.
 */
export function resample(pixels: Uint8Array, from: Size, to: Size, channels: number): Uint8Array {
  const [height, width] = from;
  const wide = to[1] === width ? pixels : alongRows(pixels, height, width, to[1], channels);
  // A column of pixels is to the rows what a channel is to the columns: one pass serves both.
  return to[0] === height ? wide : alongRows(wide, 1, height, to[0], to[1] * channels);
}

/** The centre of an image, `to` large; where the border cannot be halved, the larger half is that above and to the left. */
export function centre(pixels: Uint8Array, from: Size, to: Size, channels: number): Uint8Array {
  const [top, left] = [0, 1].map((axis) => Math.round((from[axis] - to[axis]) / 2));
  const cut = new Uint8Array(to[0] * to[1] * channels);
  for (let row = 0; row < to[0]; row++) {
    const start = ((top + row) * from[1] + left) * channels;
    cut.set(pixels.subarray(start, start + to[1] * channels), row * to[1] * channels);
  }
  return cut;
}

/** Resizes every row of `count` pixels with `channels` values each. */
function alongRows(pixels: Uint8Array, rows: number, count: number, target: number, channels: number): Uint8Array {
  const result = new Uint8Array(rows * target * channels);
  const windows = Array.from({ length: target }, (_, index) => windowOf(index, count, target));
  for (let row = 0; row < rows; row++) {
    for (let index = 0; index < target; index++) {
      const { first, weights } = windows[index];
      const source = (row * count + first) * channels;
      const place = (row * target + index) * channels;
      for (let channel = 0; channel < channels; channel++) {
        // The weights sum to one, so this stays below 2^31.
        let sum = ONE >> 1;
        for (let step = 0, at = source + channel; step < weights.length; step++, at += channels) {
          sum += weights[step] * pixels[at];
        }
        result[place + channel] = Math.min(sum >> FRACTION_BITS, 255);
      }
    }
  }
  return result;
}

/** Which pixels make pixel `index` of the result, and their weights in fixed point. */
function windowOf(index: number, count: number, target: number): { first: number; weights: Int32Array } {
  const scale = count / target;
  const reach = Math.max(scale, 1);
  const inverse = 1 / reach;
  const middle = (index + 0.5) * scale;
  const first = Math.max(Math.trunc(middle - reach + 0.5), 0);
  const end = Math.min(Math.trunc(middle + reach + 0.5), count);
  const weights = Float64Array.from({ length: end - first }, (_, step) =>
    Math.max(1 - Math.abs((step + first - middle + 0.5) * inverse), 0),
  );
  const share = 1 / weights.reduce((sum, weight) => sum + weight, 0);
  return { first, weights: Int32Array.from(weights, (weight) => Math.floor(weight * share * ONE + 0.5)) };
}
