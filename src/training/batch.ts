import { type tf } from "../engine";

/** One batch: the inputs of the model and what its loss compares the logits with. */
export interface Batch {
  readonly inputs: tf.Tensor;
  readonly labels: tf.Tensor;
  /** Group of every sample, for losses that see groups. */
  readonly groups?: tf.Tensor;
  /** Which samples these are: named where a loss is not finite. */
  readonly indices?: ArrayLike<number>;
}

/**
 * Makes the batch of a step; steps count from 0.
 *
 * It should depend on the step alone, so that a run can be repeated and resumed anywhere. One that draws on from batch to batch,
 * which `fit` asks once per step and in order, is to be saved with the run: see `stateful` of `FitOptions`.
 */
export interface BatchSource {
  (step: number): Batch | Promise<Batch>;
  /** Batches of one pass over the samples. */
  readonly stepsPerEpoch?: number;
}

/** Frees the tensors of a batch. */
export function disposeBatch({ inputs, labels, groups }: Batch): void {
  inputs.dispose();
  labels.dispose();
  groups?.dispose();
}
