import { random } from "../../engine";
import { concatenate, membersByClass } from "../classes";
import { power } from "../power";
import type { Subset } from "../split";
import { checkSupply, subsetOf } from "./drawPerClass";
import { checkProfile, roundBy } from "./profiles";

/** Which of AutoBalance's long-tailed splits to make. */
export interface AutoBalanceSplitOptions {
  /** Class of every sample of the training set, in the set's own order. */
  readonly labels: ArrayLike<number>;
  /**
   * `"cifar-10"`: train and validation counts are rounded up on their own. `"cifar-100"`: the total and the validation counts
   * are rounded, and train is what is left.
   */
  readonly rule: "cifar-10" | "cifar-100";
  /** Default 100. */
  readonly imbalanceRatio?: number;
  /** Train samples of class 0; by default 80 % of the smallest class (4000 of CIFAR-10's 5000), rounded. */
  readonly trainSize?: number;
  /** Validation samples of class 0; by default the rest of the smallest class. */
  readonly validationSize?: number;
  /** `"balanced"` (rule `"cifar-10"` only): `validationSize` samples of every class. Default `"longTailed"`. */
  readonly validation?: "longTailed" | "balanced";
  readonly seed: number;
}

/** The parts of AutoBalance's data; each with indices in ascending order, counts [K] and hash. */
export interface AutoBalanceSplit {
  /** S_T: the lower level trains on it. */
  readonly train: Subset;
  /** S_V: the upper level's loss is taken on it. */
  readonly validation: Subset;
  /** S_T and S_V together, which the paper's algorithm retrains on. */
  readonly retraining: Subset;
  /**
   * What the released code retrains on instead: drawn anew, for rule `"cifar-10"` from another pool, of ceil(n mu^i) samples
   * per class; for `"cifar-100"` the same as `retraining`.
   */
  readonly releasedRetraining: Subset;
}

/**
 * The long-tailed train and validation sets of AutoBalance's experiments on CIFAR.
 *
 * With rho = 1 / ratio, mu = rho**(1/(K-1)) and class sizes n_T (train), n_V (validation), n = n_T + n_V of class 0:
 *
 *     "cifar-10"   train ceil(n_T mu^i), validation ceil(n_V mu^i)
 *     "cifar-100"  validation max(1, round(n_V mu^i)), train round(n mu^i) - validation
 *
 * At ratio 100: 9,931 + 2,487 on CIFAR-10 (retraining on 12,418; in the released code 12,415), 8,719 + 2,180 on CIFAR-100.
 * Of each class the first samples (as many as train has) and the last (as many as validation has) of the training set make
 * the pool; the pool is shuffled and dealt to the two. Pool and counts are those of the code, to the sample. The shuffle is
 * not seeded there, so which pool samples go to which part cannot be had from it; here the seed decides.
 *
 * @param options see {@link AutoBalanceSplitOptions}.
 * @returns see {@link AutoBalanceSplit}.
 * @throws RangeError for a ratio below 1, sizes that are no positive integers, more samples than a class has (the two parts
 *   would overlap), a balanced
 *   validation set with rule `"cifar-100"` (there the code balances by sampling: use a class-balanced sampler), a class with
 *   no train sample, a bad label or seed.
 * @see Li et al., AutoBalance, NeurIPS 2021; dataset/cifar10.py and dataset/cifar100.py of its code at commit 8b4bd4c, read.
 *   The latter fails on its own defaults (its second counting loop reads a list that it has just emptied); what it sets out
 *   to do is done here.
 */
export function autoBalanceSplit(options: AutoBalanceSplitOptions): AutoBalanceSplit {
  const { labels, rule, imbalanceRatio = 100, validation = "longTailed", seed } = options;
  const { members, total } = membersByClass("autoBalanceSplit", labels);
  if (total === 0) throw new RangeError("autoBalanceSplit: there are no samples to split, expected at least one");
  const classes = members.length;
  checkProfile("autoBalanceSplit", classes, { imbalanceRatio });
  if (rule !== "cifar-10" && rule !== "cifar-100") {
    throw new RangeError(`autoBalanceSplit: rule must be cifar-10 or cifar-100, received ${JSON.stringify(rule)}`);
  }
  if (validation !== "longTailed" && (validation !== "balanced" || rule === "cifar-100")) {
    throw new RangeError(
      `autoBalanceSplit: validation must be longTailed${rule === "cifar-10" ? " or balanced" : " with rule cifar-100"}, ` +
        `received ${JSON.stringify(validation)}`,
    );
  }
  const available = members.map((ofClass) => ofClass.length);
  const smallest = Math.min(...available);
  const trainSize = options.trainSize ?? Math.round(0.8 * smallest);
  const validationSize = options.validationSize ?? smallest - trainSize;
  for (const [name, size] of Object.entries({ trainSize, validationSize })) {
    if (!Number.isInteger(size) || size < 1) {
      throw new RangeError(`autoBalanceSplit: ${name} must be a positive integer, received ${size}`);
    }
  }

  const mu = power(1 / imbalanceRatio, 1 / Math.max(classes - 1, 1));
  const tail = (head: number, rounding: "ceil" | "round") =>
    members.map((_, label) => roundBy(rounding, head * power(mu, label)));
  const size = trainSize + validationSize;
  const held =
    validation === "balanced"
      ? members.map(() => validationSize)
      : rule === "cifar-10"
        ? tail(validationSize, "ceil")
        : tail(validationSize, "round").map((count) => Math.max(1, count));
  const trained =
    rule === "cifar-10" ? tail(trainSize, "ceil") : tail(size, "round").map((count, label) => count - held[label]);
  const bare = trained.findIndex((count) => count < 1);
  if (bare >= 0) {
    throw new RangeError(
      `autoBalanceSplit: class ${bare} would have no train sample at ratio ${imbalanceRatio} and sizes ` +
        `${trainSize} + ${validationSize}, expected at least one`,
    );
  }
  const together = trained.map((count, label) => count + held[label]);
  checkSupply("autoBalanceSplit", available, together);

  const source = random(seed);
  const deal = (purpose: string, train: readonly number[]) =>
    members.map((ofClass, label) => {
      const pool = ends(ofClass, train[label], held[label]);
      return source.fork(`autoBalanceSplit/${purpose}/${label}`).shuffle(pool);
    });
  const dealt = deal("search", trained);
  const train = dealt.map((pool, label) => pool.slice(0, trained[label]));
  const heldOut = dealt.map((pool, label) => pool.slice(pool.length - held[label]));
  const both = dealt.map((pool) => pool.slice());
  const whole = rule === "cifar-10" ? tail(size, "ceil") : undefined;
  if (whole) checkSupply("autoBalanceSplit", available, whole);
  const released = whole ? deal("retraining", whole).map((pool, label) => pool.slice(0, whole[label])) : both;
  return {
    train: subsetOf(train),
    validation: subsetOf(heldOut),
    retraining: subsetOf(both),
    releasedRetraining: subsetOf(released),
  };
}

/** The first `front` and the last `back` samples of a class, each once. */
function ends(samples: Int32Array, front: number, back: number): Int32Array {
  const from = Math.max(samples.length - back, front);
  return concatenate([samples.subarray(0, front), samples.subarray(from)]);
}
