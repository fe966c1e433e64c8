import { z } from "zod";

import { isPure, pure, tf } from "../../engine";
import { type BinaryLoss } from "../binary";
import { defineLoss } from "../define";
import { multilabelBatch, type LabelMatrix, type MultilabelLoss } from "./batch";
import { binaryLossesOption } from "./options";

/** An average over labels, with the losses it is an average of. */
export interface MacroAveragedLoss extends MultilabelLoss {
  /** The loss of each label, [L], also of those without positives in the batch; to be disposed by the caller. */
  perLabel(logits: tf.Tensor, labels: LabelMatrix): tf.Tensor1D;
}

/**
 * The mean over labels of a binary loss.
 *
 *     (1 / |S|) sum_{l in S} loss_l(z_{., l}, y_{., l})     S = all labels, or those with a positive in the batch
 *
 * Macro-averaged metrics are made so of any binary metric loss:
 *
 *     macroAverage({ loss: softFBeta({ beta: 1 }) })
 *     macroAverage({ loss: priors.map((prior) => surrogateFBeta({ prior })) })
 *
 * @param options.loss a binary loss that gives a scalar, or a list of L of them, such as ones with the prior of their label.
 * @param options.withoutPositives what becomes of a label without a positive in the batch: `"include"` (default), what its binary
 *   loss makes of it, which the loss's own documentation says; `"skip"`, it leaves the average. Metric losses have a constant value and
 *   no gradient there: included, they raise the value and shrink the gradient of the others. Losses that learn from negatives too
 *   should be included.
 * @returns a loss (logits [n, L], labels [n, L]) => scalar, with `perLabel`. No label left, or an empty batch with `"skip"`, gives 0.
 * @throws RangeError when an option is no loss; TypeError, at the call, when the shapes do not fit, the list has not L losses, or a loss
 *   gives no scalar.
 * @see Standard. Costs one evaluation of the binary loss per label.
 */
export const macroAverage = defineLoss(
  {
    name: "macroAverage",
    family: "multilabel",
    kind: "label average",
    formula: String.raw`\frac1{|S|} \sum_{l \in S} \ell_l(z_{\cdot l}, y_{\cdot l})`,
    source: "Standard: the macro average of multilabel metrics, of losses.",
    options: {
      loss: binaryLossesOption,
      withoutPositives: z
        .enum(["include", "skip"])
        .default("include")
        .describe("labels without a positive in the batch: what the binary loss makes of them, or left out"),
    },
    beware:
      "Rare labels have no positive in most small batches: with include a metric loss is constant there, with skip the number of labels averaged over changes from batch to batch. Costs one evaluation of the binary loss per label.",
  },
  ({ loss, withoutPositives }): MacroAveragedLoss => {
    const perLabel = (logits: tf.Tensor, labels: LabelMatrix) =>
      tf.tidy(() => {
        const batch = multilabelBatch("macroAverage", logits, labels);
        const columns = [batch.logits, batch.labels].map((x) => tf.unstack(x, 1));
        const losses = lossesOf(loss, columns[0].length);
        return tf.stack(columns[0].map((z, l) => scalar(losses[l](z, columns[1][l])))) as tf.Tensor1D;
      });
    const average: MultilabelLoss = (logits, labels) =>
      tf.tidy(() => {
        const batch = multilabelBatch("macroAverage", logits, labels);
        const losses = perLabel(batch.logits, batch.labels);
        if (withoutPositives === "include") return tf.div(tf.sum(losses), losses.size);
        const counted = tf.minimum(tf.sum(batch.labels, 0), 1);
        return tf.div(tf.sum(tf.mul(losses, counted)), tf.maximum(tf.sum(counted), 1));
      });
    const made = Object.assign(average, { perLabel });
    return [loss].flat().every(isPure) ? pure(made) : made;
  },
);

function lossesOf(loss: BinaryLoss | readonly BinaryLoss[], count: number): readonly BinaryLoss[] {
  if (typeof loss === "function") return Array<BinaryLoss>(count).fill(loss);
  if (loss.length === count) return loss;
  throw new TypeError(`macroAverage: loss must be one loss or ${count}, one per label; received ${loss.length}`);
}

function scalar(value: tf.Tensor): tf.Tensor {
  if (value.rank === 0) return value;
  throw new TypeError(`macroAverage: a binary loss must give a scalar, received shape [${value.shape.join(", ")}]`);
}
