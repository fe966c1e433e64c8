import { HyperDual } from "./hyperDual";

/** An array of hyper-dual numbers with a shape: reference forms of tensor operations, written by their definitions. */
export class HyperArray {
  constructor(
    readonly shape: readonly number[],
    readonly data: readonly HyperDual[],
  ) {}

  at(...index: number[]): HyperDual {
    return this.data[index.reduce((flat, i, axis) => flat * this.shape[axis] + i, 0)];
  }

  map(f: (x: HyperDual) => HyperDual): HyperArray {
    return new HyperArray(this.shape, this.data.map(f));
  }

  add = (other: HyperArray | number) => zip(this, other, (a, b) => a.add(b));
  sub = (other: HyperArray | number) => zip(this, other, (a, b) => a.sub(b));
  mul = (other: HyperArray | number) => zip(this, other, (a, b) => a.mul(b));
  div = (other: HyperArray | number) => zip(this, other, (a, b) => a.div(b));
}

/** Every index of a shape, row by row. */
export function indices(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>((list, size) => list.flatMap((index) => range(size).map((i) => [...index, i])), [[]]);
}

export const range = (n: number) => Array.from({ length: n }, (_, i) => i);

/** The array whose element at each index is given by a function. */
export function build(shape: readonly number[], f: (...index: number[]) => HyperDual): HyperArray {
  return new HyperArray(
    shape,
    indices(shape).map((index) => f(...index)),
  );
}

export function fromNumbers(values: ArrayLike<number>, shape: readonly number[] = [values.length]): HyperArray {
  return new HyperArray(
    shape,
    Array.from(values, (value) => new HyperDual(value)),
  );
}

/** Element by element with broadcasting from the last axis. */
export function zip(
  a: HyperArray,
  other: HyperArray | number,
  f: (a: HyperDual, b: HyperDual) => HyperDual,
): HyperArray {
  const b = typeof other === "number" ? fromNumbers([other], []) : other;
  const rank = Math.max(a.shape.length, b.shape.length);
  const pad = (shape: readonly number[]) => [...Array<number>(rank - shape.length).fill(1), ...shape];
  const [left, right] = [pad(a.shape), pad(b.shape)];
  const read = (x: HyperArray, shape: number[], index: number[]) =>
    x.at(...index.map((i, axis) => (shape[axis] === 1 ? 0 : i)).slice(rank - x.shape.length));
  return build(
    left.map((size, axis) => Math.max(size, right[axis])),
    (...index) => f(read(a, left, index), read(b, right, index)),
  );
}

/** Folds the elements along some axes (all by default) into one. */
export function reduce(
  x: HyperArray,
  fold: (values: HyperDual[]) => HyperDual,
  over?: number[],
  keepDims = false,
): HyperArray {
  const axes = over ?? range(x.shape.length);
  const kept = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  const inner = x.shape.map((size, axis) => (axes.includes(axis) ? size : 1));
  const result = build(kept, (...index) =>
    fold(indices(inner).map((offset) => x.at(...index.map((i, axis) => i + offset[axis])))),
  );
  return keepDims
    ? result
    : new HyperArray(
        kept.filter((_, axis) => !axes.includes(axis)),
        result.data,
      );
}

export const total = (values: HyperDual[]) => values.reduce((sum, value) => sum.add(value), new HyperDual(0));
export const mean = (values: HyperDual[]) => total(values).div(values.length);
export const product = (values: HyperDual[]) => values.reduce((a, b) => a.mul(b));
export const largest = (values: HyperDual[]) => values.reduce((a, b) => a.max(b));
export const smallest = (values: HyperDual[]) => values.reduce((a, b) => a.min(b));
export const logSumExp = (values: HyperDual[]) => {
  const shift = Math.max(...values.map(({ value }) => value));
  return total(values.map((x) => x.sub(shift).exp()))
    .log()
    .add(shift);
};

/** softmax(x)_k = exp(x_k - logSumExp(x)) along the last axis. */
export function logSoftmax(x: HyperArray): HyperArray {
  return x.sub(reduce(x, logSumExp, [x.shape.length - 1], true));
}

