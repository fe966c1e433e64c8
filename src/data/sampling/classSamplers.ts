import { membersByClass } from "../classes";
import { power } from "../power";
import type { Sampler } from "./sampler";
import { strataSampler, type DrawOptions } from "./strata";

/** Which samples a class sampler draws from. */
export interface ClassSamplerOptions extends DrawOptions {
  /** Class of every sample of the set: integers from 0. */
  readonly labels: ArrayLike<number>;
}

/**
 * Draws class k with a share proportional to a power of its number of samples: p_k ~ n_k^q.
 *
 * q = 1 draws as the data are, q = 0 every class equally, q = 1/2 is square-root sampling.
 *
 * @param options.exponent q, in [-1, 1].
 * @param options others see {@link ClassSamplerOptions}.
 * @returns a sampler of positions in the set, with `dataPrior` and `samplingPrior`.
 * @throws RangeError for a q outside [-1, 1], a batch size or number of draws that is no positive integer, fewer draws than
 *   classes, no samples, a bad label, index or seed.
 * @see Kang et al., Decoupling representation and classifier for long-tailed recognition, ICLR 2020, equation 1 (there classes
 *   are drawn independently).
 */
export function powerSampler({ exponent, ...options }: ClassSamplerOptions & { readonly exponent: number }): Sampler {
  if (!(exponent >= -1 && exponent <= 1)) {
    throw new RangeError(`powerSampler: exponent must lie in [-1, 1], received ${exponent}`);
  }
  return classSampler("powerSampler", options, (count) => power(count, exponent));
}

/**
 * Draws every class equally often: p_k = 1 / K over the K classes that have samples.
 *
 * @param options see {@link ClassSamplerOptions}.
 * @returns a sampler of positions in the set, with `dataPrior` and `samplingPrior`.
 * @throws RangeError as {@link powerSampler}.
 * @see Kang et al., ICLR 2020.
 */
export function classBalancedSampler(options: ClassSamplerOptions): Sampler {
  return classSampler("classBalancedSampler", options, () => 1);
}

/**
 * Draws class k with a share proportional to the square root of its number of samples: p_k ~ n_k^(1/2).
 *
 * @param options see {@link ClassSamplerOptions}.
 * @returns a sampler of positions in the set, with `dataPrior` and `samplingPrior`.
 * @throws RangeError as {@link powerSampler}.
 * @see Kang et al., ICLR 2020.
 */
export function squareRootSampler(options: ClassSamplerOptions): Sampler {
  return classSampler("squareRootSampler", options, Math.sqrt);
}

/**
 * Draws samples in proportion to the class-balanced weights of effective numbers.
 *
 *     p_k ~ n_k (1 - beta) / (1 - beta^n_k)
 *
 * beta = 0 draws as the data are, beta towards 1 draws every class equally.
 *
 * @param options.beta in [0, 1); 0.9999 is usual.
 * @param options others see {@link ClassSamplerOptions}.
 * @returns a sampler of positions in the set, with `dataPrior` and `samplingPrior`.
 * @throws RangeError for a beta outside [0, 1), and as {@link powerSampler}.
 * @see Cui et al., Class-balanced loss based on effective number of samples, CVPR 2019: the weights. Sampling by them in place
 *   of weighting is derived.
 */
export function effectiveNumberSampler({ beta, ...options }: ClassSamplerOptions & { readonly beta: number }): Sampler {
  if (!(beta >= 0 && beta < 1)) {
    throw new RangeError(`effectiveNumberSampler: beta must lie in [0, 1), received ${beta}`);
  }
  return classSampler("effectiveNumberSampler", options, (count) => count / effectiveNumber(count, beta));
}

/**
 * The effective number of n samples: (1 - beta^n) / (1 - beta), from 1 for beta = 0 to n for beta towards 1.
 *
 * @param count n, a positive integer.
 * @param beta in [0, 1).
 * @returns the effective number.
 */
export function effectiveNumber(count: number, beta: number): number {
  // Below 2^-60 the power cannot be seen beside 1.
  const vanishes = beta === 0 || count * Math.log2(beta) < -60;
  return (1 - (vanishes ? 0 : power(beta, count))) / (1 - beta);
}

function classSampler(name: string, options: ClassSamplerOptions, share: (count: number) => number): Sampler {
  const { members } = membersByClass(name, options.labels, options.indices);
  const shares = members.map((ofClass) => (ofClass.length > 0 ? share(ofClass.length) : 0));
  return strataSampler({ name, members, shares, perClass: (counts) => counts.slice() }, options);
}
