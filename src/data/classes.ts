/** The samples of every class, in the order they were given in. */
export interface ClassMembers {
  /** Per class 0 to K - 1, the indices of its samples; K - 1 is the largest label. */
  readonly members: readonly Int32Array[];
  /** Number of samples. */
  readonly total: number;
}

/**
 * Sorts samples by class.
 *
 * @param caller name of the public function, for its errors.
 * @param labels class of every sample of the set, integers in [0, 65536).
 * @param indices the samples to take, each at most once; by default all.
 * @returns see {@link ClassMembers}. K is taken from all labels, so that it does not depend on which samples were
 *   chosen.
 * @throws RangeError quoting a label that is no class, or an index that is outside the set or given twice.
 */
export function membersByClass(caller: string, labels: ArrayLike<number>, indices?: ArrayLike<number>): ClassMembers {
  const sizes: number[] = [];
  for (let sample = 0; sample < labels.length; sample++) {
    const label = labels[sample];
    if (!Number.isInteger(label) || label < 0 || label >= 65_536) {
      throw new RangeError(
        `${caller}: labels must be integers from 0, below 65536, received ${label} at position ${sample}`,
      );
    }
    while (sizes.length <= label) sizes.push(0);
  }
  const chosen = indices ?? Int32Array.from({ length: labels.length }, (_, sample) => sample);
  const taken = new Uint8Array(labels.length);
  for (let position = 0; position < chosen.length; position++) {
    const index = chosen[position];
    if (!Number.isInteger(index) || index < 0 || index >= labels.length) {
      throw new RangeError(
        `${caller}: indices must be integers in [0, ${labels.length}), received ${index} at position ${position}`,
      );
    }
    if (taken[index] === 1)
      throw new RangeError(`${caller}: index ${index} is given twice (again at position ${position})`);
    taken[index] = 1;
    sizes[labels[index]]++;
  }
  const members = sizes.map((size) => new Int32Array(size));
  const filled = sizes.map(() => 0);
  for (let position = 0; position < chosen.length; position++) {
    const label = labels[chosen[position]];
    members[label][filled[label]++] = chosen[position];
  }
  return { members, total: chosen.length };
}

/** Joins lists of indices. */
export function concatenate(lists: readonly Int32Array[]): Int32Array {
  const joined = new Int32Array(lists.reduce((sum, list) => sum + list.length, 0));
  let offset = 0;
  for (const list of lists) {
    joined.set(list, offset);
    offset += list.length;
  }
  return joined;
}
