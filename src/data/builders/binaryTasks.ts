import { binaryTask, type BinaryTask, type BinaryTaskOptions } from "../binary";
import { membersByClass } from "../classes";

/** Which binary tasks to make of a set with several classes. */
export interface BinaryTasksOptions extends Omit<BinaryTaskOptions, "positiveClass" | "negativeClasses"> {
  /** `"oneAgainstRest"`: each class against all others; `"pairs"`: each class against each later one. */
  readonly scheme: "oneAgainstRest" | "pairs";
  /** The classes that take part; by default all that have samples. In a pair the one listed first is the positive one. */
  readonly classes?: readonly number[];
}

/** One of the tasks, with the classes it is made of. */
export interface NamedBinaryTask extends BinaryTask {
  readonly positiveClass: number;
  readonly negativeClasses: readonly number[];
}

/**
 * All binary tasks of one kind on a set: K of one class against the rest, or K (K - 1) / 2 of two classes.
 *
 * Every task has the same prior (and the same size, where one is given), so that a study can average over tasks. Tasks are
 * made one by one with `binaryTask`; each is what it would be on its own with this seed.
 *
 * @param options see {@link BinaryTasksOptions} and `BinaryTaskOptions`.
 * @returns the tasks, in the order of the classes; each with indices [size], labels [size], counts, prior and hash.
 * @throws RangeError for an unknown scheme, fewer than two classes, a class that is given twice or has no samples, and all
 *   that `binaryTask` refuses, such as a prior of 0 or 1.
 */
export function binaryTasks(options: BinaryTasksOptions): NamedBinaryTask[] {
  const { scheme, classes: given, ...rest } = options;
  const { members } = membersByClass("binaryTasks", rest.labels, rest.indices);
  const classes = given ?? members.flatMap((ofClass, label) => (ofClass.length > 0 ? [label] : []));
  if (classes.length < 2 || new Set(classes).size < classes.length) {
    throw new RangeError(`binaryTasks: classes must be at least two different ones, received [${classes.join(", ")}]`);
  }
  if (scheme !== "oneAgainstRest" && scheme !== "pairs") {
    throw new RangeError(`binaryTasks: scheme must be oneAgainstRest or pairs, received ${JSON.stringify(scheme)}`);
  }
  const sides =
    scheme === "oneAgainstRest"
      ? classes.map((label) => ({ positive: label, negatives: classes.filter((other) => other !== label) }))
      : classes.flatMap((label, place) =>
          classes.slice(place + 1).map((other) => ({ positive: label, negatives: [other] })),
        );
  return sides.map(({ positive, negatives }) => ({
    positiveClass: positive,
    negativeClasses: negatives,
    ...binaryTask({ ...rest, positiveClass: positive, negativeClasses: negatives }),
  }));
}
