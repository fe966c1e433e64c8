import { random } from "../../engine";
import { apportion } from "../binary";
import { concatenate, membersByClass } from "../classes";
import { indexHash } from "../hash";
import { checkCells, checkGroups, cellNumber, intoRows, type CellCounts } from "./cells";
import { checkSupply, drawPerClass } from "./drawPerClass";

/** Samples of a set with a group each. */
export interface GroupedSubset {
  /** Positions in the set [n], ascending. */
  readonly indices: Int32Array;
  /** Class of each of these samples [n]. */
  readonly labels: Int32Array;
  /** Group of each of these samples [n]. */
  readonly groups: Int32Array;
  /** Samples per cell [K][G]. */
  readonly counts: CellCounts;
  /** Hash of the indices followed by the groups, see `indexHash`. */
  readonly hash: string;
}

/** How groups are made up. Exactly one of `correlation` and `counts` is given. */
export interface SpuriousGroupsOptions {
  /** Class of every sample of the set: integers from 0. */
  readonly labels: ArrayLike<number>;
  /** Share of each class y that is in the group of its own, y mod G; the rest is spread evenly over the other groups. */
  readonly correlation?: number;
  /** Number of groups G, at least 2, where `correlation` is given; by default the number of classes. */
  readonly groups?: number;
  /** Samples per cell [K][G], where chosen one by one. */
  readonly counts?: CellCounts;
  readonly seed: number;
  /** The samples to take, where these are not all. */
  readonly indices?: ArrayLike<number>;
}

/**
 * Gives samples a spurious attribute (a background, a colour) that goes along with the class as often as asked for.
 *
 * With a correlation c and G groups, of the n samples of class y
 *
 *     c n are in group y mod G, and (1 - c) n / (G - 1) in each other group,
 *
 * in whole numbers by largest remainders; c = 1/G makes the attribute independent of the class, c = 0.95 with two groups is the
 * setting of Waterbirds. All samples are kept. With `counts`, cell (y, g) has counts[y][g] samples, drawn from class y.
 *
 * The groups are made up: nothing in the samples shows them until {@link paintGroups} puts it there.
 *
 * @param options see {@link SpuriousGroupsOptions}.
 * @returns see {@link GroupedSubset}. Of equal seeds, a sample's group does not depend on the order in which samples are given.
 * @throws RangeError for a correlation outside [0, 1], both or neither of correlation and counts, counts of another shape than
 *   [K][G], more samples than a class has, fewer than two groups, no samples, a bad label, index or seed.
 * @see Sagawa et al., Distributionally robust neural networks for group shifts, ICLR 2020 (the Waterbirds set); the builder
 *   is our own.
 */
export function spuriousGroups(options: SpuriousGroupsOptions): GroupedSubset {
  const { labels, correlation, counts, seed, indices } = options;
  const { members, total } = membersByClass("spuriousGroups", labels, indices);
  if (total === 0) throw new RangeError("spuriousGroups: there are no samples to group, expected at least one");
  if ((correlation === undefined) === (counts === undefined)) {
    throw new RangeError("spuriousGroups: exactly one of correlation and counts must be given");
  }
  const available = members.map((ofClass) => ofClass.length);
  const cells = counts ?? correlatedCells(available, correlation as number, options.groups ?? members.length);
  checkCells("spuriousGroups", cells, members.length);
  if (cells[0].length < 2)
    throw new RangeError(`spuriousGroups: groups must be at least 2, received ${cells[0].length}`);
  const wanted = cells.map((row) => row.reduce((sum, count) => sum + count, 0));
  checkSupply("spuriousGroups", available, wanted);

  const source = random(seed);
  const groupOf = new Int32Array(labels.length);
  const drawn = members.map((ofClass, label) => {
    const order = source.fork(`spuriousGroups/${label}`).shuffle(ofClass.slice().sort());
    let next = 0;
    cells[label].forEach((count, group) => {
      for (const end = next + count; next < end; next++) groupOf[order[next]] = group;
    });
    return order.subarray(0, wanted[label]);
  });
  return grouped(concatenate(drawn).sort(), labels, groupOf, cells);
}

/**
 * Draws a given number of samples of every cell of a set that has groups already.
 *
 * @param options.labels class of every sample of the set: integers from 0.
 * @param options.groups group of every sample of the set: integers from 0.
 * @param options.counts samples per cell [K][G].
 * @param options.seed the same seed gives the same samples.
 * @param options.indices the samples to choose from, where these are not all.
 * @returns see {@link GroupedSubset}.
 * @throws RangeError naming the cells that have fewer samples; for counts of another shape, and bad labels, groups or indices.
 */
export function withCellCounts(options: {
  readonly labels: ArrayLike<number>;
  readonly groups: ArrayLike<number>;
  readonly counts: CellCounts;
  readonly seed: number;
  readonly indices?: ArrayLike<number>;
}): GroupedSubset {
  const { labels, groups, counts, seed, indices } = options;
  const classes = membersByClass("withCellCounts", labels, indices).members.length;
  checkCells("withCellCounts", counts, classes);
  const columns = counts[0].length;
  const found = checkGroups("withCellCounts", groups, labels.length);
  if (found > columns) {
    throw new RangeError(`withCellCounts: counts have ${columns} columns, but the samples are in ${found} groups`);
  }
  const cellOf = Int32Array.from(labels, (label, sample) => cellNumber(label, groups[sample], columns));
  const { members } = membersByClass("withCellCounts", cellOf, indices);
  const padded = Array.from({ length: classes * columns }, (_, cell) => members[cell] ?? new Int32Array(0));
  const wanted = counts.flat();
  checkSupply(
    "withCellCounts",
    padded.map((ofCell) => ofCell.length),
    wanted,
    (cell) => `class ${Math.floor(cell / columns)}, group ${cell % columns}`,
  );
  return grouped(drawPerClass(padded, wanted, seed).indices, labels, groups, intoRows(wanted, columns));
}

/** Counts of all cells for this share of each class in its own group. */
function correlatedCells(available: readonly number[], correlation: number, groups: number): number[][] {
  if (!(correlation >= 0 && correlation <= 1)) {
    throw new RangeError(`spuriousGroups: correlation must lie in [0, 1], received ${correlation}`);
  }
  if (!Number.isInteger(groups) || groups < 2 || groups > 1024) {
    throw new RangeError(`spuriousGroups: groups must be an integer in [2, 1024], received ${groups}`);
  }
  return available.map((count, label) => {
    const own = Math.floor(correlation * count + 0.5);
    const others = apportion(count - own, new Array<number>(groups - 1).fill(Math.max(count, 1)));
    const row = Array.from({ length: groups }, () => 0);
    row[label % groups] = own;
    // Places left over go to the groups after the class's own, so that they are not always the first group's.
    others.forEach((share, step) => (row[(label + 1 + step) % groups] = share));
    return row;
  });
}

function grouped(
  indices: Int32Array,
  labels: ArrayLike<number>,
  groupOf: ArrayLike<number>,
  counts: CellCounts,
): GroupedSubset {
  const groups = indices.map((index) => groupOf[index]);
  return {
    indices,
    labels: indices.map((index) => labels[index]),
    groups,
    counts: counts.map((row) => row.slice()),
    hash: indexHash(concatenate([indices, groups])),
  };
}
