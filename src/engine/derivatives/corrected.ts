import { tf } from "../tf";
import { originalGradient } from "./original";

/** Replaces gradients of tfjs 4.22 that are wrong, most of them without an error, or that fail for some shapes. */
export function registerCorrectedGradients(): void {
  registerBroadcasting();
  registerPower();
  registerRearranging();
}

/** Sums a gradient over the axes along which an input of this shape was broadcast. */
function sumTo(gradient: tf.Tensor, shape: number[]): tf.Tensor {
  const lead = gradient.rank - shape.length;
  const axes = gradient.shape
    .map((_, axis) => axis)
    .filter((axis) => axis < lead || shape[axis - lead] !== gradient.shape[axis]);
  return tf.reshape(axes.length > 0 ? tf.sum(gradient, axes) : gradient, shape);
}

/** tfjs does not sum these over broadcast axes, and throws. */
function registerBroadcasting(): void {
  const binary = (kernelName: string, toA: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor, toB: typeof toA) =>
    tf.registerGradient({
      kernelName,
      inputsToSave: ["a", "b"],
      gradFunc: (dy, [a, b]) => ({
        a: () => sumTo(tf.mul(dy as tf.Tensor, toA(a, b)), a.shape),
        b: () => sumTo(tf.mul(dy as tf.Tensor, toB(a, b)), b.shape),
      }),
    });
  const float = (mask: tf.Tensor) => tf.cast(mask, "float32");
  binary(
    "Maximum",
    (a, b) => float(tf.greaterEqual(a, b)),
    (a, b) => float(tf.less(a, b)),
  );
  binary(
    "Minimum",
    (a, b) => float(tf.lessEqual(a, b)),
    (a, b) => float(tf.greater(a, b)),
  );
  binary(
    "SquaredDifference",
    (a, b) => tf.mul(2, tf.sub(a, b)),
    (a, b) => tf.mul(2, tf.sub(b, a)),
  );
}

/**
 * da = b a^(b-1), db = a^b log a (zero where a <= 0).
 *
 * tfjs makes NaN of 0 x infinity at a = 0 from the second derivative of a^1 on. The power is saved as an output, and is
 * differentiated as such.
 */
function registerPower(): void {
  tf.registerGradient({
    kernelName: "Pow",
    inputsToSave: ["a", "b"],
    outputsToSave: [true],
    gradFunc: (dy, [a, b, y]) => {
      const exponent = tf.cast(b, "float32");
      return {
        a: () => {
          const constant = tf.logicalAnd(tf.equal(a, 0), tf.equal(exponent, 0));
          const base = tf.where(constant, tf.onesLike(a), a);
          return sumTo(tf.mul(dy as tf.Tensor, tf.mul(exponent, tf.pow(base, tf.sub(exponent, 1)))), a.shape);
        },
        b: () => {
          const logarithm = tf.log(tf.where(tf.greater(a, 0), a, tf.onesLike(a)));
          return sumTo(tf.mul(dy as tf.Tensor, tf.mul(y, logarithm)), b.shape);
        },
      };
    },
  });
}

function registerRearranging(): void {
  // tfjs passes the gradient through a cast to integers as if it were the identity.
  tf.registerGradient({
    kernelName: "Cast",
    gradFunc: (dy, _, attrs) => ({
      x: () => (attrs.dtype === "float32" ? (dy as tf.Tensor).clone() : tf.zeros((dy as tf.Tensor).shape)),
    }),
  });
  // tfjs transposes the gradient along any axis but the last: wrong without an error where the extents are equal.
  tf.registerGradient({
    kernelName: "Cumsum",
    gradFunc: (dy, _, attrs) => {
      const { axis, exclusive, reverse } = attrs as unknown as { axis: number; exclusive: boolean; reverse: boolean };
      return { x: () => tf.cumsum(dy as tf.Tensor, axis, exclusive, !reverse) };
    },
  });
  // tfjs forgets what was mirrored.
  tf.registerGradient({
    kernelName: "MirrorPad",
    inputsToSave: ["x"],
    gradFunc: (dy, [x], attrs) => {
      const { paddings, mode } = attrs as unknown as { paddings: [number, number][]; mode: "reflect" | "symmetric" };
      const fold = (gradient: tf.Tensor, axis: number) => unmirror(gradient, axis, x.shape[axis], paddings[axis], mode);
      return { x: () => paddings.reduce((gradient, _, axis) => fold(gradient, axis), dy as tf.Tensor) };
    },
  });
  // tfjs gives integer indices as the gradient of indices, and throws.
  const gather = originalGradient("GatherV2");
  tf.registerGradient({
    kernelName: "GatherV2",
    inputsToSave: ["x", "indices"],
    gradFunc: (dy, saved, attrs) => ({ ...gather(dy, saved, attrs), indices: () => tf.zeros(saved[1].shape) }),
  });
  // tfjs gives none to the segment numbers, and throws where they depend on x.
  const segmentSum = originalGradient("UnsortedSegmentSum");
  tf.registerGradient({
    kernelName: "UnsortedSegmentSum",
    inputsToSave: ["segmentIds"],
    gradFunc: (dy, saved, attrs) => ({ ...segmentSum(dy, saved, attrs), segmentIds: () => tf.zeros(saved[0].shape) }),
  });
  // tfjs throws for a negative axis.
  const product = originalGradient("Prod");
  tf.registerGradient({
    kernelName: "Prod",
    inputsToSave: ["x"],
    gradFunc: (dy, saved, attrs) =>
      product(dy, saved, { ...attrs, axis: tf.util.parseAxisParam(attrs.axis as never, saved[0].shape) }),
  });
  // tfjs throws where there is only one part.
  const list = (dys: unknown) => (Array.isArray(dys) ? dys : [dys]) as tf.Tensor[];
  tf.registerGradient({
    kernelName: "SplitV",
    gradFunc: (dys, _, attrs) => ({ x: () => tf.concat(list(dys), attrs.axis as number) }),
  });
  tf.registerGradient({
    kernelName: "Unpack",
    gradFunc: (dys, _, attrs) => ({ value: () => tf.stack(list(dys), attrs.axis as number) }),
  });
}

/** Adds what a mirrored border received to the places it was copied from, along one axis. */
function unmirror(
  gradient: tf.Tensor,
  axis: number,
  size: number,
  [before]: [number, number],
  mode: "reflect" | "symmetric",
): tf.Tensor {
  const padded = gradient.shape[axis];
  if (padded === size) return gradient;
  const edge = mode === "reflect" ? 0 : 1;
  const origin = (place: number) => (place < 0 ? -place - edge : place >= size ? 2 * size - 2 - place + edge : place);
  const origins = tf.tensor1d(
    Array.from({ length: padded }, (_, place) => origin(place - before)),
    "int32",
  );
  const swap = gradient.shape.map((_, at) => (at === 0 ? axis : at === axis ? 0 : at));
  return tf.transpose(tf.unsortedSegmentSum(tf.transpose(gradient, swap), origins, size), swap);
}
