import { requireCount } from "../../options";
import { byFrequency, logPriorsOf, type Cells } from "./cells";
import { requireThat } from "./check";

/**
 * Which values the parameters of the cells may take together: parameter = D free, with a dictionary D [P, P'], P' <= P mostly.
 *
 * Delta, l and the weights each have free parameters of their own, with the same D.
 */
export interface Sharing {
  readonly name: string;
  /** D, one row per cell. */
  dictionary(cells: Cells): number[][];
}

/**
 * Every cell has parameters of its own: D = I.
 *
 * @returns the sharing.
 */
export function separate(): Sharing {
  return {
    name: "separate",
    dictionary: ({ counts }) => counts.map((_, row) => counts.map((_, column) => (row === column ? 1 : 0))),
  };
}

/**
 * Cells of like frequency share their parameters.
 *
 *     cells sorted by count, descending (stable);  D_ij = 1 where cell i is in cluster j = floor(rank_i / size)
 *
 * The last cluster has the rest: 8,142 classes in clusters of 20 make 408, the last of 2. (The released code repeats every cluster
 * `size` times whatever the number of classes and cannot run there.)
 *
 * @param options.size cells of a cluster, >= 1; the papers' experiments take 1, 10 and 20 (40 in the paper's text for iNaturalist).
 * @returns the sharing.
 * @throws RangeError when `size` is no positive integer.
 * @see AutoBalance, section on search-space reduction, as given by a third-party digest; core/utils.py of its code.
 */
export function frequencyClusters({ size }: { readonly size: number }): Sharing {
  requireCount("frequencyClusters", "size", size, 1);
  return {
    name: `frequency clusters of ${size}`,
    dictionary({ counts }) {
      const columns = Math.ceil(counts.length / size);
      const rows = counts.map(() => new Array<number>(columns).fill(0));
      byFrequency(counts).forEach((cell, rank) => (rows[cell][Math.floor(rank / size)] = 1));
      return rows;
    },
  };
}

/**
 * Parameters are smooth functions of the frequency: eight fixed ones, weighted.
 *
 *     r_k = n_k / n_max,  a_k = -log10 r_k;   columns  a, a^2, a^(1/2), 1/r, r^(-1/2), r^(-0.3), r^(-2), 1,  each divided by its largest entry
 *
 * LA's shift tau log pi and a constant lie in its span.
 *
 * @returns the sharing, with eight free parameters for any number of cells. Of equal counts the first three columns are zero.
 * @see A notebook of the authors' development repository (long-tailed CIFAR-10), read; there r_k = mu^k.
 */
export function frequencyDictionary(): Sharing {
  return {
    name: "frequency dictionary",
    dictionary({ counts }) {
      const most = Math.max(...counts);
      const functions: ((r: number) => number)[] = [
        (r) => -Math.log10(r),
        (r) => Math.log10(r) ** 2,
        (r) => Math.sqrt(-Math.log10(r)),
        (r) => 1 / r,
        (r) => r ** -0.5,
        (r) => r ** -0.3,
        (r) => r ** -2,
        () => 1,
      ];
      return normalisedColumns(counts.map((count) => functions.map((f) => f(count / most) + 0)));
    },
  };
}

/**
 * One number for all cells: parameter = t log pi, so that a search over l tunes the tau of LA and nothing else.
 *
 * @returns the sharing, with one free parameter; from a start of l = 0 it begins at tau = 0. Made for `search: ["shift"]`.
 */
export function logPriorMultiple(): Sharing {
  return { name: "multiple of log priors", dictionary: (cells) => logPriorsOf(cells).map((logPrior) => [logPrior]) };
}

/** Attributes of the cells, by name, one number per cell: frequency, difficulty, label noise, or any other. */
export type Attributes = Readonly<Record<string, readonly number[]>>;

/**
 * Parameters are functions of attributes of the cells: class-attribute priors.
 *
 *     columns  1, and for each attribute a its standardised powers z, ..., z^degree,   z = (a - mean a) / sd a
 *
 * The frequency is one attribute among others: pass `frequency: counts.map(Math.log)`. Difficulty may be the validation error of a
 * plain model per class, label noise the share of wrong labels where it is known or estimated.
 *
 * @param attributes by name, one finite number per cell each (row by row for cells of classes and groups); at least one.
 * @param options.degree >= 1; default 1.
 * @returns the sharing, with 1 + degree times the number of attributes free parameters. A constant attribute gives zero columns.
 * @throws RangeError for no attribute, a value that is not finite, or, when it is used, another number of values than of cells.
 * @see Class-attribute priors (arXiv 2401.14343): the idea, from an excerpt of the paper; its code and basis are not known to us, and
 *   the polynomial basis is ours.
 */
export function attributeMap(attributes: Attributes, { degree = 1 }: { readonly degree?: number } = {}): Sharing {
  const caller = "attributeMap";
  requireCount(caller, "degree", degree, 1);
  const names = Object.keys(attributes);
  requireThat(names.length > 0, caller, "attributes", "at least one list of numbers by name", attributes);
  for (const name of names) {
    const wrong = attributes[name].find((value) => !Number.isFinite(value));
    requireThat(wrong === undefined, caller, `attributes.${name}`, "finite numbers", wrong);
  }
  return {
    name: `attributes ${names.join(", ")}${degree > 1 ? ` to degree ${degree}` : ""}`,
    dictionary({ counts }) {
      const columns = names.map((name) => {
        const values = attributes[name];
        requireThat(values.length === counts.length, caller, `attributes.${name}`, `${counts.length} numbers`, values);
        return standardised(values);
      });
      return counts.map((_, cell) => [
        1,
        ...columns.flatMap((z) => Array.from({ length: degree }, (_, power) => z[cell] ** (power + 1))),
      ]);
    },
  };
}

function standardised(values: readonly number[]): number[] {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  return values.map((value) => (deviation === 0 ? 0 : (value - mean) / deviation));
}

function normalisedColumns(rows: readonly (readonly number[])[]): number[][] {
  const largest = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column])));
  return rows.map((row) => row.map((value, column) => (largest[column] === 0 ? 0 : value / largest[column])));
}
