import { tf } from "../engine";
import { requirePositive } from "../options";

/**
 * A map from free parameters, which an outer optimizer moves without bounds, to constrained ones, which the loss takes.
 *
 * `forward` is differentiable to any order and belongs inside of the loss; `inverse` gives the free parameters of a start value.
 */
export interface Reparametrisation {
  readonly name: string;
  /** Constrained values of free ones, of the same shape. */
  forward(free: tf.Tensor): tf.Tensor;
  /**
   * Free values of constrained ones: forward(inverse(x)) = x but for rounding.
   *
   * @throws RangeError when a value does not satisfy the constraint.
   */
  inverse(constrained: tf.TensorLike | tf.Tensor): tf.Tensor;
}

export interface BoxOptions {
  /** Lower bound; default 0. */
  readonly lower?: number;
  /** Upper bound, above `lower`; default 1. */
  readonly upper?: number;
  /** Slope: how fast a free parameter moves its value; default 1. */
  readonly scale?: number;
}

/**
 * Values in an open interval.
 *
 *     x = lower + (upper - lower) sigmoid(scale u)        u = logit((x - lower) / (upper - lower)) / scale
 *
 * @param options.lower default 0.
 * @param options.upper > lower; default 1.
 * @param options.scale > 0; default 1.
 * @returns the map. Its derivative falls to 0 at the bounds: a value that starts close to one stays there for long.
 * @throws RangeError when an option is out of range.
 */
export function box({ lower = 0, upper = 1, scale = 1 }: BoxOptions = {}): Reparametrisation {
  return interval("box", { lower, upper, scale });
}

/**
 * Values in (0, 1): sigmoid(scale u), AutoBalance's map for multiplicative adjustments with scale 1.
 *
 * @param options.scale > 0; default 1.
 * @returns the map.
 * @throws RangeError when `scale` is out of range.
 */
export function sigmoid({ scale = 1 }: { readonly scale?: number } = {}): Reparametrisation {
  return interval("sigmoid", { lower: 0, upper: 1, scale });
}

function interval(name: string, { lower, upper, scale }: Required<BoxOptions>): Reparametrisation {
  if (!(Number.isFinite(lower) && Number.isFinite(upper) && lower < upper)) {
    throw new RangeError(`${name}: lower must be below upper, both finite, received ${lower} and ${upper}`);
  }
  requirePositive(name, "scale", scale);
  return {
    name,
    forward: (free) => tf.tidy(() => tf.add(lower, tf.mul(upper - lower, tf.sigmoid(tf.mul(scale, free))))),
    inverse: (constrained) =>
      inverted(name, constrained, {
        range: `in (${lower}, ${upper})`,
        accepts: (x) => x > lower && x < upper,
        inverse: (x) => Math.log((x - lower) / (upper - x)) / scale,
      }),
  };
}

/**
 * Positive values.
 *
 *     x = softplus(u) = log(1 + e^u)        u = x + log(1 - e^-x)
 *
 * @returns the map. Near 0 it acts like an exponential, far from it like the identity.
 */
export function softplus(): Reparametrisation {
  return {
    name: "softplus",
    forward: (free) => tf.softplus(free),
    inverse: (constrained) =>
      inverted("softplus", constrained, { ...POSITIVE, inverse: (x) => x + Math.log(-Math.expm1(-x)) }),
  };
}

/**
 * Points of the simplex, along the last axis: positive, of sum 1.
 *
 *     x = softmax(u)        u = log x - mean log x
 *
 * A common shift of u changes nothing; the inverse gives the u of mean 0.
 *
 * @returns the map.
 */
export function simplex(): Reparametrisation {
  return {
    name: "simplex",
    forward: (free) => tf.softmax(free),
    inverse: (constrained) =>
      tf.tidy(() => {
        const logarithm = inverted("simplex", constrained, { ...POSITIVE, inverse: Math.log });
        const wrong = tf
          .sum(tf.exp(logarithm), -1)
          .dataSync()
          .find((sum) => !(Math.abs(sum - 1) <= 1e-5));
        if (wrong !== undefined) {
          throw new RangeError(`simplex: values must sum to 1, received a sum of ${wrong.toPrecision(6)}`);
        }
        return tf.sub(logarithm, tf.mean(logarithm, -1, true));
      }),
  };
}

const POSITIVE = { range: "greater than 0", accepts: (x: number) => x > 0 };

/** Applies an inverse in float64, entry by entry, after checking the values. */
function inverted(
  name: string,
  constrained: tf.TensorLike | tf.Tensor,
  of: {
    readonly range: string;
    readonly accepts: (x: number) => boolean;
    readonly inverse: (x: number) => number;
  },
): tf.Tensor {
  return tf.tidy(() => {
    const tensor = constrained instanceof tf.Tensor ? constrained : tf.tensor(constrained);
    // Plain numbers keep the digits that a float32 tensor would take.
    const values =
      constrained instanceof tf.Tensor
        ? Float64Array.from(tensor.dataSync())
        : Float64Array.from(tf.util.flatten(constrained as number[]) as number[]);
    const wrong = values.find((x) => !of.accepts(x));
    if (wrong !== undefined) throw new RangeError(`${name}: values must be ${of.range}, received ${wrong}`);
    return tf.tensor(Float32Array.from(values, of.inverse), tensor.shape);
  });
}
