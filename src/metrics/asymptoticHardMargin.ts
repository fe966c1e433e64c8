import { Matrix, solve } from "ml-matrix";

import { normalCdf, normalDensity } from "./distributions";

/** A part of a population: one class, or one class within one group. */
export interface MixtureCell {
  /** Class, 0 or 1. */
  readonly label: number;
  /** Share of the samples, > 0; all sum to 1. */
  readonly share: number;
  /** Mean of x in an orthonormal basis of the plane that holds all means, [q], q >= 1. */
  readonly mean: readonly number[];
  /** Delta > 0 of the cell, default 1: its margin is in proportion to 1 / Delta. */
  readonly scale?: number;
}

/** A direction of norm at most 1 and a bias in units of ||theta||: all of a linear decision that errors depend on. */
export interface Overlap {
  /** u, [q]: coordinates of theta / ||theta|| in the basis of the means. What is missing to norm 1 is spent on noise. */
  readonly direction: readonly number[];
  /** beta = b / ||theta||. */
  readonly bias: number;
}

/** What a hard-margin machine tends to as samples and dimensions grow together. */
export interface AsymptoticHardMargin extends Overlap {
  /** Limit of ||theta||. */
  readonly norm: number;
  /** Limit of the error of each cell, in the order of the cells. */
  readonly errors: readonly number[];
}

/**
 * Errors of a linear decision on a Gaussian mixture, x | cell ~ N(mean, I).
 *
 *     P(error | cell) = Phi(-y (u . mean + beta)),   y = 2 label - 1
 *
 * @param cells the population.
 * @param overlap u and beta of the decision, see {@link Overlap}.
 * @returns one error per cell, right to an absolute 1e-15.
 * @throws RangeError for a bad cell or another number of coordinates.
 * @see Derived: y (theta . x + b) / ||theta|| is normal with variance 1.
 */
export function mixtureErrors(cells: readonly MixtureCell[], { direction, bias }: Overlap): number[] {
  const columns = signedCells("mixtureErrors", cells);
  if (direction.length !== cells[0].mean.length) {
    throw new RangeError(
      `mixtureErrors: direction must have ${cells[0].mean.length} coordinates, as the means, received ${direction.length}`,
    );
  }
  return columns.map(({ sign, toward }) => normalCdf(-dot(direction, toward) - sign * bias));
}

/**
 * The limit of the cost-sensitive hard-margin support vector machine on a Gaussian mixture, with d / n fixed.
 *
 *     min ||theta||^2    subject to    Delta_i y_i (theta . x_i + b) >= 1,     x_i | cell ~ N(mean_cell, I_d),   n, d -> infinity
 *
 * With G ~ N(0, 1), t = 1 / ||theta||, m = 1 / Delta and kappa = d / n the limit solves
 *
 *     F(t, u, beta) = sum_cells share E (t m - y (u . mean + beta) + G)_+^2 - kappa (1 - |u|^2)
 *     min_{u, beta} F(t, u, beta) = 0,     t > 0
 *
 * F is convex and rises with t, so that t, and with it u and beta, are unique; data can be separated where and only where
 * min F(0, ., .) < 0. Solved by Newton's method inside of Newton's method.
 *
 * @param options.cells the population; both classes must occur.
 * @param options.aspectRatio kappa = d / n > 0.
 * @param options.bias `"none"` (default: b = 0) or `"free"` (b does not count in the norm).
 * @returns u, beta, ||theta|| and the errors of the cells.
 * @throws RangeError for bad cells or ratio, and where data of this kind cannot be separated.
 * @see Derived here with the convex Gaussian min-max theorem (Thrampoulidis, Oymak, Hassibi, COLT 2015, not read); the argument stands
 *   in notebooks/14-gaussian-mixture-tradeoff.ipynb. Kini, Paraskevas, Oymak, Thrampoulidis (VS-loss, NeurIPS 2021, not read)
 *   give sharp asymptotics of the same machines.
 */
export function asymptoticHardMargin(options: {
  readonly cells: readonly MixtureCell[];
  readonly aspectRatio: number;
  readonly bias?: "none" | "free";
}): AsymptoticHardMargin {
  const caller = "asymptoticHardMargin";
  const { cells, aspectRatio, bias = "none" } = options;
  const columns = signedCells(caller, cells);
  if (new Set(cells.map(({ label }) => label)).size < 2) {
    throw new RangeError(`${caller}: cells must be of both classes, received labels ${labelsOf(cells)}`);
  }
  if (!(aspectRatio > 0 && aspectRatio < Infinity)) {
    throw new RangeError(`${caller}: aspectRatio must be a positive finite number, received ${aspectRatio}`);
  }
  if (bias !== "none" && bias !== "free") {
    throw new RangeError(`${caller}: bias must be "none" or "free", received ${JSON.stringify(bias)}`);
  }
  const problem = { columns, aspectRatio, free: bias === "free", q: cells[0].mean.length };
  let at = minimise(problem, 0, new Array<number>(problem.q + Number(problem.free)).fill(0));
  if (!(at.value < 0)) {
    throw new RangeError(
      `${caller}: data of this kind must be separable, received ${aspectRatio} dimensions per sample, too few for these means`,
    );
  }
  // A convex function that rises through its root: Newton's steps from the right go down to it.
  let t = 1;
  for (at = minimise(problem, t, at.point); at.value < 0; at = minimise(problem, t, at.point)) t *= 2;
  for (let step = 0; step < 100; step++) {
    const change = at.value / at.slope;
    t -= change;
    at = minimise(problem, t, at.point);
    if (Math.abs(change) <= 1e-13 * t) break;
  }
  const overlap = { direction: at.point.slice(0, problem.q), bias: problem.free ? at.point[problem.q] : 0 };
  return { ...overlap, norm: 1 / t, errors: mixtureErrors(cells, overlap) };
}

