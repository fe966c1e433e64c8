import { HyperDual } from "../../../src/engine/probes/hyperDual";

/** An image [h, w, c] in float64 with derivatives, row by row. */
export interface Picture {
  readonly shape: readonly [height: number, width: number, channels: number];
  readonly data: readonly HyperDual[];
}

export type Operation = (picture: Picture, amount: HyperDual, noise: readonly number[]) => Picture;

const zero = new HyperDual(0);
const total = (values: readonly HyperDual[]) => values.reduce((sum, value) => sum.add(value), zero);

/** The value at column x and row y, by its definition: each pixel counts 1 - its distance, in both directions. */
function read(
  { shape: [height, width, channels], data }: Picture,
  x: HyperDual,
  y: HyperDual,
  channel: number,
): HyperDual {
  let sum = zero;
  for (const row of [Math.floor(y.value), Math.floor(y.value) + 1]) {
    for (const column of [Math.floor(x.value), Math.floor(x.value) + 1]) {
      if (row < 0 || row >= height || column < 0 || column >= width) continue;
      const weight = (place: HyperDual, at: number) => (at > place.value ? place.sub(at - 1) : place.neg().add(at + 1));
      sum = sum.add(
        weight(x, column)
          .mul(weight(y, row))
          .mul(data[(row * width + column) * channels + channel]),
      );
    }
  }
  return sum;
}

function warp(
  map: (u: number, v: number, amount: HyperDual, shape: Picture["shape"]) => [HyperDual, HyperDual],
): Operation {
  return (picture, amount) => {
    const [height, width, channels] = picture.shape;
    const data: HyperDual[] = [];
    for (let i = 0; i < height; i++) {
      for (let j = 0; j < width; j++) {
        const [u, v] = map(j - (width - 1) / 2, i - (height - 1) / 2, amount, picture.shape);
        const [x, y] = [u.add((width - 1) / 2), v.add((height - 1) / 2)];
        for (let channel = 0; channel < channels; channel++) data.push(read(picture, x, y, channel));
      }
    }
    return { shape: picture.shape, data };
  };
}

const luma = (pixel: readonly HyperDual[]) => pixel[0].mul(0.299).add(pixel[1].mul(0.587)).add(pixel[2].mul(0.114));

function perPixel(change: (pixel: HyperDual[], amount: HyperDual, picture: Picture) => HyperDual[]): Operation {
  return (picture, amount) => {
    const channels = picture.shape[2];
    const pixels = Array.from({ length: picture.data.length / channels }, (_, place) =>
      picture.data.slice(place * channels, (place + 1) * channels),
    );
    return { shape: picture.shape, data: pixels.flatMap((pixel) => change(pixel, amount, picture)) };
  };
}

const addNoise: Operation = ({ shape, data }, amount, noise) => ({
  shape,
  data: data.map((value, place) => value.add(amount.mul(noise[place]))),
});

/** The operations by their formulas, pixel by pixel, in float64. */
export const reference: Record<string, Operation> = {
  shearX: warp((u, v, s) => [s.mul(v).add(u), new HyperDual(v)]),
  shearY: warp((u, v, s) => [new HyperDual(u), s.mul(u).add(v)]),
  translateX: warp((u, v, t, [, width]) => [t.mul(width).add(u), new HyperDual(v)]),
  translateY: warp((u, v, t, [height]) => [new HyperDual(u), t.mul(height).add(v)]),
  rotate: warp((u, v, t) => [t.cos().mul(u).sub(t.sin().mul(v)), t.sin().mul(u).add(t.cos().mul(v))]),
  brightness: perPixel((pixel, a) => pixel.map((x) => x.mul(a.add(1)))),
  contrast: perPixel((pixel, a, { data, shape }) => {
    const greys = Array.from({ length: data.length / 3 }, (_, place) => luma(data.slice(3 * place, 3 * place + 3)));
    const mean = total(greys).mul(1 / (shape[0] * shape[1]));
    return pixel.map((x) => x.sub(mean).mul(a).add(x));
  }),
  saturation: perPixel((pixel, a) => pixel.map((x) => x.sub(luma(pixel)).mul(a).add(x))),
  gaussianNoise: addNoise,
  sphericalNoise: addNoise,
};

/** Puts every value between 0 and 1. */
export function clipped({ shape, data }: Picture): Picture {
  return { shape, data: data.map((value) => (value.value < 0 ? zero : value.value > 1 ? new HyperDual(1) : value)) };
}

/** sum_i softplus(<theta, picture_i>): a loss with all its mixed derivatives. */
export function scoreLoss(pictures: readonly Picture[], theta: readonly HyperDual[]): HyperDual {
  return total(pictures.map(({ data }) => total(data.map((value, place) => value.mul(theta[place]))).softplus()));
}