/** sum_j a_ij b_jk over the last two axes. */
export function matMul(a: HyperArray, b: HyperArray): HyperArray {
  return build([a.shape[0], b.shape[1]], (i, k) => total(range(a.shape[1]).map((j) => a.at(i, j).mul(b.at(j, k)))));
}

export const transpose = (x: HyperArray) => build([...x.shape].reverse(), (...index) => x.at(...index.reverse()));

/** Windows of an NHWC image: for each output place, a reader of the input at an offset, undefined outside. */
export interface Window {
  readonly size: readonly [number, number];
  readonly stride: number;
  /** Padding above and left; below and right follows from the output's size. */
  readonly before: readonly [number, number];
  readonly out: readonly [number, number];
}

/** The geometry of TensorFlow's `valid`, `same` or explicit padding. */
export function window(
  height: number,
  width: number,
  size: [number, number],
  stride: number,
  pad: "valid" | "same" | number,
): Window {
  const along = (extent: number, window: number): [number, number] => {
    if (pad === "valid") return [0, Math.floor((extent - window) / stride) + 1];
    if (pad !== "same") return [pad, Math.floor((extent + 2 * pad - window) / stride) + 1];
    const out = Math.ceil(extent / stride);
    return [Math.floor(Math.max((out - 1) * stride + window - extent, 0) / 2), out];
  };
  const [top, rows] = along(height, size[0]);
  const [left, columns] = along(width, size[1]);
  return { size, stride, before: [top, left], out: [rows, columns] };
}

/** The offsets (row, column in the window; row, column in the image) that lie inside an image, for one output place. */
export function inside(
  w: Window,
  height: number,
  width: number,
  row: number,
  column: number,
): [number, number, number, number][] {
  return indices(w.size)
    .map(([i, j]): [number, number, number, number] => [
      i,
      j,
      row * w.stride + i - w.before[0],
      column * w.stride + j - w.before[1],
    ])
    .filter(([, , r, c]) => r >= 0 && r < height && c >= 0 && c < width);
}

/** Convolution (cross-correlation) of x [n,h,w,c] with a filter [fh,fw,c,d]. */
export function conv2d(x: HyperArray, filter: HyperArray, stride: number, pad: "valid" | "same" | number): HyperArray {
  const [n, height, width, channels] = x.shape;
  const w = window(height, width, [filter.shape[0], filter.shape[1]], stride, pad);
  return build([n, ...w.out, filter.shape[3]], (b, row, column, d) =>
    total(
      inside(w, height, width, row, column).flatMap(([i, j, r, c]) =>
        range(channels).map((k) => x.at(b, r, c, k).mul(filter.at(i, j, k, d))),
      ),
    ),
  );
}

/** Each channel with filters of its own: x [n,h,w,c], filter [fh,fw,c,m] gives [.., c m]. */
export function depthwiseConv2d(x: HyperArray, filter: HyperArray, stride: number, pad: "valid" | "same"): HyperArray {
  const [n, height, width, channels] = x.shape;
  const multiplier = filter.shape[3];
  const w = window(height, width, [filter.shape[0], filter.shape[1]], stride, pad);
  return build([n, ...w.out, channels * multiplier], (b, row, column, d) => {
    const k = Math.floor(d / multiplier);
    return total(
      inside(w, height, width, row, column).map(([i, j, r, c]) =>
        x.at(b, r, c, k).mul(filter.at(i, j, k, d % multiplier)),
      ),
    );
  });
}

/** Folds each window of each channel: the largest, or the mean of what lies inside the image. */
export function pool(
  x: HyperArray,
  fold: (values: HyperDual[]) => HyperDual,
  size: number,
  stride: number,
  pad: "valid" | "same",
): HyperArray {
  const [n, height, width, channels] = x.shape;
  const w = window(height, width, [size, size], stride, pad);
  return build([n, ...w.out, channels], (b, row, column, k) =>
    fold(inside(w, height, width, row, column).map(([, , r, c]) => x.at(b, r, c, k))),
  );
}
