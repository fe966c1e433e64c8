import { random } from "../engine/random";
import { indexHash } from "./hash";
import { stratifiedSplit, type Subset } from "./split";

const SHARE = 0.2;

/** How the rows of a table are divided. */
export interface TableSplitOptions {
  /** See `loadTabular`. */
  readonly testShare?: number;
  readonly validationShare?: number;
  readonly seed?: number;
}

/**
 * Divides the rows of a table in train, validation and test part.
 *
 * @param labels class of every row.
 * @param isTest 1 for the rows of an official test part, where there is one: it is used unless `testShare` is given.
 * @param options see {@link TableSplitOptions}.
 * @returns the parts, each with indices in ascending order; one with the share 0 is left out.
 * @throws RangeError for a share outside [0, 1) or a bad seed.
 */
export function splitTable(
  labels: Int32Array,
  isTest: ArrayLike<number> | undefined,
  options: TableSplitOptions,
): { train: Subset; validation?: Subset; test?: Subset } {
  const { validationShare = SHARE, seed = 0 } = options;
  const official = isTest !== undefined && options.testShare === undefined;
  const rows = Int32Array.from(labels, (_, row) => row);
  const [rest, test] = official
    ? [
        subset(
          labels,
          rows.filter((row) => isTest[row] === 0),
        ),
        subset(
          labels,
          rows.filter((row) => isTest[row] === 1),
        ),
      ]
    : divide("testShare", labels, options.testShare ?? SHARE, seed, rows);
  // Drawn with a seed of its own, so that the two draws do not go through the rows in the same order.
  const own = random(seed)
    .fork("splitTable/validation")
    .integer(2 ** 31);
  const [train, validation] = divide("validationShare", labels, validationShare, own, rest.indices);
  return { train, ...(validation ? { validation } : {}), ...(test ? { test } : {}) };
}

function divide(
  option: string,
  labels: Int32Array,
  share: number,
  seed: number,
  indices: Int32Array,
): [rest: Subset, part: Subset | undefined] {
  if (!(share >= 0 && share < 1)) throw new RangeError(`loadTabular: ${option} must lie in [0, 1), received ${share}`);
  if (share === 0) return [subset(labels, indices), undefined];
  const parts = stratifiedSplit({ labels, share, seed, indices });
  return [parts.train, parts.validation];
}

function subset(labels: Int32Array, indices: Int32Array): Subset {
  const counts = new Array<number>(labels.reduce((largest, label) => Math.max(largest, label), 0) + 1).fill(0);
  for (const index of indices) counts[labels[index]]++;
  return { indices, counts, hash: indexHash(indices) };
}
