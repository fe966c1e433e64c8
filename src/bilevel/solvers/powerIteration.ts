import { random, tf } from "../../engine";
import { requireCount, requireKnown, requireNonNegative } from "../../options";
import { momentRitzValues } from "./ritz";
import { dot, norm, renew, requireFinite, times, type MatVec, type Vector } from "./vectors";

export interface PowerIterationOptions {
  /** At most so many products; default 20. */
  readonly iterations?: number;
  /** Stops where two products together raise the estimate by no more than this share; default 1e-3. */
  readonly tolerance?: number;
  /** Seed of the start vector; default 0. */
  readonly seed?: number;
  /** Relative error of a product; default 1e-6, that of float32. */
  readonly noise?: number;
  /** Whether every product is with the same matrix; default true. Without, there are no Ritz values. */
  readonly fixedMatrix?: boolean;
}

export interface LargestEigenvalue {
  /** Size of the eigenvalue that is largest in size, from below. */
  readonly size: number;
  /** That eigenvalue's estimate with its sign. */
  readonly eigenvalue: number;
  readonly products: number;
}

/**
 * The largest eigenvalue of a symmetric matrix, in size, by power iteration.
 *
 *     x_(k+1) = A x_k / ||A x_k||
 *
 * ||A x_k|| rises towards |lambda|_max, slowly where others are close to it and with pauses at smaller ones. The Ritz values of
 * span{x_0, ..., x_k}, which the same products give, are closer and do not pause: the largest in size is the estimate.
 *
 * @param matvec v => A v.
 * @param like a list of tensors of the shapes of a vector.
 * @param options.iterations integer >= 1; default 20.
 * @param options.tolerance >= 0; default 1e-3: stops where two products together raise the estimate by no more than this share.
 * @param options.seed of the random start vector; default 0.
 * @param options.noise relative error of a product, >= 0; default 1e-6.
 * @param options.fixedMatrix default true; false for products with a sequence of matrices, of which the largest ||A x||
 *   is taken, after all iterations.
 * @returns the estimate, never above the true one but for the noise; 0 for the zero matrix.
 * @throws RangeError for a bad option; Error when a product is not finite.
 */
export function powerIteration(matvec: MatVec, like: Vector, options: PowerIterationOptions = {}): LargestEigenvalue {
  const caller = "powerIteration";
  const { iterations = 20, tolerance = 1e-3, seed = 0, noise = 1e-6, fixedMatrix = true } = options;
  requireKnown(caller, options, ["iterations", "tolerance", "seed", "noise", "fixedMatrix"]);
  requireCount(caller, "iterations", iterations, 1);
  requireNonNegative(caller, "tolerance", tolerance);
  requireNonNegative(caller, "noise", noise);
  return tf.tidy(() => {
    // Of size 1/2 to 3/2: no coordinate is almost left out, as by a normal draw, and signs alone would hit simple eigenvectors.
    const source = random(seed).fork("powerIteration");
    const start = randomVector(like, () => (source.next() + 0.5) * (source.next() < 0.5 ? -1 : 1));
    let x = renew(start, times(1 / norm(start), start));
    // m_k = <x_0, A^k x_0>, divided by unit^k to keep them in range.
    const moments = [1];
    let unit = 1;
    // The estimate after every product: each is a lower bound, so that the largest counts.
    const estimates = [0];
    let products = 0;
    while (products < iterations) {
      const product = matvec(x);
      const [length, rayleighQuotient] = [norm(product), dot(x, product)];
      requireFinite(caller, length, ++products);
      if (products === 1) unit = length;
      if (length === 0) break;
      const squared = moments[moments.length - 1];
      moments.push((squared * rayleighQuotient) / unit, squared * (length / unit) ** 2);
      const { smallestRitzValue, largestRitzValue } = momentRitzValues(fixedMatrix ? moments : [], noise);
      const seen = [rayleighQuotient < 0 ? -length : length, unit * smallestRitzValue, unit * largestRitzValue];
      estimates.push(seen.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a), estimates[products - 1]));
      const [now, before] = [estimates[products], estimates[products - 2] ?? 0].map(Math.abs);
      if (fixedMatrix && now - before <= tolerance * now) break;
      x = renew(x, product);
      x = renew(x, times(1 / length, x));
    }
    const eigenvalue = estimates[estimates.length - 1];
    return { size: Math.abs(eigenvalue), eigenvalue, products };
  });
}

/** Entries drawn one by one, the same on every backend. */
export function randomVector(like: Vector, draw: () => number): tf.Tensor[] {
  return like.map(({ shape, size }) => tf.tensor(Float32Array.from({ length: size }, draw), shape));
}
