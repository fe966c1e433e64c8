import { checkBeta } from "./check";
import { margins, type ConfusionMatrix } from "./confusionMatrix";

/** Precision, recall, specificity and F-beta: of one class against the rest, or averaged over classes. */
export interface Scores {
  readonly precision: number;
  readonly recall: number;
  readonly specificity: number;
  readonly fBeta: number;
}

/** The scores of one class, and how many samples it has. */
export interface ClassScores extends Scores {
  readonly support: number;
}

export interface ClassScoresOptions {
  /** beta > 0: recall counts beta times as much as precision; default 1. */
  readonly beta?: number;
  /** The value of 0/0: 0 (default), or NaN, which averages leave out. */
  readonly zeroDivision?: number;
}

/**
 * Precision, recall, specificity and F-beta of every class against the rest.
 *
 * @param matrix K x K confusion matrix.
 * @param options.beta > 0; default 1.
 * @param options.zeroDivision the value of 0/0: 0 (default) or NaN. F-beta is 0/0 only for a class with neither a sample nor a
 *   prediction.
 * @returns one entry per class, with its number of samples.
 * @throws RangeError when the matrix is not square, or an option is out of range.
 */
export function classScores(
  matrix: ConfusionMatrix,
  { beta = 1, zeroDivision = 0 }: ClassScoresOptions = {},
): ClassScores[] {
  checkOptions("classScores", beta, zeroDivision);
  const { diagonal, rows, columns, total } = margins("classScores", matrix);
  return rows.map((support, k) => ({
    ...scoresOf({ right: diagonal[k], support, called: columns[k], total, beta, zeroDivision }),
    support,
  }));
}

/**
 * The classes' scores averaged: macro, micro or weighted by the number of samples.
 *
 *     macro      mean_k score_k
 *     weighted   sum_k n_k score_k / n
 *     micro      the score of the counts summed over the classes
 *
 * Macro F-beta is the mean of the classes' F-beta, not the F-beta of mean precision and mean recall. Micro precision, recall and
 * F-beta all equal the accuracy where each sample has one label.
 *
 * @param matrix K x K confusion matrix.
 * @param options.average `"macro"` (default), `"micro"` or `"weighted"`.
 * @param options.beta > 0; default 1.
 * @param options.zeroDivision the value of 0/0: 0 (default), so that a class without a sample lowers the average, or NaN, which
 *   leaves undefined scores out.
 * @returns the averaged scores; NaN where every class is left out.
 * @throws RangeError when the matrix is not square, or an option is out of range.
 */
export function averageScores(
  matrix: ConfusionMatrix,
  {
    average = "macro",
    beta = 1,
    zeroDivision = 0,
  }: ClassScoresOptions & { readonly average?: "macro" | "micro" | "weighted" } = {},
): Scores {
  checkOptions("averageScores", beta, zeroDivision);
  if (average === "micro") {
    const { diagonal, total } = margins("averageScores", matrix);
    const right = diagonal.reduce((sum, count) => sum + count, 0);
    const all = { right, support: total, called: total, total: total * matrix.length };
    return scoresOf({ ...all, beta, zeroDivision });
  }
  if (average !== "macro" && average !== "weighted") {
    throw new RangeError(
      `averageScores: average must be macro, micro or weighted, received ${JSON.stringify(average)}`,
    );
  }
  const classes = classScores(matrix, { beta, zeroDivision });
  const mean = (score: keyof Scores) => {
    const defined = classes.filter((entry) => !Number.isNaN(entry[score]));
    const samples = defined.reduce((sum, { support }) => sum + support, 0);
    const weight = ({ support }: ClassScores) =>
      average === "weighted" && samples > 0 ? support / samples : 1 / defined.length;
    return defined.length === 0 ? NaN : defined.reduce((sum, entry) => sum + weight(entry) * entry[score], 0);
  };
  return {
    precision: mean("precision"),
    recall: mean("recall"),
    specificity: mean("specificity"),
    fBeta: mean("fBeta"),
  };
}

/** The scores of `right` hits among `support` samples of a class and `called` predictions of it. */
function scoresOf(counts: {
  right: number;
  support: number;
  called: number;
  total: number;
  beta: number;
  zeroDivision: number;
}): Scores {
  const { right, support, called, total, beta, zeroDivision } = counts;
  const ratio = (part: number, whole: number) => (whole === 0 ? zeroDivision : part / whole);
  return {
    precision: ratio(right, called),
    recall: ratio(right, support),
    specificity: ratio(total - support - called + right, total - support),
    fBeta: ratio((1 + beta ** 2) * right, beta ** 2 * support + called),
  };
}

function checkOptions(metric: string, beta: number, zeroDivision: number): void {
  checkBeta(metric, beta);
  if (zeroDivision !== 0 && !Number.isNaN(zeroDivision)) {
    throw new RangeError(`${metric}: zeroDivision must be 0 or NaN, received ${zeroDivision}`);
  }
}
