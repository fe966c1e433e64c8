import { Matrix, QrDecomposition } from "ml-matrix";
import { dot } from "./vectors";

/** The point of a polytope that is nearest to the origin, and what it is made of. */
export interface MinNormPoint<Vertex> {
  /** The point p, [d]: sum_k coefficients[k] vertices[k]. */
  readonly point: Float64Array;
  /** At most d + 1 vertices. */
  readonly vertices: readonly Vertex[];
  /** Convex coefficients, each above 0, sum 1. */
  readonly coefficients: readonly number[];
  /** (||p||^2 - least p . v) / ||p||^2: 0 at the optimum, and a bound on how far the squared norm is from it. */
  readonly gap: number;
}

interface Member<Vertex> {
  readonly vertex: Vertex;
  readonly at: Float64Array;
  share: number;
}

/**
 * The point of a polytope nearest to the origin, by Wolfe's algorithm: exact up to rounding, in finitely many steps.
 *
 *     min ||p||  over  p in conv V;    optimal where and only where  p . v >= ||p||^2  for every v in V
 *
 * The polytope is known by its least vertex along a direction alone, so that it may have more vertices than could be listed,
 * or be a round body: the steps are then not finitely many, but the gap still tells what was reached.
 *
 * @param options.least gives the vertex v that makes p . v least, for a direction p, [d].
 * @param options.coordinates gives the coordinates of a vertex, [d].
 * @param options.start any vertex.
 * @param options.tolerance the gap at which to stop, >= 0; default 1e-12.
 * @param options.rounds at most so many vertices are tried, >= 1; default 10000.
 * @returns the point, its vertices, their coefficients and the gap that was reached. Rounding may stop the search above `tolerance`;
 *   where the polytope holds the origin, p is 0 to rounding and the gap is not small.
 * @see Wolfe: Finding the nearest point in a polytope, Mathematical Programming 11, 1976 (written from knowledge of the algorithm).
 */
export function minNormPoint<Vertex>({
  least,
  coordinates,
  start,
  tolerance = 1e-12,
  rounds = 10000,
}: {
  least: (direction: Float64Array) => Vertex;
  coordinates: (vertex: Vertex) => ArrayLike<number>;
  start: Vertex;
  tolerance?: number;
  rounds?: number;
}): MinNormPoint<Vertex> {
  let corral: Member<Vertex>[] = [{ vertex: start, at: Float64Array.from(coordinates(start)), share: 1 }];
  let point = combined(corral);
  for (let round = 0; ; round++) {
    const vertex = least(point);
    const at = Float64Array.from(coordinates(vertex));
    const squared = dot(point, point);
    const gap = (squared - dot(point, at)) / squared;
    const next =
      gap > tolerance && round < rounds
        ? nearestOf([...corral.map((one) => ({ ...one })), { vertex, at, share: 0 }])
        : undefined;
    const nextPoint = next && combined(next);
    // Without progress what is left is rounding.
    if (next === undefined || nextPoint === undefined || !(dot(nextPoint, nextPoint) < squared)) {
      return { point, vertices: corral.map((one) => one.vertex), coefficients: corral.map(({ share }) => share), gap };
    }
    [corral, point] = [next, nextPoint];
  }
}

/** A share below this is rounding. */
const EMPTY = 1e-14;

/**
 * Moves from a convex combination to one that is nearest to the origin in the affine hull of its members; a member whose share
 * reaches 0 on the way leaves. Undefined where the members are dependent to rounding.
 */
function nearestOf<Vertex>(members: Member<Vertex>[]): Member<Vertex>[] | undefined {
  for (let corral = members; ;) {
    const target = affineShares(corral.map(({ at }) => at));
    if (target === undefined) return undefined;
    const leaving = corral.map(({ share }, index) => (target[index] <= EMPTY ? share / (share - target[index]) : 1));
    const step = Math.min(1, ...leaving);
    corral.forEach((member, index) => (member.share += step * (target[index] - member.share)));
    const kept = corral.filter(({ share }, index) => share > EMPTY && !(step < 1 && leaving[index] === step));
    if (kept.length === corral.length) return corral;
    if (kept.length === 0) return undefined;
    const total = kept.reduce((sum, { share }) => sum + share, 0);
    kept.forEach((member) => (member.share /= total));
    corral = kept;
  }
}

/** Shares, of sum 1 and any sign, of the point of least norm in the affine hull: v_0 + sum_k x_k (v_k - v_0) by least squares. */
function affineShares([first, ...others]: readonly Float64Array[]): number[] | undefined {
  if (others.length === 0) return [1];
  if (others.length > first.length) return undefined;
  const edges = new Matrix(others.map((at) => Array.from(at, (value, axis) => value - first[axis]))).transpose();
  const decomposition = new QrDecomposition(edges);
  if (!decomposition.isFullRank()) return undefined;
  const shares = decomposition.solve(Matrix.columnVector(Array.from(first, (value) => -value))).to1DArray();
  return [1 - shares.reduce((sum, share) => sum + share, 0), ...shares];
}

function combined<Vertex>(members: readonly Member<Vertex>[]): Float64Array {
  return members[0].at.map((_, axis) => members.reduce((sum, { at, share }) => sum + share * at[axis], 0));
}
