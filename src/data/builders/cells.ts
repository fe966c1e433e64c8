/** Samples per cell: class y in the rows, group g in the columns. */
export type CellCounts = readonly (readonly number[])[];

/** Number of a cell: y G + g. */
export function cellNumber(label: number, group: number, groups: number): number {
  return label * groups + group;
}

/** Throws unless `values` holds an integer in [0, 65536) for each of `length` samples; returns the largest plus one. */
export function checkGroups(caller: string, values: ArrayLike<number>, length: number): number {
  if (values.length !== length) {
    throw new RangeError(
      `${caller}: groups must have one entry for each of ${length} samples, received ${values.length}`,
    );
  }
  let groups = 0;
  for (let sample = 0; sample < length; sample++) {
    const group = values[sample];
    if (!Number.isInteger(group) || group < 0 || group >= 65_536) {
      throw new RangeError(
        `${caller}: groups must be integers from 0, below 65536, received ${group} at position ${sample}`,
      );
    }
    groups = Math.max(groups, group + 1);
  }
  return groups;
}

/** Throws unless `counts` has one row per class, all of one length of at least one, of nonnegative integers not all zero. */
export function checkCells(caller: string, counts: CellCounts, classes: number): void {
  const columns = counts[0]?.length ?? 0;
  if (counts.length !== classes || columns < 1 || counts.some((row) => row.length !== columns)) {
    throw new RangeError(
      `${caller}: counts must have ${classes} rows, one per class, with equally many columns, one per group; ` +
        `received rows of [${counts.map((row) => row.length).join(", ")}]`,
    );
  }
  counts.forEach((row, label) =>
    row.forEach((count, group) => {
      if (!Number.isInteger(count) || count < 0) {
        throw new RangeError(
          `${caller}: counts must be nonnegative integers, received ${count} for class ${label}, group ${group}`,
        );
      }
    }),
  );
  if (!counts.some((row) => row.some((count) => count > 0))) {
    throw new RangeError(`${caller}: counts ask for no sample at all, expected at least one`);
  }
}

/** Cuts a list over all cells into rows of one class each. */
export function intoRows(values: readonly number[], groups: number): number[][] {
  return Array.from({ length: values.length / groups }, (_, label) =>
    values.slice(label * groups, (label + 1) * groups),
  );
}
