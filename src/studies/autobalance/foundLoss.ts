import { type Loss } from "../../training";
import { requireThat } from "./check";
import { asParameter, parametricLoss } from "./lossParameters";

/** A parametric loss as plain numbers, which JSON keeps: what a search finds, and what is retrained with as it was found. */
export interface FoundLoss {
  readonly classes: number;
  /** G; null where parameters belong to classes alone. */
  readonly groups: number | null;
  /** Per cell, row by row: cell (k, g) at k G + g. */
  readonly scale: readonly number[];
  readonly shift: readonly number[];
  readonly weight: readonly number[];
}

/**
 * The training loss of parameters that were found.
 *
 *     mean_i -weight_(y_i) log softmax(scale f_i + shift)_(y_i)        of cells: the columns of the sample's group
 *
 * Every class has the values that its cluster was found with: nothing is interpolated between search and retraining.
 *
 * @param found see {@link FoundLoss}.
 * @returns the loss, for `fit`. Predict with the raw logits.
 * @throws RangeError when the numbers are not one per cell, or not finite.
 */
export function foundLoss(found: FoundLoss): Loss {
  const { classes, groups } = found;
  const size = classes * (groups ?? 1);
  for (const name of ["scale", "shift", "weight"] as const) {
    const usable = found[name]?.length === size && found[name].every(Number.isFinite);
    requireThat(usable, "foundLoss", name, `${size} finite numbers, one per cell`, found[name]);
  }
  const cells = { groups: groups ?? undefined };
  const [scale, shift, weight] = [found.scale, found.shift, found.weight].map((values) => asParameter(cells, values));
  // A loss of cells needs a column per group in one of its parameters.
  const columns = groups === null || Array.isArray(scale) || Array.isArray(shift) || Array.isArray(weight);
  const full = Array.from({ length: classes }, () => new Array<number>(groups ?? 1).fill(Number(scale)));
  return parametricLoss(cells, () => ({ scale: columns ? scale : full, shift, weight }));
}

/**
 * A loss with its scales divided by the largest, so that a common factor below 1, which only slows the training down, is gone.
 *
 *     scale_k <- scale_k / max_j scale_j
 *
 * @param found a loss; its shifts and weights stay as they are.
 * @returns the loss with largest scale 1.
 */
export function normalizedScale(found: FoundLoss): FoundLoss {
  const largest = Math.max(...found.scale);
  return { ...found, scale: found.scale.map((scale) => scale / largest) };
}
