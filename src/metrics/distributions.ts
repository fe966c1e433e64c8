// eslint-disable-next-line @typescript-eslint/triple-slash-reference -- the package ships no types, and a cell compiles only what it imports
/// <reference path="./jstat.d.ts" />
import { jStat } from "jstat";

/*
 * The distributions of the tests, from jstat. Measured against scipy over 1 to 500 degrees of freedom: tails are right to an
 * absolute 1e-7 (normal 1e-16, chi-squared 1e-10), quantiles to a relative 1e-7. A p-value below 1e-7 says no more than that.
 */

/** P(Z <= z) of the standard normal distribution. */
export function normalCdf(z: number): number {
  return jStat.normal.cdf(z, 0, 1);
}

/** Density of the standard normal distribution. */
export function normalDensity(z: number): number {
  return jStat.normal.pdf(z, 0, 1);
}

/** P(|T| >= |t|) of Student's t; 0 at infinity, NaN at NaN. */
export function studentTails(t: number, degreesOfFreedom: number): number {
  if (Number.isNaN(t)) return NaN;
  return Math.abs(t) === Infinity ? 0 : 2 * jStat.studentt.cdf(-Math.abs(t), degreesOfFreedom);
}

/** The value that Student's t stays below with the given probability. */
export function studentQuantile(probability: number, degreesOfFreedom: number): number {
  return jStat.studentt.inv(probability, degreesOfFreedom);
}

/** P(X >= x) of the chi-squared distribution; NaN at NaN. */
export function chiSquareTail(x: number, degreesOfFreedom: number): number {
  return Number.isNaN(x) ? NaN : 1 - jStat.chisquare.cdf(x, degreesOfFreedom);
}

/** P(X >= x) of the F distribution; 0 at infinity, NaN at NaN. */
export function fTail(x: number, numerator: number, denominator: number): number {
  if (Number.isNaN(x)) return NaN;
  return x === Infinity ? 0 : 1 - jStat.centralF.cdf(x, numerator, denominator);
}

/** The value that the range of `groups` standard normal draws stays below with the given probability. */
export function normalRangeQuantile(probability: number, groups: number): number {
  return jStat.tukey.inv(probability, groups, Infinity);
}
