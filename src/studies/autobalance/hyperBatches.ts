import { type BilevelProblem } from "../../bilevel";
import { tf } from "../../engine";
import { type Model } from "../../models";
import { type Batch, type BatchSource } from "../../training";
import { type LearnedAugmentation } from "./augmentation";
import { type LossParameters } from "./lossParameters";
import { type UpperObjective } from "./objectives";

/** The batches of one hypergradient: they stay the same, number by number, until they are freed. */
export interface HyperBatches {
  readonly training: readonly Batch[];
  readonly validation: readonly Batch[];
}

/**
 * Takes T training batches, those of the coming inner steps, and V validation batches that no update had before, pass by pass.
 *
 * @param at.step inner steps made; `at.update` updates made.
 */
export async function takeHyperBatches(
  sources: { readonly train: BatchSource; readonly validation: BatchSource },
  sizes: { readonly training: number; readonly validation: number },
  at: { readonly step: number; readonly update: number },
): Promise<HyperBatches> {
  const taken: Batch[] = [];
  const take = async (source: BatchSource, first: number, count: number) => {
    const batches: Batch[] = [];
    for (let index = 0; index < count; index++) {
      const batch = await source(first + index);
      taken.push(batch);
      batches.push(batch);
    }
    return batches;
  };
  try {
    const training = await take(sources.train, at.step, sizes.training);
    const validation = await take(sources.validation, at.update * sizes.validation, sizes.validation);
    return { training, validation };
  } catch (error) {
    taken.forEach(disposeBatch);
    throw error;
  }
}

/** Frees the tensors of the batches. */
export function disposeHyperBatches({ training, validation }: HyperBatches): void {
  [...training, ...validation].forEach(disposeBatch);
}

const disposeBatch = ({ inputs, labels, groups }: Batch) => tf.dispose([inputs, labels, groups].filter((x) => !!x));

/**
 * The bilevel problem of one update.
 *
 *     inner  theta = parameters of the model;       loss L_train(f_theta(A(x)); alpha), batch norm by the batch
 *     outer  alpha = loss parameters, augmentation; objective F(f_theta(x_validation)) of the raw logits, batch norm by the batch
 *
 * The logits are given apart from the loss: the loss parameters act on them alone, so that their mixed term needs forward passes only.
 *
 * @param at.step of the first training batch, which decides on the draws of an augmentation.
 */
export function hyperProblem(options: {
  readonly model: Model;
  readonly parameters: LossParameters;
  readonly objective: UpperObjective;
  readonly augmentation: LearnedAugmentation | undefined;
  readonly batches: HyperBatches;
  readonly step: number;
}): BilevelProblem {
  const { model, parameters, objective, augmentation, batches, step } = options;
  const { training, validation } = batches;
  const innerLogits = (number: number) => {
    const batch = training[number];
    const inputs = augmentation ? augmentation.inputs(batch, step + number) : batch.inputs;
    return model.apply(inputs, { training: true });
  };
  const innerLossOfLogits = (logits: tf.Tensor, number: number) =>
    parameters.loss(logits, training[number].labels, training[number]);
  return {
    inner: [...model.parameters],
    outer: [...parameters.variables, ...(augmentation?.variables ?? [])],
    innerLogits,
    innerLossOfLogits,
    innerLoss: (number) => tf.tidy(() => innerLossOfLogits(innerLogits(number), number)),
    outerLoss: (number) =>
      tf.tidy(() => {
        const batch = validation[number];
        return objective.loss(model.apply(batch.inputs, { training: true }), batch.labels, batch);
      }),
    innerBatches: { frozen: training.length },
    outerBatches: validation.length,
  };
}
