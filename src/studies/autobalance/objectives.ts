import { tf } from "../../engine";
import { binary, group, multiclass } from "../../losses";
import { type Loss } from "../../training";
import { requireCount } from "../../options";
import { requirePositive, requireThat } from "./check";

/** What the upper level minimises on the validation set, as a value. */
export interface UpperObjective {
  readonly name: string;
  /** A scalar of the raw logits: the adjustments that are searched exist in the training loss alone. */
  readonly loss: Loss;
  /** Whether its batches must have groups. */
  readonly needsGroups: boolean;
  /**
   * The class prior under which it counts errors, given that of the training set; what {@link consistentStart} needs.
   * Left out where the objective is no expected loss of the classes.
   */
  readonly targetPrior?: (trainingPrior: readonly number[]) => readonly number[];
}

/**
 * Cross-entropy of the raw logits: right where the validation set, or its sampler, is balanced as the test will be.
 *
 * @returns the objective.
 */
export function crossEntropyObjective(): UpperObjective {
  const loss = multiclass.crossEntropy();
  return { name: "CE", loss, needsGroups: false, targetPrior: (prior) => prior };
}

export interface BalancedOptions {
  /** Validation samples per class [K]; needed but for `"classMeans"`. */
  readonly counts?: readonly number[];
  /**
   * How a batch is averaged.
   *
   *     samples      (1 / n) sum_i w_(y_i) l_i, w_k = N / (K n_k): unbiased for the whole set (default)
   *     weights      the same divided by the mean weight of the batch, as in the released code: noisy and biased for rare classes
   *     classMeans   mean over the classes of the batch of their mean losses: for batches that hold all classes
   */
  readonly normalization?: "samples" | "weights" | "classMeans";
}

/**
 * Balanced cross-entropy: the mean over classes of their mean losses, the smooth form of the balanced error.
 *
 * @param options see {@link BalancedOptions}.
 * @returns the objective.
 * @throws RangeError for an unknown normalization, or no counts where they are needed.
 * @see AutoBalance, 2.3 (third-party digest); the weighted mean of core/utils.py `get_val_w` is `"weights"` up to a factor that cancels.
 */
export function balancedObjective({ counts, normalization = "samples" }: BalancedOptions): UpperObjective {
  const caller = "balancedObjective";
  const uniform = (prior: readonly number[]) => prior.map(() => 1 / prior.length);
  const shared = { needsGroups: false, targetPrior: uniform };
  if (normalization === "classMeans") {
    return { ...shared, name: "balanced CE (class means)", loss: multiclass.balancedCrossEntropy() };
  }
  requireThat(
    normalization === "samples" || normalization === "weights",
    caller,
    "normalization",
    '"samples", "weights" or "classMeans"',
    normalization,
  );
  requireThat(Array.isArray(counts), caller, "counts", "validation samples per class [K]", counts);
  const weight = multiclass.inverseFrequencyWeights(counts);
  const loss = multiclass.weightedCrossEntropy({ weight });
  if (normalization === "samples") return { ...shared, name: "balanced CE", loss };
  return {
    ...shared,
    name: "balanced CE (divided by the batch's weights)",
    loss: (logits, labels) =>
      tf.tidy(() => {
        const weights = tf.gather(tf.tensor1d(weight), tf.cast(labels, "int32"));
        return tf.div(loss(logits, labels), tf.mean(weights)) as tf.Scalar;
      }),
  };
}

/**
 * Errors of the classes weighted by preferences.
 *
 *     sum_k omega_k L_k,   omega = preference / sum preference,  L_k the mean loss of class k
 *
 * @param options.counts validation samples per class [K].
 * @param options.preference omega up to a factor, > 0 [K]; equal ones give the balanced cross-entropy.
 * @returns the objective.
 * @throws RangeError when a preference is not positive or there are not as many as counts.
 */
export function preferenceObjective(options: {
  readonly counts: readonly number[];
  readonly preference: readonly number[];
}): UpperObjective {
  const caller = "preferenceObjective";
  const { counts, preference } = options;
  const inverse = multiclass.inverseFrequencyWeights(counts);
  const usable = preference.length === counts.length && preference.every((value) => value > 0 && value < Infinity);
  requireThat(usable, caller, "preference", `${counts.length} positive numbers, one per class`, preference);
  const total = preference.reduce((a, b) => a + b, 0);
  const target = preference.map((value) => value / total);
  const weight = inverse.map((value, k) => value * target[k] * counts.length);
  return {
    name: "CE weighted by class preferences",
    loss: multiclass.weightedCrossEntropy({ weight }),
    needsGroups: false,
    targetPrior: () => target,
  };
}

/**
 * A blend of two objectives.
 *
 *     (1 - lambda) L1 + lambda L2
 *
 * @param lambda in [0, 1].
 * @param first L1.
 * @param second L2.
 * @returns the objective. Its prior blends those of the two where both have one; where one alone has, it is that one's.
 * @throws RangeError when lambda is not in [0, 1].
 * @see AutoBalance's blended objectives (third-party digest): CE with balanced CE, balanced CE with DEO.
 */
