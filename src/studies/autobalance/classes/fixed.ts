import { classBalancedSampler } from "../../../data";
import { tf } from "../../../engine";
import { multiclass } from "../../../losses";
import { logisticRegression, type Head, type Network } from "../../../models";
import { batches, cosine, fit, predict, sgd, type Loss, type LossSchedule } from "../../../training";
import { baselines } from "../baselines";
import { foundLoss, type FoundLoss } from "../foundLoss";
import { randomSearch, separateDraw, vectorScalingDraw } from "../randomSearch";
import { type MethodSettings, type TunedLoss } from "./settings";
import { type Part } from "./task";
import { trained, type ClassTrial } from "./training";

/** What a method has come to, before it is measured on test images. */
export interface Chosen {
  /** Logits of the test images, row by row. */
  readonly testLogits: ArrayLike<number>;
  /** Balanced validation error of what was chosen; null where nothing was. */
  readonly validationError: number | null;
  /** The number chosen; null where there was no choice. */
  readonly chosen: number | null;
  /** The loss, where it is one of the parametric family. */
  readonly loss: FoundLoss | null;
  /** Gradients of a batch spent on choosing. */
  readonly gradients: number;
}

type SettingsOf<Kind extends MethodSettings["kind"]> = Extract<MethodSettings, { kind: Kind }>;

interface Candidate {
  readonly loss: Loss | LossSchedule;
  readonly found: FoundLoss | null;
  readonly head?: Head;
}

/** The published pair of VS on long-tailed CIFAR-10 (its public code): gamma = 0.2, tau = 1.2; what is tuned is a common strength. */
const VS = { gamma: 0.2, tau: 1.2 } as const;

/** A candidate of a loss: its one number means gamma, tau, a largest margin or a strength, whichever the loss has. */
function candidate(trial: ClassTrial, loss: TunedLoss, value: number): Candidate {
  const { counts } = trial.task;
  const family: Partial<Record<TunedLoss, () => FoundLoss>> = {
    crossEntropy: () => baselines.crossEntropy(counts),
    weighted: () => baselines.weightedCrossEntropy(counts),
    logitAdjusted: () => baselines.logitAdjusted(counts, value),
    classDependentTemperature: () => baselines.classDependentTemperature(counts, value),
    vectorScaling: () => baselines.vectorScaling(counts, VS.gamma * value, VS.tau * value),
  };
  const found = family[loss]?.() ?? null;
  if (found) return { loss: foundLoss(found), found };
  if (loss === "focal") return { loss: multiclass.focal({ gamma: value }) as Loss, found };
  if (loss === "balancedSoftmax") return { loss: multiclass.balancedSoftmax({ counts }) as Loss, found };
  // Two of the epochs in ten with weights, as in the published schedule of 160 + 40.
  const { config, task } = trial;
  const epochs = config.steps / task.batches("pool").stepsPerEpoch;
  const at = multiclass.deferredReweighting({
    counts,
    from: Math.max(1, Math.round(0.8 * epochs)),
    loss: (weight) => multiclass.labelDistributionAwareMargin({ counts, maxMargin: value, weight }) as Loss,
  });
  return { loss: { at }, found, head: { kind: "cosine", scale: 1 } };
}

const validationError = (trial: ClassTrial) => async (model: Network) =>
  trial.task.errors(await trial.task.logits(model, "validation"), "validation").balanced;
const testLogits = (trial: ClassTrial) => (model: Network) => trial.task.logits(model, "test");

/** Trains with each candidate on the training part, then with the best of them on both parts. One candidate needs no choice. */
export async function tunedLoss(trial: ClassTrial, { loss, candidates }: SettingsOf<"loss">): Promise<Chosen> {
  const scores: number[] = [];
  if (candidates.length > 1) {
    for (const value of candidates) {
      const { loss: of, head } = candidate(trial, loss, value);
      scores.push(
        await trained(trial, { name: `candidate-${value}`, loss: of, head, part: "train" }, validationError(trial)),
      );
    }
  }
  const best = scores.length === 0 ? 0 : scores.indexOf(Math.min(...scores));
  const { loss: of, found, head } = candidate(trial, loss, candidates[best]);
  return {
    testLogits: await trained(trial, { name: "retraining", loss: of, head, part: "pool" }, testLogits(trial)),
    validationError: scores[best] ?? null,
    chosen: candidates.length > 1 ? candidates[best] : null,
    loss: found,
    gradients: scores.length * trial.config.steps,
  };
}

/** Features, logits and head of a network for the images of some parts. */
interface Outputs {
  readonly features: Readonly<Partial<Record<Part, Float32Array>>>;
  readonly logits: Readonly<Partial<Record<Part, Float32Array>>>;
  readonly head: Float32Array;
  readonly width: number;
}

