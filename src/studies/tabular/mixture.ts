import { normalDensity } from "../../metrics/distributions";

/** One normal part of a density on the line. */
export interface NormalPart {
  /** Share of the part, > 0; the shares of a density sum to 1. */
  readonly share: number;
  readonly mean: number;
  /** > 0. */
  readonly deviation: number;
}

/** The densities of both classes along the one direction that tells them apart. */
export interface ClassDensities {
  readonly positive: readonly NormalPart[];
  readonly negative: readonly NormalPart[];
}

/** How well the best decision can do. */
export interface BayesDifficulty {
  /** Area under the ROC curve of the likelihood ratio. */
  readonly areaUnderRoc: number;
  /** Largest F1 at the prior. */
  readonly f1: number;
}

/** Cells of the quadrature; 2,000 leave an error below 1e-5 in the area and in F1. */
const CELLS = 2000;

/**
 * The difficulty of two known densities: what no classifier can surpass on a large sample.
 *
 *     F* = max_t 2 pi T(t) / (pi + pi T(t) + (1 - pi) Q(t)),    AUC = int T dQ
 *
 * T and Q are the probabilities, under the positive and the negative density, that the likelihood ratio is at least t. The line is cut
 * into cells; taking them by falling ratio draws the ROC curve of the likelihood ratio.
 *
 * @param densities normal mixtures of both classes.
 * @param prior pi = P(Y = 1), in (0, 1).
 * @returns the area, and F* of the best decision.
 * @throws RangeError when the prior is not in (0, 1).
 * @see The F-beta-optimal decision is a threshold on P(Y = 1 | x) (Koyejo et al., NeurIPS 2014); the quadrature is derived here.
 */
export function bayesDifficulty({ positive, negative }: ClassDensities, prior: number): BayesDifficulty {
  if (!(prior > 0 && prior < 1)) throw new RangeError(`bayesDifficulty: prior must be in (0, 1), received ${prior}`);
  const parts = [...positive, ...negative];
  const low = Math.min(...parts.map(({ mean, deviation }) => mean - 8 * deviation));
  const high = Math.max(...parts.map(({ mean, deviation }) => mean + 8 * deviation));
  const width = (high - low) / CELLS;
  const cells = Array.from({ length: CELLS }, (_, index) => {
    const middle = low + (index + 0.5) * width;
    const [first, second] = [density(positive, middle), density(negative, middle)];
    // Far out, where the negative density underflows, the positive one decides.
    return { hits: first * width, alarms: second * width, ratio: first / Math.max(second, Number.MIN_VALUE) };
  }).sort((a, b) => b.ratio - a.ratio);

  let [hits, alarms, area, f1] = [0, 0, 0, 0];
  for (const cell of cells) {
    area += cell.alarms * (hits + cell.hits / 2);
    hits += cell.hits;
    alarms += cell.alarms;
    f1 = Math.max(f1, (2 * prior * hits) / (prior + prior * hits + (1 - prior) * alarms));
  }
  return { areaUnderRoc: area, f1 };
}

/**
 * The distance at which a family of densities has a given Bayes AUC, by bisection.
 *
 * @param family densities by their distance >= 0; the area rises with it.
 * @param area wanted, between those at distance 0 and 12.
 * @returns the distance, to 1e-6.
 * @throws RangeError when the area cannot be reached.
 */
export function distanceOfArea(family: (distance: number) => ClassDensities, area: number): number {
  const reached = (distance: number) => bayesDifficulty(family(distance), 0.5).areaUnderRoc;
  let [low, high] = [0, 12];
  const [least, most] = [reached(low), reached(high)];
  if (!(area >= least && area <= most)) {
    throw new RangeError(
      `distanceOfArea: area must be in [${least.toFixed(4)}, ${most.toFixed(4)}] for this family, received ${area}`,
    );
  }
  while (high - low > 1e-6) {
    const middle = (low + high) / 2;
    if (reached(middle) < area) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function density(parts: readonly NormalPart[], x: number): number {
  return parts.reduce(
    (sum, { share, mean, deviation }) => sum + (share * normalDensity((x - mean) / deviation)) / deviation,
    0,
  );
}
