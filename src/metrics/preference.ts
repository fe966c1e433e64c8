import { classScores } from "./classScores";
import { type ConfusionMatrix } from "./confusionMatrix";

/** How much recall and precision of each class count. */
export interface Preference {
  /** u_k >= 0 [K], weights of the classes' recalls; default 0 for all. */
  readonly recall?: ArrayLike<number>;
  /** v_k >= 0 [K], weights of the classes' precisions; default 0 for all. */
  readonly precision?: ArrayLike<number>;
}

/**
 * A preference-weighted score: the classes' recalls and precisions averaged with the weights of a user.
 *
 *     S = sum_k (u_k recall_k + v_k precision_k) / sum_k (u_k + v_k)
 *
 * Equal u and no v give the macro recall; u on one class alone gives its recall. The measure is this library's own: like PDCM
 * (Kozak, Probierz, Kania, Juszczuk, Entropy 2022, 24(4):531) it compares classifiers under a preference over classes, but the
 * formula is not theirs.
 *
 * @param matrix K x K confusion matrix.
 * @param preference weights of recalls and precisions [K], >= 0, at least one above 0; only their ratios matter.
 * @returns S in [0, 1]; recall or precision of a class without a sample or a prediction counts as 0.
 * @throws RangeError when the matrix is not square, or weights are negative, of another length, or all 0.
 */
export function preferenceWeightedScore(matrix: ConfusionMatrix, { recall, precision }: Preference): number {
  const classes = classScores(matrix);
  const weights = Object.entries({ recall, precision }).map(([name, values]) => {
    const list = values ? Array.from(values) : new Array<number>(classes.length).fill(0);
    if (list.length !== classes.length || list.some((weight) => !(weight >= 0 && weight < Infinity))) {
      throw new RangeError(
        `preferenceWeightedScore: ${name} must hold ${classes.length} weights >= 0, received ${list.join(", ")}`,
      );
    }
    return list;
  });
  const total = weights.flat().reduce((sum, weight) => sum + weight, 0);
  if (total === 0) throw new RangeError("preferenceWeightedScore: at least one weight must be above 0, received none");
  const [u, v] = weights;
  return classes.reduce((sum, { recall: r, precision: p }, k) => sum + (u[k] * r + v[k] * p) / total, 0);
}