export function blendObjective(lambda: number, first: UpperObjective, second: UpperObjective): UpperObjective {
  const loss = group.blend(lambda, first.loss, second.loss) as Loss;
  const [a, b] = [first.targetPrior, second.targetPrior];
  const blended = (prior: readonly number[]) => {
    const [one, other] = [a?.(prior), b?.(prior)];
    if (!one || !other) return one ?? other ?? [];
    return one.map((value, k) => (1 - lambda) * value + lambda * other[k]);
  };
  return {
    name: `${Number((1 - lambda).toPrecision(6))} ${first.name} + ${lambda} ${second.name}`,
    loss,
    needsGroups: first.needsGroups || second.needsGroups,
    ...((a ?? b) && { targetPrior: blended }),
  };
}

/**
 * The difference of equal opportunity as a loss: how far the losses of a class differ between groups. 0 for any constant classifier:
 * blend it with a loss of quality.
 *
 * @param options.groups G.
 * @returns the objective; its batches must have groups.
 * @see AutoBalance, 4.1 (third-party digest); see `losses.group.differenceOfEqualOpportunity`.
 */
export function equalOpportunityObjective({ groups }: { readonly groups: number }): UpperObjective {
  const loss = group.differenceOfEqualOpportunity({ groups });
  return { name: "DEO", loss: grouped(loss), needsGroups: true };
}

/**
 * The mean loss of the worst cell (class, group), or of the worst group; see `losses.group.worstGroup`.
 *
 * @param options.groups G.
 * @param options.classes K: the worst of the K G cells; left out: of the groups.
 * @param options.smoothing >= 0; default 0.
 * @returns the objective; its batches must have groups.
 */
export function worstGroupObjective(options: {
  readonly groups: number;
  readonly classes?: number;
  readonly smoothing?: number;
}): UpperObjective {
  return { name: "worst group", loss: grouped(group.worstGroup(options)), needsGroups: true };
}

const grouped =
  (loss: group.GroupLoss): Loss =>
  (logits, labels, batch) =>
    loss(logits, labels, batch.groups as tf.Tensor);

/**
 * The surrogate F-beta loss of the raw logits, so that the search steers a training loss towards F-beta.
 *
 *     margin of class k against the rest  z_k = f_k - log sum_(j != k) exp f_j
 *     two classes: the surrogate of z_1;   more: the mean over classes of that of z_k, a smooth form of 1 - macro F-beta
 *
 * @param options.counts validation samples per class [K]: they give the priors n_k / N of the surrogate.
 * @param options.beta > 0; default 1.
 * @param options.normalization of `losses.binary.surrogateFBeta`; default `"class"`.
 * @returns the objective. A class that is absent from the batch drops its term.
 * @throws RangeError for an option out of range; at the call, for another number of classes.
 * @see Lee, Yang, Yoo, arXiv 2104.01459, for the surrogate. That it is an upper objective here, and its macro form, is ours.
 */
export function fBetaObjective(options: {
  readonly counts: readonly number[];
  readonly beta?: number;
  readonly normalization?: "class" | "sample" | "set";
}): UpperObjective {
  const caller = "fBetaObjective";
  const { counts, beta = 1, normalization = "class" } = options;
  requirePositive(caller, "beta", beta);
  requireThat(counts.length >= 2, caller, "counts", "validation samples of at least two classes", counts);
  counts.forEach((count, k) => requireCount(caller, `counts[${k}]`, count, 1));
  const total = counts.reduce((a, b) => a + b, 0);
  const classes = counts.length;
  const positives = classes === 2 ? [1] : counts.map((_, k) => k);
  const surrogates = positives.map((k) => binary.surrogateFBeta({ beta, prior: counts[k] / total, normalization }));
  return {
    name: `F-beta surrogate (beta ${beta}${classes > 2 ? ", macro" : ""})`,
    needsGroups: false,
    loss: (logits, labels) =>
      tf.tidy(() => {
        requireThat(logits.shape[1] === classes, caller, "logits", `of shape [n, ${classes}]`, logits.shape);
        const terms = positives.map((k, index) =>
          surrogates[index](againstRest(logits, k), tf.cast(tf.equal(labels, k), "float32")),
        );
        return tf.div(
          terms.reduce((sum, term) => tf.add(sum, term)),
          terms.length,
        ) as tf.Scalar;
      }),
  };
}

/** f_k - log sum_(j != k) exp f_j, [n]. */
function againstRest(logits: tf.Tensor, k: number): tf.Tensor1D {
  const classes = logits.shape[1] as number;
  const parts = [tf.slice(logits, [0, 0], [-1, k]), tf.slice(logits, [0, k + 1], [-1, classes - k - 1])];
  const others = tf.concat(
    parts.filter(({ size }) => size > 0),
    1,
  );
  const own = tf.reshape(tf.slice(logits, [0, k], [-1, 1]), [-1]);
  return tf.sub(own, tf.logSumExp(others, 1)) as tf.Tensor1D;
}