/** A cell as the formulas use it: y mean, y, share and margin. */
interface SignedCell {
  readonly toward: readonly number[];
  readonly sign: number;
  readonly share: number;
  readonly margin: number;
}

interface Problem {
  readonly columns: readonly SignedCell[];
  readonly aspectRatio: number;
  readonly free: boolean;
  readonly q: number;
}

interface Minimum {
  readonly point: number[];
  /** min F. */
  readonly value: number;
  /** Its derivative in t: that of F at the minimiser. */
  readonly slope: number;
}

/** min over (u, beta) of F(t, u, beta), by Newton's method with halving. */
function minimise(problem: Problem, t: number, start: readonly number[]): Minimum {
  let point = [...start];
  let here = evaluate(problem, t, point);
  for (let step = 0; step < 60; step++) {
    const move = solve(here.hessian, Matrix.columnVector(here.gradient)).to1DArray();
    const decrease = dot(move, here.gradient);
    if (!(decrease > 1e-30)) break;
    const moved = (size: number) => point.map((value, index) => value - size * move[index]);
    let next = moved(1);
    let there = evaluate(problem, t, next);
    // This close to the minimum values are equal to rounding, and the full step is the better point.
    for (let size = 1; decrease > 1e-12 && there.value > here.value - 0.25 * size * decrease;) {
      size /= 2;
      next = moved(size);
      there = evaluate(problem, t, next);
    }
    [point, here] = [next, there];
  }
  return { point, value: here.value, slope: here.slope };
}

/** F and its derivatives: with a = t m - y (u . mean + beta), E (a + G)_+^2 = (1 + a^2) Phi(a) + a phi(a). */
function evaluate({ columns, aspectRatio, free, q }: Problem, t: number, point: readonly number[]) {
  const size = point.length;
  const gradient = point.map((value, index) => (index < q ? 2 * aspectRatio * value : 0));
  const hessian = Matrix.eye(size).mul(2 * aspectRatio);
  if (free) hessian.set(q, q, 0);
  let value = -aspectRatio * (1 - dot(point.slice(0, q), point.slice(0, q)));
  let slope = 0;
  for (const { toward, sign, share, margin } of columns) {
    const along = free ? [...toward, sign] : toward;
    const a = t * margin - dot(along, point);
    const [below, density] = [normalCdf(a), normalDensity(a)];
    const first = 2 * share * (a * below + density);
    value += share * ((1 + a * a) * below + a * density);
    slope += first * margin;
    for (let i = 0; i < size; i++) {
      gradient[i] -= first * along[i];
      for (let j = 0; j < size; j++) {
        hessian.set(i, j, hessian.get(i, j) + 2 * share * below * along[i] * along[j]);
      }
    }
  }
  return { value, slope, gradient, hessian };
}

function signedCells(caller: string, cells: readonly MixtureCell[]): SignedCell[] {
  if (cells.length === 0) throw new RangeError(`${caller}: cells must hold at least one, received none`);
  const total = cells.reduce((sum, { share }) => sum + share, 0);
  if (!(Math.abs(total - 1) < 1e-9)) {
    throw new RangeError(`${caller}: shares must sum to 1, received ${total}`);
  }
  return cells.map(({ label, share, mean, scale = 1 }) => {
    if (label !== 0 && label !== 1) throw new RangeError(`${caller}: labels must be 0 or 1, received ${label}`);
    if (!(share > 0)) throw new RangeError(`${caller}: shares must be positive, received ${share}`);
    if (!(scale > 0 && scale < Infinity)) {
      throw new RangeError(`${caller}: scales must be positive finite numbers, received ${scale}`);
    }
    if (mean.length === 0 || mean.length !== cells[0].mean.length || !mean.every(Number.isFinite)) {
      throw new RangeError(
        `${caller}: means must be ${Math.max(1, cells[0].mean.length)} finite numbers, received [${mean.join(", ")}]`,
      );
    }
    const sign = 2 * label - 1;
    return { toward: mean.map((value) => sign * value), sign, share, margin: 1 / scale };
  });
}

function labelsOf(cells: readonly MixtureCell[]): string {
  return cells.map(({ label }) => label).join(", ");
}

function dot(one: readonly number[], other: readonly number[]): number {
  return one.reduce((sum, value, index) => sum + value * other[index], 0);
}
