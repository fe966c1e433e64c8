import { stepRandom, type PersonalizedAugmentation } from "../../data";
import { tf } from "../../engine";
import { type Batch, type BatchSource } from "../../training";
import { requireThat } from "./check";

export interface AugmentationOptions {
  /** Magnitudes and probabilities per class, group or cell, as variables. */
  readonly policy: PersonalizedAugmentation;
  /** What the policy has cells of; default `"class"`. A cell (y, g) has the number y G + g; `"all"`: all samples are in cell 0. */
  readonly by?: "all" | "class" | "group" | "classAndGroup";
  /** G, for `"classAndGroup"`. */
  readonly groups?: number;
  /** Applied behind it, such as `(x) => data.standardizeImages(x, statistics)`; default nothing. */
  readonly after?: (images: tf.Tensor4D) => tf.Tensor4D;
  readonly seed: number;
}

/** Personalised augmentation of training batches, whose images come as they are, on [0, 1]. */
export interface LearnedAugmentation {
  readonly policy: PersonalizedAugmentation;
  readonly variables: readonly tf.Variable[];
  /** Inputs of a batch, augmented by the draw of that number: differentiable in the policy, and the same at every call. */
  inputs(batch: Batch, draw: number): tf.Tensor;
  /** A source of batches with their inputs augmented: for retraining with what was found. */
  source(batches: BatchSource): BatchSource;
}

/**
 * Data augmentation that differs between classes or groups and is learned by the upper level together with the loss.
 *
 * The draw of a step depends on seed and step alone, so that a hypergradient can evaluate a batch again and again, and a run can be
 * resumed. The augmentation acts on training batches; the validation batches of the upper level stay as they come.
 *
 * @param options see {@link AugmentationOptions}.
 * @returns see {@link LearnedAugmentation}; the policy stays the caller's.
 * @throws RangeError when `groups` is missing for `"classAndGroup"`, or a batch has no groups where they are needed.
 * @see AutoBalance, 2.2 (third-party digest). The authors' code of it was never released: the operations, their relaxation and the way
 *   batches are drawn are ours, see `data.personalizedAugmentation`.
 */
export function learnedAugmentation(options: AugmentationOptions): LearnedAugmentation {
  const caller = "learnedAugmentation";
  const { policy, by = "class", groups, after, seed } = options;
  requireThat(
    ["all", "class", "group", "classAndGroup"].includes(by),
    caller,
    "by",
    '"all", "class", "group" or "classAndGroup"',
    by,
  );
  if (by === "classAndGroup") {
    requireThat(
      Number.isInteger(groups) && policy.cells % groups! === 0,
      caller,
      "groups",
      "the number of groups",
      groups,
    );
  }
  const draws = stepRandom(seed, caller);
  const cellsOf = ({ labels, groups: groupOf }: Batch): ArrayLike<number> => {
    if (by === "all") return new Int32Array(labels.size);
    if (by === "class") return labels.dataSync();
    requireThat(groupOf !== undefined, caller, "batch.groups", `given for augmentation by ${by}`, groupOf);
    const g = groupOf.dataSync();
    return by === "group" ? g : Array.from(labels.dataSync(), (label, index) => label * groups! + g[index]);
  };
  const inputs = (batch: Batch, draw: number) =>
    tf.tidy(() => {
      const images = batch.inputs as tf.Tensor4D;
      const drawn = policy.draw(images.shape, draws.at(draw));
      const augmented = policy.apply(images, cellsOf(batch), drawn);
      return after ? after(augmented) : augmented;
    });
  return {
    policy,
    variables: [policy.variables.magnitude, policy.variables.probability],
    inputs,
    source(batches) {
      const source = async (step: number): Promise<Batch> => {
        const batch = await batches(step);
        const augmented = inputs(batch, step);
        batch.inputs.dispose();
        return { ...batch, inputs: augmented };
      };
      return Object.assign(source, { stepsPerEpoch: batches.stepsPerEpoch });
    },
  };
}
