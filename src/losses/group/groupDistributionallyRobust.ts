import { z } from "zod";

import { isProbing, tf } from "../../engine";
import { defineLoss } from "../define";
import { type Labels } from "../multiclass/batch";
import { isNumbers } from "../multiclass/options";
import { quote } from "../schema";
import { type GroupLoss } from "./batch";
import { groupMeans, type GroupMeansOptions } from "./cells";
import { cellCountsOption, classesOption, groupsOption, sampleLossesOption } from "./options";

/** The state of GroupDRO, as plain numbers for a checkpoint. */
export interface GroupWeights {
  /** Logarithms of the group weights, up to a common constant, [G]: their weights are the softmax. */
  readonly logWeights: readonly number[];
}

/** The GroupDRO loss under its present group weights, which only `update` and `restore` change. */
export interface GroupDistributionallyRobustLoss extends GroupLoss {
  /** The group weights q, [G] (or [K G], cell k G + g); they sum to 1. */
  weights(): number[];
  /**
   * One step of the group weights on the losses of a batch, which are read back.
   *
   * @returns the new weights.
   * @throws Error when a group's loss is not finite, or while a loss is being differentiated by the engine; the weights stay.
   */
  update(logits: tf.Tensor, labels: Labels, groups: Labels): number[];
  /** The weights in a form that can be written as JSON and given to `restore`. */
  state(): GroupWeights;
  /** @throws RangeError when the state is not one finite number per group; the weights stay. */
  restore(state: GroupWeights): void;
}

/**
 * GroupDRO: group weights that follow the worst groups, and the loss under them.
 *
 *     loss     sum_g q_g L_g          L_g the mean loss of group g in the batch, 0 where it has none
 *     update   q_g <- q_g exp(stepSize (L_g + adjustment / sqrt(n_g))), for groups in the batch; then q <- q / sum_h q_h
 *
 * The loss itself is a pure function: it may be evaluated any number of times, as Hessian-vector products do. The step is a call of
 * its own, once per batch and, as in the published method, before the loss of that batch:
 *
 *     loss.update(logits, labels, groups);
 *     loss(logits, labels, groups)
 *
 * A group that is absent from the batch takes no step: its weight keeps its ratio to those of other absent groups, and changes only by
 * the common normalisation. So q moves even where each batch holds a single group, as in the paper's algorithm. Since losses are
 * positive, present groups gain on absent ones: sample all groups alike.
 *
 * The weights are kept as logarithms, in double precision, outside of TensorFlow: nothing to dispose, and no weight becomes 0.
 *
 * @param options.groups G.
 * @param options.classes K: with it the groups are the K G cells (class, group), as on Waterbirds.
 * @param options.stepSize eta > 0; default 0.01.
 * @param options.adjustment >= 0; default 0; a positive one makes small groups count as worse than their training loss says.
 * @param options.counts training samples per class and group, [K][G] or a tensor [K, G]; needed by a positive adjustment, not used else.
 * @param options.loss the losses of the samples: any loss made with `reduction: "none"`; default: cross-entropy. It is given logits and
 *   labels as they come, so that a binary loss works on logits [n].
 * @returns a loss (logits [n, K] or [n], labels [n], groups [n]) => scalar with its state, see {@link GroupDistributionallyRobustLoss}.
 *   The weights start equal. An empty batch gives 0.
 * @throws RangeError for an option out of range, or an adjustment without counts; TypeError, at the call, when the shapes do not fit.
 * @see Sagawa, Koh, Hashimoto, Liang: Distributionally robust neural networks for group shifts, ICLR 2020. Update, loss and step size
 *   read in its public code; the adjustment is stated from memory.
 */
