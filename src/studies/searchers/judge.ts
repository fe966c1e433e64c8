import { tf } from "../../engine";
import { type Network } from "../../models";
import { foundLoss, type FoundLoss } from "../autobalance";
import { trained } from "../autobalance/classes/training";
import { type SearcherTrial } from "./task";

/** A network on the validation part. */
export interface Judgement {
  /** Balanced cross-entropy of the raw logits: what searches minimise. */
  readonly objective: number;
  readonly error: number;
}

/**
 * Trains a network from scratch on the training part and measures it on the validation part: the upper level at the minimiser of the lower.
 *
 * @param trial the trial.
 * @param name of the training, unique in the trial.
 * @param loss what it is trained with.
 * @returns objective and balanced error.
 */
export function judged(trial: SearcherTrial, name: string, loss: FoundLoss): Promise<Judgement> {
  const { task } = trial;
  return trained(trial, { name, loss: foundLoss(loss), part: "train" }, async (model: Network) => {
    const logits = await task.logits(model, "validation");
    const { balanced: error } = task.errors(logits, "validation");
    return { objective: objectiveOf(trial, logits, "validation"), error };
  });
}

/** Balanced cross-entropy of the raw logits of a part. */
function objectiveOf({ task, objective }: SearcherTrial, logits: Float32Array, part: "validation" | "test"): number {
  return tf.tidy(() => {
    const labels = tf.tensor1d(task.labelsOf(part), "int32");
    const rows = tf.tensor2d(logits, [labels.size, task.classes]);
    return objective.loss(rows, labels, { inputs: rows, labels }).dataSync()[0];
  });
}

/**
 * Trains a network from scratch on both parts and measures it on the test images.
 *
 * @param trial the trial.
 * @param name of the training, unique in the trial.
 * @param loss what it is trained with.
 * @returns balanced cross-entropy, balanced error and errors per class.
 */
export function tested(trial: SearcherTrial, name: string, loss: FoundLoss) {
  const { task } = trial;
  return trained(trial, { name, loss: foundLoss(loss), part: "pool" }, async (model: Network) => {
    const logits = await task.logits(model, "test");
    return { ...task.errors(logits, "test"), objective: objectiveOf(trial, logits, "test") };
  });
}
