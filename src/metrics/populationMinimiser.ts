import { requireCount } from "../options";
import { gaussianCrossEntropyOptimum, type GaussianToy, type LinearScore } from "./gaussianToy";
import { type LossTerms } from "./lossTerms";
import { populationRisk, populationRiskGradient } from "./populationRisk";

/** Where a search for the minimiser of a population risk ended. */
export interface PopulationMinimiser extends LinearScore {
  readonly risk: number;
  /** Norm of the gradient at the end. */
  readonly gradientNorm: number;
  /** Whether the gradient vanished to 1e-9; it does so too at the large weight where a risk without a minimum flattens out. */
  readonly converged: boolean;
}

/**
 * The linear score with the least population risk in the Gaussian toy case: what unlimited data and training would give.
 *
 * Damped Newton steps with the Hessian from central differences of the gradient. The surrogate F-beta losses are not convex:
 * the result is the minimum reached from `start`.
 *
 * @param toy prior, means, deviation, as in `gaussianRatesAt`.
 * @param terms the loss.
 * @param options.start weight and bias to start from; default the cross-entropy optimum.
 * @param options.rounds at most so many steps, >= 1; default 200.
 * @returns weight, bias, risk, gradient norm, and whether it converged (gradient norm at most 1e-9).
 * @throws RangeError on bad parameters.
 * @see Derived.
 */
export function populationMinimiser(
  toy: GaussianToy,
  terms: LossTerms,
  { start = gaussianCrossEntropyOptimum(toy), rounds = 200 }: { start?: LinearScore; rounds?: number } = {},
): PopulationMinimiser {
  requireCount("populationMinimiser", "rounds", rounds, 1);
  const gradientAt = (score: LinearScore) => populationRiskGradient(toy, terms, score);
  let point = { weight: start.weight, bias: start.bias };
  let risk = populationRisk(toy, terms, point);
  let gradient = gradientAt(point);
  let damping = 1e-3;
  for (let round = 0; round < rounds && Math.hypot(gradient.weight, gradient.bias) > SETTLED; round++) {
    const [ww, wb, bb] = hessian(gradientAt, point);
    const before = point;
    for (; damping < 1e12; damping *= 4) {
      const [a, d] = [ww + damping, bb + damping];
      const determinant = a * d - wb ** 2;
      if (!(a > 0 && determinant > 0)) continue;
      const next = {
        weight: point.weight - (d * gradient.weight - wb * gradient.bias) / determinant,
        bias: point.bias - (a * gradient.bias - wb * gradient.weight) / determinant,
      };
      const nextRisk = populationRisk(toy, terms, next);
      // Near the minimum the risk is flat to rounding and a full step shows only in the gradient.
      if (nextRisk <= risk + 1e-15 * Math.max(1, Math.abs(risk))) {
        [point, risk, gradient] = [next, nextRisk, gradientAt(next)];
        damping = Math.max(damping / 16, 1e-14);
        break;
      }
    }
    if (point === before) break;
  }
  const gradientNorm = Math.hypot(gradient.weight, gradient.bias);
  return { ...point, risk, gradientNorm, converged: gradientNorm <= SETTLED };
}

const SETTLED = 1e-9;

/** Entries ww, wb, bb of the Hessian, by central differences. */
function hessian(gradientAt: (score: LinearScore) => LinearScore, { weight, bias }: LinearScore) {
  const step = 1e-5 * Math.max(1, Math.abs(weight), Math.abs(bias));
  const [right, left] = [1, -1].map((side) => gradientAt({ weight: weight + side * step, bias }));
  const [up, down] = [1, -1].map((side) => gradientAt({ weight, bias: bias + side * step }));
  return [
    (right.weight - left.weight) / (2 * step),
    (right.bias - left.bias + up.weight - down.weight) / (4 * step),
    (up.bias - down.bias) / (2 * step),
  ];
}
