import { cellNumber, checkGroups, intoRows } from "../builders/cells";
import { membersByClass } from "../classes";
import type { Sampler } from "./sampler";
import { strataSampler, type DrawOptions } from "./strata";

/** Which samples a group sampler draws from. */
export interface GroupBalancedSamplerOptions extends DrawOptions {
  /** Class of every sample of the set: integers from 0. */
  readonly labels: ArrayLike<number>;
  /** Group of every sample of the set: integers from 0. */
  readonly groups: ArrayLike<number>;
  /** `"cells"` (default): each cell of class and group that has samples equally often; `"groups"`: each group. */
  readonly over?: "cells" | "groups";
}

/**
 * Draws every cell of class and group equally often (or every group).
 *
 *     cells   p_(y,g) = 1 / number of cells that have samples
 *     groups  p_g = 1 / number of groups that have samples; within a group as the data are
 *
 * Balanced over cells the attribute tells nothing about the class any more, where all cells have samples.
 *
 * @param options see {@link GroupBalancedSamplerOptions}.
 * @returns a sampler of positions in the set; `dataPrior` and `samplingPrior` per class [K], and per cell in `cells` [K][G].
 * @throws RangeError for groups that are no integers from 0 or not one per label, an unknown `over`, fewer draws than cells, and
 *   as `classBalancedSampler`.
 * @see Sagawa et al., Distributionally robust neural networks for group shifts, ICLR 2020 (its resampling baseline).
 */
export function groupBalancedSampler(options: GroupBalancedSamplerOptions): Sampler {
  const name = "groupBalancedSampler";
  const { labels, groups, over = "cells", indices } = options;
  if (over !== "cells" && over !== "groups") {
    throw new RangeError(`${name}: over must be cells or groups, received ${JSON.stringify(over)}`);
  }
  const columns = checkGroups(name, groups, labels.length);
  const classes = membersByClass(name, labels, indices).members.length;
  const cellOf = Int32Array.from(labels, (label, sample) => cellNumber(label, groups[sample], columns));
  const found = membersByClass(name, cellOf, indices).members;
  const members = Array.from({ length: classes * columns }, (_, cell) => found[cell] ?? new Int32Array(0));
  const perGroup = Array.from({ length: columns }, () => 0);
  members.forEach((ofCell, cell) => (perGroup[cell % columns] += ofCell.length));
  const shares = members.map(({ length }, cell) =>
    length === 0 ? 0 : over === "cells" ? 1 : length / perGroup[cell % columns],
  );
  const perCell = (counts: readonly number[]) => intoRows(counts, columns);
  const perClass = (counts: readonly number[]) =>
    perCell(counts).map((row) => row.reduce((sum, count) => sum + count, 0));
  return strataSampler({ name, members, shares, perClass, perCell }, options);
}
