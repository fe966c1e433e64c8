import { requireCount } from "../options";
import { type LinearScore } from "./gaussianToy";

/**
 * The path that follows a gradient field in the plane of weight and bias, at unit speed.
 *
 *     d(w, b)/ds = g(w, b) / |g(w, b)|,    by the classical Runge-Kutta method
 *
 * The curve depends on the direction of the field alone: two objectives whose gradients are parallel have the same paths. It
 * ends early where the field vanishes or turns back within a step, as it does at a maximum.
 *
 * @param field the direction to follow at (w, b): a gradient for ascent, its negative for descent.
 * @param start weight and bias.
 * @param options.length arc length of the path, > 0.
 * @param options.steps number of steps, >= 1; default 200.
 * @returns the path, at most steps + 1 points, start included.
 * @throws RangeError on a bad length or number of steps.
 * @see The notion of a gradient path as in Lee, Yang, Yoo, arXiv 2104.01459 (abstract read); this definition is our own.
 */
export function gradientPath(
  field: (score: LinearScore) => LinearScore,
  start: LinearScore,
  { length, steps = 200 }: { length: number; steps?: number },
): LinearScore[] {
  if (!(length > 0 && length < Infinity)) {
    throw new RangeError(`gradientPath: length must be a positive finite number, received ${length}`);
  }
  requireCount("gradientPath", "steps", steps, 1);
  const step = length / steps;
  const path: LinearScore[] = [{ weight: start.weight, bias: start.bias }];
  while (path.length <= steps) {
    const here = path[path.length - 1];
    const k1 = direction(field(here));
    const k2 = k1 && direction(field(move(here, k1, step / 2)));
    const k3 = k2 && direction(field(move(here, k2, step / 2)));
    const k4 = k3 && direction(field(move(here, k3, step)));
    if (!k1 || !k2 || !k3 || !k4 || [k2, k3, k4].some((k) => dot(k1, k) < 0)) break;
    path.push({
      weight: here.weight + (step / 6) * (k1.weight + 2 * k2.weight + 2 * k3.weight + k4.weight),
      bias: here.bias + (step / 6) * (k1.bias + 2 * k2.bias + 2 * k3.bias + k4.bias),
    });
  }
  return path;
}

/**
 * The cosine of the angle between two directions in the plane of weight and bias.
 *
 * @param first one direction.
 * @param second another.
 * @returns the cosine in [-1, 1]; NaN where a direction is 0.
 */
export function cosineSimilarity(first: LinearScore, second: LinearScore): number {
  const norms = Math.hypot(first.weight, first.bias) * Math.hypot(second.weight, second.bias);
  return Math.max(-1, Math.min(1, dot(first, second) / norms));
}

function dot(first: LinearScore, second: LinearScore): number {
  return first.weight * second.weight + first.bias * second.bias;
}

function move({ weight, bias }: LinearScore, along: LinearScore, step: number): LinearScore {
  return { weight: weight + step * along.weight, bias: bias + step * along.bias };
}

function direction({ weight, bias }: LinearScore): LinearScore | undefined {
  const norm = Math.hypot(weight, bias);
  return norm > 0 && Number.isFinite(norm) ? { weight: weight / norm, bias: bias / norm } : undefined;
}
