import { random } from "../../engine";
import { concatenate } from "../classes";
import { indexHash } from "../hash";
import type { Subset } from "../split";

/**
 * Draws so many samples of every class, without replacement.
 *
 * Per class the samples are sorted, shuffled by a generator of the class's own, and the first ones taken. So neither the order
 * in which samples were listed nor the other classes matter, and with the same seed a smaller count is a part of a larger one.
 *
 * @param members per class the indices of its samples.
 * @param counts per class how many to draw, at most as many as there are.
 * @param seed of the draws.
 * @returns indices in ascending order, `counts` and the hash.
 */
export function drawPerClass(members: readonly Int32Array[], counts: readonly number[], seed: number): Subset {
  const source = random(seed);
  return subsetOf(
    members.map((ofClass, label) =>
      source.fork(`drawPerClass/${label}`).shuffle(ofClass.slice().sort()).subarray(0, counts[label]),
    ),
  );
}

/** The samples of all classes in ascending order, with their counts and hash. */
export function subsetOf(perClass: readonly Int32Array[]): Subset {
  const indices = concatenate(perClass).sort();
  return { indices, counts: perClass.map((ofClass) => ofClass.length), hash: indexHash(indices) };
}

/** Throws, naming every class concerned, unless there are as many samples as asked for. */
export function checkSupply(
  caller: string,
  available: readonly number[],
  counts: readonly number[],
  name = (label: number) => `class ${label}`,
): void {
  const short = counts.flatMap((count, label) =>
    count > (available[label] ?? 0) ? [`${name(label)}: ${count} of ${available[label] ?? 0}`] : [],
  );
  if (short.length === 0) return;
  const listed = short.slice(0, 5).join(", ") + (short.length > 5 ? `, and ${short.length - 5} more` : "");
  throw new RangeError(`${caller}: more samples are asked for than there are (${listed})`);
}

/** Throws unless these are nonnegative integers that sum to at least one. */
export function checkCounts(caller: string, option: string, counts: readonly number[]): void {
  counts.forEach((count, position) => {
    if (!Number.isInteger(count) || count < 0) {
      throw new RangeError(
        `${caller}: ${option} must be nonnegative integers, received ${count} at position ${position}`,
      );
    }
  });
  if (!counts.some((count) => count > 0)) {
    throw new RangeError(`${caller}: ${option} ask for no sample at all, expected at least one`);
  }
}
