import { normalDensity } from "./distributions";
import { checkToy, type GaussianToy, type LinearScore } from "./gaussianToy";

/** Writes the values at a point, given by its logit and its place on the line, into `values`. */
export type AtPoint = (logit: number, x: number, values: Float64Array) => void;

const REACH = 10;
const STEPS_PER_DEVIATION = 40;
/** Up to this steepness in units of 1/s the base step leaves an error below 1e-10. */
const STEEPNESS_OF_BASE_STEP = 30;

/**
 * Means over X ~ N(centre, deviation^2) of functions of (w X + b, X), by the trapezoid rule.
 *
 * The rule reaches +-10 deviations in steps of 1/40 or less; its error falls exponentially with the step, and the step
 * shrinks with the steepness |w| s k of the integrand, so that the error stays below 1e-10.
 *
 * @param count how many functions.
 * @param steepness k: how many times steeper than a sigmoid of the logit they are.
 */
function meansOver(
  { centre, deviation, count, steepness }: { centre: number; deviation: number; count: number; steepness: number },
  { weight, bias }: LinearScore,
  at: AtPoint,
): number[] {
  const refine = Math.ceil((Math.abs(weight) * deviation * steepness) / STEEPNESS_OF_BASE_STEP);
  const perDeviation = STEPS_PER_DEVIATION * Math.max(1, refine);
  const sums = new Float64Array(count);
  const values = new Float64Array(count);
  for (let node = -REACH * perDeviation; node <= REACH * perDeviation; node++) {
    const u = node / perDeviation;
    const x = centre + deviation * u;
    const mass = perDeviation === STEPS_PER_DEVIATION ? MASSES[node + MIDDLE] : normalDensity(u) / perDeviation;
    at(weight * x + bias, x, values);
    for (let entry = 0; entry < count; entry++) sums[entry] += mass * values[entry];
  }
  return Array.from(sums);
}

/** Means over the positives and over the negatives of the toy, of `count` functions each. */
export function classMeans(
  name: string,
  toy: GaussianToy,
  score: LinearScore,
  {
    count,
    positive,
    negative,
    steepness = 1,
  }: { count: number; positive: AtPoint; negative: AtPoint; steepness?: number },
): [number[], number[]] {
  const { positiveMean, negativeMean, deviation } = checkToy(name, toy);
  const { weight, bias } = score;
  if (!(Number.isFinite(weight) && Number.isFinite(bias))) {
    throw new RangeError(`${name}: needs a finite weight and bias, received ${weight}, ${bias}`);
  }
  return [
    meansOver({ centre: positiveMean, deviation, count, steepness }, score, positive),
    meansOver({ centre: negativeMean, deviation, count, steepness }, score, negative),
  ];
}

const MIDDLE = REACH * STEPS_PER_DEVIATION;
const MASSES = Float64Array.from(
  { length: 2 * MIDDLE + 1 },
  (_, index) => normalDensity((index - MIDDLE) / STEPS_PER_DEVIATION) / STEPS_PER_DEVIATION,
);
