import { checkBeta } from "./check";

/** A classifier as the F-beta plot sees it. */
export interface Operating {
  readonly name: string;
  /** Precision in [0, 1]. */
  readonly precision: number;
  /** Recall in [0, 1]. */
  readonly recall: number;
}

/** F-beta of several classifiers against beta, where they cross, and which one wins where. */
export interface FBetaPlot {
  readonly betas: number[];
  readonly curves: readonly { readonly name: string; readonly fBeta: number[] }[];
  /** Every crossing of two classifiers, by rising beta. */
  readonly crossings: readonly {
    readonly names: readonly [string, string];
    readonly beta: number;
    readonly fBeta: number;
  }[];
  /** The classifier with the largest F-beta between two betas, from 0 to Infinity; of equal ones the first given. */
  readonly winners: readonly { readonly name: string; readonly from: number; readonly to: number }[];
}

/**
 * F-beta from precision and recall: their weighted harmonic mean.
 *
 *     1 / F = (1 / (1 + beta^2)) / P + (beta^2 / (1 + beta^2)) / R
 *
 * @param rates precision and recall in [0, 1].
 * @param beta > 0; default 1.
 * @returns F-beta in [0, 1]; 0 where precision or recall is 0.
 * @throws RangeError when a rate is outside [0, 1], or on a bad beta.
 */
export function fBetaOfRates({ precision, recall }: Omit<Operating, "name">, beta = 1): number {
  checkBeta("fBetaOfRates", beta);
  checkRates("fBetaOfRates", { precision, recall });
  return harmonic({ precision, recall }, 1 / (1 + beta ** 2));
}

/**
 * The beta at which two classifiers have the same F-beta.
 *
 *     beta^2 = (1/P1 - 1/P2) / (1/R2 - 1/R1)
 *
 * 1/F is linear in 1 / (1 + beta^2), so that two classifiers cross at most once: below the crossing the more precise one wins,
 * above it the one with more recall.
 *
 * @param first precision and recall of one classifier, in [0, 1].
 * @param second precision and recall of another.
 * @returns beta > 0; NaN where the curves do not cross: one classifier is at least as good in both, or a rate is 0.
 * @throws RangeError when a rate is outside [0, 1].
 * @see Derived; the plot is that of `fBetaPlot`.
 */
export function crossingBeta(first: Omit<Operating, "name">, second: Omit<Operating, "name">): number {
  checkRates("crossingBeta", first);
  checkRates("crossingBeta", second);
  if ([first, second].some(({ precision, recall }) => precision === 0 || recall === 0)) return NaN;
  const precisions = 1 / first.precision - 1 / second.precision;
  const recalls = 1 / second.recall - 1 / first.recall;
  return precisions * recalls > 0 ? Math.sqrt(precisions / recalls) : NaN;
}

/**
 * The F-beta plot: F-beta of each classifier against beta, to read off for which beta each wins.
 *
 * Compare classifiers at thresholds fixed beforehand; each curve is one decision seen with different preferences.
 *
 * @param classifiers name, precision and recall of at least one classifier.
 * @param options.betas abscissae, > 0; default 101 values from 0.1 to 10, evenly spaced in log beta.
 * @returns the curves, the crossings of every pair, and the winner on each stretch of beta from 0 to Infinity.
 * @throws RangeError without a classifier, when a rate is outside [0, 1], or on a bad beta.
 * @see Wojciechowski, Wozniak: F_beta-plot, PMLR 263, 2024, arXiv 2404.08709 (abstract read); crossings and winners derived.
 */
export function fBetaPlot(
  classifiers: readonly Operating[],
  { betas = DEFAULT_BETAS }: { betas?: ArrayLike<number> } = {},
): FBetaPlot {
  if (classifiers.length === 0) throw new RangeError("fBetaPlot: needs at least one classifier, received none");
  classifiers.forEach((classifier) => checkRates("fBetaPlot", classifier));
  const abscissae = Array.from(betas);
  abscissae.forEach((beta) => checkBeta("fBetaPlot", beta));

  const crossings = classifiers
    .flatMap((first, index) =>
      classifiers.slice(index + 1).map((second) => {
        const beta = crossingBeta(first, second);
        const fBeta = Number.isNaN(beta) ? NaN : fBetaOfRates(first, beta);
        return { names: [first.name, second.name] as const, beta, fBeta };
      }),
    )
    .filter(({ beta }) => !Number.isNaN(beta))
    .sort((a, b) => a.beta - b.beta);

  return {
    betas: abscissae,
    curves: classifiers.map((classifier) => ({
      name: classifier.name,
      fBeta: abscissae.map((beta) => fBetaOfRates(classifier, beta)),
    })),
    crossings,
    winners: winnersBetween(classifiers, [0, ...new Set(crossings.map(({ beta }) => beta)), Infinity]),
  };
}

const DEFAULT_BETAS = Array.from({ length: 101 }, (_, index) => 10 ** (-1 + index / 50));

/** Between neighbouring crossings one classifier is best throughout: compare at a beta inside. */
function winnersBetween(classifiers: readonly Operating[], ends: readonly number[]): FBetaPlot["winners"] {
  const winners: { name: string; from: number; to: number }[] = [];
  for (let index = 1; index < ends.length; index++) {
    const [from, to] = [ends[index - 1], ends[index]];
    const share = (1 / (1 + from ** 2) + 1 / (1 + to ** 2)) / 2;
    const best = classifiers.reduce((a, b) => (harmonic(b, share) > harmonic(a, share) ? b : a));
    const last = winners[winners.length - 1];
    if (last?.name === best.name) last.to = to;
    else winners.push({ name: best.name, from, to });
  }
  return winners;
}

/** Harmonic mean with weight `share` = 1 / (1 + beta^2) on the precision. */
function harmonic({ precision, recall }: Omit<Operating, "name">, share: number): number {
  return precision === 0 || recall === 0 ? 0 : 1 / (share / precision + (1 - share) / recall);
}

function checkRates(metric: string, { precision, recall }: Omit<Operating, "name">): void {
  for (const [name, rate] of Object.entries({ precision, recall })) {
    if (!(rate >= 0 && rate <= 1)) throw new RangeError(`${metric}: ${name} must be in [0, 1], received ${rate}`);
  }
}
