/** What a pattern search came to. */
export interface PatternSearch {
  readonly point: number[];
  readonly value: number;
  /** Evaluations of the function. */
  readonly evaluations: number;
}

/**
 * Minimises a function of few variables by steps along the axes, without derivatives: for errors, which are piecewise constant.
 *
 *     for size of sizes:  repeat  x <- x +- size_i e_i  where that is strictly better,  until a pass over all axes brings nothing
 *
 * @param f the function; a value that is NaN is never better.
 * @param start where to begin, at least one number; the result is never worse.
 * @param options.sizes sizes of the steps, from coarse to fine: at least one, each positive.
 * @param options.weights factor of the sizes along each axis, positive, as many as `start`; default 1.
 * @param options.passes most passes over the axes at each size, >= 1; default 4.
 * @returns the best point found, a local minimum along the axes at most.
 * @throws RangeError for no start, sizes or weights that are not positive, or another number of weights.
 * @see Hooke, Jeeves: "Direct search" solution of numerical and statistical problems, Journal of the ACM, 1961, without its pattern moves.
 */
export function patternSearch(
  f: (point: readonly number[]) => number,
  start: readonly number[],
  options: { readonly sizes: readonly number[]; readonly weights?: readonly number[]; readonly passes?: number },
): PatternSearch {
  const { sizes, weights = start.map(() => 1), passes = 4 } = options;
  if (start.length === 0) throw new RangeError("patternSearch: start must have at least one number, received none");
  const bad = [...sizes, ...weights].find((size) => !(size > 0 && size < Infinity));
  if (sizes.length === 0 || bad !== undefined) {
    throw new RangeError(`patternSearch: sizes and weights must be positive numbers, received ${bad ?? "no size"}`);
  }
  if (weights.length !== start.length) {
    throw new RangeError(`patternSearch: weights must be ${start.length} numbers, received ${weights.length}`);
  }
  if (!(Number.isInteger(passes) && passes >= 1)) {
    throw new RangeError(`patternSearch: passes must be an integer of at least 1, received ${passes}`);
  }
  let point = [...start];
  let value = f(point);
  let evaluations = 1;
  for (const size of sizes) {
    for (let pass = 0; pass < passes; pass++) {
      const before = value;
      for (let axis = 0; axis < point.length; axis++) {
        for (const sign of [1, -1]) {
          const tried = [...point];
          tried[axis] += sign * size * weights[axis];
          const found = f(tried);
          evaluations++;
          if (!(found < value)) continue;
          [point, value] = [tried, found];
          break;
        }
      }
      if (!(value < before)) break;
    }
  }
  return { point, value, evaluations };
}
