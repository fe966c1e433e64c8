import { random } from "../../engine";
import { membersByClass } from "../classes";
import type { Subset } from "../split";
import { subsetOf } from "./drawPerClass";

/**
 * Splits samples in a validation part with equally many samples of every class, and the rest to train on.
 *
 * A long-tailed set keeps its tail in the train part alone; where the validation part is to be long-tailed too, take
 * `stratifiedSplit`. Classes without samples are left out.
 *
 * @param options.labels class of every sample of the set: integers from 0.
 * @param options.perClass validation samples per class, a positive integer below the size of the smallest class.
 * @param options.seed the same seed gives the same split on every machine.
 * @param options.indices the samples to split, where these are not all.
 * @returns `train` and `validation`, each with indices [n] in ascending order, counts [K] and hash.
 * @throws RangeError naming the classes that are too small, so that train would have none; for a `perClass` that is no
 *   positive integer, no samples, and a bad label, index or seed.
 */
export function balancedSplit(options: {
  readonly labels: ArrayLike<number>;
  readonly perClass: number;
  readonly seed: number;
  readonly indices?: ArrayLike<number>;
}): { train: Subset; validation: Subset } {
  const { labels, perClass, seed, indices } = options;
  if (!Number.isInteger(perClass) || perClass < 1) {
    throw new RangeError(`balancedSplit: perClass must be a positive integer, received ${perClass}`);
  }
  const { members, total } = membersByClass("balancedSplit", labels, indices);
  if (total === 0) throw new RangeError("balancedSplit: there are no samples to split, expected at least one");
  const small = members.flatMap((ofClass, label) =>
    ofClass.length > 0 && ofClass.length <= perClass ? [`class ${label}: ${ofClass.length}`] : [],
  );
  if (small.length > 0) {
    throw new RangeError(
      `balancedSplit: perClass = ${perClass} leaves nothing to train on in ${small.length} classes ` +
        `(${small.slice(0, 5).join(", ")}${small.length > 5 ? ", .." : ""})`,
    );
  }
  const source = random(seed);
  const orders = members.map((ofClass, label) => source.fork(`balancedSplit/${label}`).shuffle(ofClass.slice().sort()));
  return {
    train: subsetOf(orders.map((order) => order.subarray(Math.min(perClass, order.length)))),
    validation: subsetOf(orders.map((order) => order.subarray(0, perClass))),
  };
}
