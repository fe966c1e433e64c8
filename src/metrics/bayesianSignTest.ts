import { random, type Random } from "../engine";
import { requireCount } from "../options";
import { differences } from "./paired";

/** Probabilities that one method is better, that both are practically equivalent, and that it is worse. */
export interface BayesianSignTest {
  /** P("first better" is the most probable outcome on a new data set). */
  readonly better: number;
  /** P("practically equivalent" is the most probable outcome). */
  readonly equivalent: number;
  /** P("first worse" is the most probable outcome). */
  readonly worse: number;
  /** Dirichlet parameters of the posterior over (better, equivalent, worse). */
  readonly concentration: readonly [number, number, number];
  /** Monte Carlo standard error, the largest of the three. */
  readonly standardError: number;
}

/**
 * The Bayesian sign test with a region of practical equivalence (rope).
 *
 *     theta ~ Dirichlet(n_better, n_equivalent + s, n_worse),    better: d > rope,    worse: d < -rope,    d = first - second
 *     P(better) = P(theta_better is the largest of the three),    ...
 *
 * theta are the chances that a new data set falls into each region. The prior is one pseudo-observation of strength s in the
 * rope, so that little data speaks for equivalence. Regions that nothing fell into have theta = 0.
 *
 * @param first one number per data set (or seed) [n], n >= 1, higher is better.
 * @param second the other method's numbers [n].
 * @param options.rope half the width of the region, >= 0, in the unit of the numbers: 0.01 for a hundredth of accuracy.
 * @param options.seed of the posterior's draws.
 * @param options.samples number of draws, >= 1; default 50000.
 * @param options.prior s >= 0; default 1.
 * @returns the three probabilities, which sum to 1, the posterior's parameters, and the Monte Carlo error. Where all differences
 *   are 0, P(equivalent) = 1.
 * @throws RangeError on empty input, unequal lengths, NaN, or a bad option.
 * @see Benavoli, Corani, Demsar, Zaffalon: Time for a change, JMLR 18(77), 2017; checked against its authors' baycomp and by
 *   integration.
 */
export function bayesianSignTest(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  { rope, seed, samples = 50_000, prior = 1 }: { rope: number; seed: number; samples?: number; prior?: number },
): BayesianSignTest {
  const paired = differences("bayesianSignTest", first, second);
  for (const [name, value] of Object.entries({ rope, prior })) {
    if (!(value >= 0 && value < Infinity)) {
      throw new RangeError(`bayesianSignTest: ${name} must be a finite number of at least 0, received ${value}`);
    }
  }
  const better = paired.filter((difference) => difference > rope).length;
  const worse = paired.filter((difference) => difference < -rope).length;
  const concentration = [better, paired.length - better - worse + prior, worse] as const;

  const wins = [0, 0, 0];
  for (const theta of dirichletSamples(concentration, samples, { seed })) wins[theta.indexOf(Math.max(...theta))]++;
  const shares = wins.map((count) => count / samples);
  return {
    better: shares[0],
    equivalent: shares[1],
    worse: shares[2],
    concentration,
    standardError: Math.max(...shares.map((share) => Math.sqrt((share * (1 - share)) / samples))),
  };
}

/**
 * Draws from a Dirichlet distribution, as normalised gamma draws.
 *
 * @param concentration alpha [k], >= 0, at least one above 0; a component with alpha = 0 is 0.
 * @param samples number of draws, >= 1.
 * @param options.seed the same seed gives the same draws everywhere.
 * @returns draws [samples][k]; each sums to 1.
 * @throws RangeError when a parameter is negative, infinite or NaN, or none is above 0.
 */
export function dirichletSamples(
  concentration: ArrayLike<number>,
  samples: number,
  { seed }: { seed: number },
): number[][] {
  requireCount("dirichletSamples", "samples", samples, 1);
  const alpha = Array.from(concentration);
  if (!alpha.some((value) => value > 0) || alpha.some((value) => !(value >= 0 && value < Infinity))) {
    throw new RangeError(
      `dirichletSamples: concentration must hold finite numbers >= 0, one above 0, received ${alpha.join(", ") || "none"}`,
    );
  }
  const generator = random(seed).fork("dirichlet");
  return Array.from({ length: samples }, () => {
    const logs = alpha.map((value) => logGamma(value, generator));
    const largest = Math.max(...logs);
    const draws = logs.map((value) => Math.exp(value - largest));
    const total = draws.reduce((sum, draw) => sum + draw, 0);
    return draws.map((draw) => draw / total);
  });
}

/** The logarithm of a draw from Gamma(alpha, 1), by Marsaglia and Tsang; in logarithms since small alpha underflow. */
function logGamma(alpha: number, generator: Random): number {
  if (alpha === 0) return -Infinity;
  // Gamma(alpha) = Gamma(alpha + 1) U^(1 / alpha) below 1.
  if (alpha < 1) return logGamma(alpha + 1, generator) + Math.log(1 - generator.next()) / alpha;
  const d = alpha - 1 / 3;
  for (;;) {
    const x = generator.normal();
    const v = (1 + x / Math.sqrt(9 * d)) ** 3;
    if (v > 0 && Math.log(1 - generator.next()) < x ** 2 / 2 + d - d * v + d * Math.log(v)) return Math.log(d * v);
  }
}
