import type { Random } from "../../engine";

/**
 * A draw from the beta distribution, as G_a / (G_a + G_b) of two gamma draws.
 *
 * @param draws the generator.
 * @param a,b positive.
 * @returns a number in [0, 1].
 */
export function betaDraw(draws: Random, a: number, b: number): number {
  // In logarithms: with a small shape a gamma draw may be smaller than any double.
  const difference = logGammaDraw(draws, b) - logGammaDraw(draws, a);
  return 1 / (1 + Math.exp(difference));
}

/**
 * The logarithm of a draw from the gamma distribution of this shape and scale 1.
 *
 * Marsaglia and Tsang: A simple method for generating gamma variables, ACM TOMS 26, 2000; below shape 1 as
 * G_a = G_(a+1) U^(1/a).
 */
function logGammaDraw(draws: Random, shape: number): number {
  if (shape < 1) return logGammaDraw(draws, shape + 1) + Math.log(1 - draws.next()) / shape;
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = draws.normal();
    const v = (1 + c * x) ** 3;
    if (v <= 0) continue;
    if (Math.log(1 - draws.next()) < (x * x) / 2 + d - d * v + d * Math.log(v)) return Math.log(d) + Math.log(v);
  }
}