/** Trains with cross-entropy, and takes what a change of the classifier needs. */
function crossEntropyOutputs(trial: ClassTrial, part: "train" | "pool", parts: readonly Part[]): Promise<Outputs> {
  const { loss } = candidate(trial, "crossEntropy", 0);
  return trained(trial, { name: `cross-entropy-${part}`, loss, part }, async (model) => {
    const weight = model.parameters[model.parameterNames.indexOf("head.weight")];
    const features: Partial<Record<Part, Float32Array>> = {};
    const logits: Partial<Record<Part, Float32Array>> = {};
    for (const of of parts) {
      const featureModel = { ...model, apply: (inputs: tf.Tensor) => model.features(inputs) };
      features[of] = await predict({ model: featureModel, ...trial.task.inputsOf(of) });
      logits[of] = await trial.task.logits(model, of);
    }
    return { features, logits, head: weight.dataSync() as Float32Array, width: weight.shape[0]! };
  });
}

/** Logits after the change, of a strength tau. */
function changed(
  trial: ClassTrial,
  change: "logitAdjustment" | "tauNormalization",
  of: Outputs,
  part: Part,
  tau: number,
) {
  const { classes, counts } = trial.task;
  return tf.tidy(() => {
    if (change === "logitAdjustment") {
      const logits = tf.tensor2d(of.logits[part]!, [of.logits[part]!.length / classes, classes]);
      return multiclass.postHocLogitAdjustment({ counts, tau })(logits).dataSync();
    }
    const features = tf.tensor2d(of.features[part]!, [of.features[part]!.length / of.width, of.width]);
    const weight = tf.tensor2d(of.head, [of.width, classes]);
    return tf.matMul(features, multiclass.tauNormalizedWeights(weight, { tau })).dataSync();
  });
}

/** Chooses tau for a network trained on the training part, and applies it to one trained on both parts. */
export async function postHoc(trial: ClassTrial, { change, candidates }: SettingsOf<"postHoc">): Promise<Chosen> {
  const tuning = await crossEntropyOutputs(trial, "train", ["validation"]);
  const scores = candidates.map(
    (tau) => trial.task.errors(changed(trial, change, tuning, "validation", tau), "validation").balanced,
  );
  const best = scores.indexOf(Math.min(...scores));
  const final = await crossEntropyOutputs(trial, "pool", ["test"]);
  return {
    testLogits: changed(trial, change, final, "test", candidates[best]),
    validationError: scores[best],
    chosen: candidates[best],
    loss: null,
    gradients: trial.config.steps,
  };
}

/** cRT: a new head on the features of a network trained with cross-entropy, classes drawn alike. */
export async function classifierRetraining(
  trial: ClassTrial,
  { headSteps, headRate }: SettingsOf<"classifierRetraining">,
): Promise<Chosen> {
  const { task, config } = trial;
  const { features, width } = await crossEntropyOutputs(trial, "pool", ["pool", "test"]);
  const labels = task.labelsOf("pool");
  const model = logisticRegression({ inputShape: [width], outputs: task.classes, seed: config.seed });
  const optimizer = sgd({
    learningRate: cosine({ base: headRate, steps: headSteps }),
    momentum: 0.9,
    weightDecay: config.weightDecay,
  });
  const rows = (part: Part, indices: ArrayLike<number>) =>
    tf.tensor2d(
      Array.from(indices, (index) => Array.from(features[part]!.subarray(index * width, (index + 1) * width))),
      [indices.length, width],
    );
  const sampler = classBalancedSampler({ labels, batchSize: config.batchSize, seed: config.seed });
  await fit({
    model,
    loss: multiclass.crossEntropy() as Loss,
    batch: batches({ inputs: (indices) => rows("pool", indices), labels, sampler }),
    optimizer,
    steps: headSteps,
    signal: trial.context.signal,
  });
  const count = features.test!.length / width;
  const range = (first: number, end: number) => Array.from({ length: end - first }, (_, index) => first + index);
  const logits = await predict({ model, count, inputs: (first, end) => rows("test", range(first, end)) });
  model.dispose();
  optimizer.dispose();
  return { testLogits: logits, validationError: null, chosen: null, loss: null, gradients: 0 };
}

/** Random search over losses, with as many trainings as the settings say. */
export async function randomLoss(trial: ClassTrial, { draw, trials }: SettingsOf<"random">): Promise<Chosen> {
  const { steps, seed } = trial.config;
  const draws = { separate: separateDraw, vectorScaling: vectorScalingDraw };
  const { best } = await randomSearch({
    budget: trials * steps,
    stepsPerTrial: steps,
    draw: draws[draw](trial.task.counts),
    evaluate: (loss, index) =>
      trained(trial, { name: `candidate-${index}`, loss: foundLoss(loss), part: "train" }, validationError(trial)),
    seed,
  });
  return {
    testLogits: await trained(
      trial,
      { name: "retraining", loss: foundLoss(best.loss), part: "pool" },
      testLogits(trial),
    ),
    validationError: best.score,
    chosen: null,
    loss: best.loss,
    gradients: trials * steps,
  };
}
