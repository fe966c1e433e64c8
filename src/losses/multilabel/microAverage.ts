import { tf } from "../../engine";
import { defineLoss } from "../define";
import { multilabelBatch, type MultilabelLoss } from "./batch";
import { binaryLossOption } from "./options";

/**
 * A binary loss of all entries of the label matrix at once.
 *
 *     loss(vec z, vec y)
 *
 * Of a metric loss this is the micro average: the confusion counts are summed over labels before the score is formed, so that frequent
 * labels dominate. Of a mean over samples it is the mean over labels too, and equal to `macroAverage`.
 *
 * @param options.loss a binary loss.
 * @returns a loss (logits [n, L], labels [n, L]) => scalar. A label without positives is no special case.
 * @throws RangeError when the option is no loss; TypeError, at the call, when the shapes do not fit.
 * @see Standard.
 */
export const microAverage = defineLoss(
  {
    name: "microAverage",
    family: "multilabel",
    kind: "label average",
    formula: String.raw`\ell(\operatorname{vec} z, \operatorname{vec} y)`,
    source: "Standard: the micro average of multilabel metrics, of losses.",
    options: { loss: binaryLossOption },
    beware:
      "Frequent labels dominate; for rare ones macroAverage. Some libraries call the macro average of a soft score its micro form.",
  },
  ({ loss }): MultilabelLoss =>
    (logits, labels) =>
      tf.tidy(() => {
        const batch = multilabelBatch("microAverage", logits, labels);
        return loss(tf.reshape(batch.logits, [-1]), tf.reshape(batch.labels, [-1]));
      }),
);