export const groupDistributionallyRobust = defineLoss(
  {
    name: "groupDistributionallyRobust",
    family: "group",
    kind: "worst group",
    formula: String.raw`\sum_g q_g L_g, \quad q_g \leftarrow \frac{q_g e^{\eta L_g}}{\sum_h q_h e^{\eta L_h}}`,
    source:
      "Sagawa et al., Distributionally robust neural networks for group shifts, ICLR 2020; update, loss and step size as in the authors' public code, the adjustment from memory.",
    options: {
      groups: groupsOption,
      classes: classesOption,
      stepSize: z.number().positive().default(0.01).describe("eta, step of the group weights"),
      adjustment: z.number().nonnegative().default(0).describe("C: adds C / sqrt(n_g) to the losses in the update"),
      counts: cellCountsOption
        .optional()
        .describe("training samples per class and group, [K, G]; needed by a positive adjustment, not used else"),
      loss: sampleLossesOption,
    },
    beware:
      "The weights move only by update(), once per batch; they are part of a checkpoint: state() and restore(). Needs batches in which all groups are equally likely. A network that can fit all samples needs strong regularisation or early stopping.",
  },
  ({ stepSize, adjustment, counts, ...options }): GroupDistributionallyRobustLoss =>
    withState(options, stepSize, adjustments(options, adjustment, counts)),
);

/** C / sqrt(n_g) for every group, or every cell. */
function adjustments({ groups, classes }: GroupMeansOptions, adjustment: number, counts?: number[][]): number[] {
  if (adjustment === 0) return Array<number>(groups * (classes ?? 1)).fill(0);
  if (counts?.[0].length !== groups || (classes ?? counts.length) !== counts.length) {
    throw new RangeError(
      `groupDistributionallyRobust: adjustment needs counts [${classes ?? "K"}, ${groups}], received ${quote(counts)}`,
    );
  }
  const ofGroups = counts[0].map((_, group) => counts.reduce((sum, row) => sum + row[group], 0));
  return (classes === undefined ? ofGroups : counts.flat()).map((count) => adjustment / Math.sqrt(count));
}

function withState(
  options: GroupMeansOptions,
  stepSize: number,
  added: readonly number[],
): GroupDistributionallyRobustLoss {
  const name = "groupDistributionallyRobust";
  let logWeights = added.map(() => 0);

  const loss: GroupLoss = (logits, labels, groups) =>
    tf.tidy(() => {
      const { means } = groupMeans(name, options, { logits, labels, groups });
      return tf.sum(tf.mul(means, tf.tensor1d(softmax(logWeights)))) as tf.Scalar;
    });

  return Object.assign(loss, {
    weights: () => softmax(logWeights),
    update: (logits: tf.Tensor, labels: Labels, groups: Labels) => {
      if (isProbing()) {
        throw new Error(
          `${name}: update must be called outside of gradient, hessianVectorProduct and the like: they evaluate a loss only to differentiate it`,
        );
      }
      const [means, present] = tf.tidy(() => {
        const found = groupMeans(name, options, { logits, labels, groups });
        return [found.means.dataSync(), found.present.dataSync()];
      });
      const wrong = means.findIndex((mean) => !Number.isFinite(mean));
      if (wrong >= 0) throw new Error(`${name}: the loss of group ${wrong} is ${means[wrong]}; the weights stay`);
      logWeights = centred(logWeights.map((old, g) => old + present[g] * stepSize * (means[g] + added[g])));
      return softmax(logWeights);
    },
    state: () => ({ logWeights: [...logWeights] }),
    restore: (state: GroupWeights) => {
      const { logWeights: values } = state;
      if (!isNumbers(values, Number.isFinite) || values.length !== added.length) {
        throw new RangeError(`${name}: state must hold ${added.length} finite logWeights, received ${quote(state)}`);
      }
      logWeights = Array.from(values);
    },
  });
}

/** The same logarithms with 0 for the largest: the common constant has no meaning, and would grow with every step. */
const centred = (values: readonly number[]) => {
  const most = values.reduce((a, b) => Math.max(a, b));
  return values.map((value) => value - most);
};

function softmax(values: readonly number[]): number[] {
  const exponentials = centred(values).map(Math.exp);
  const total = exponentials.reduce((a, b) => a + b);
  return exponentials.map((value) => value / total);
}
