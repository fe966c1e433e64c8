import {
  classBalancedSampler,
  dataset,
  personalizedAugmentation,
  standardizeImages,
  type ImageDataset,
} from "../../../data";
import { resNet } from "../../../models";
import { imageBatches, sgd } from "../../../training";
import { networkText, noiseImages, noiseStatistics, repeatSteps, type Work } from "../../cost";
import { learnedAugmentation } from "../augmentation";
import { baselines } from "../baselines";
import { repeatUpdates, updatesOf, updateText } from "../cost";
import { foundLoss } from "../foundLoss";
import { lossParameters } from "../lossParameters";
import { balancedObjective } from "../objectives";
import { conjugateGradientMode, paperMode } from "../searchMode";
import { type ClassConfig, type SearchSettings } from "./settings";

/**
 * What a trial does: training steps, with a fixed loss; for a search also steps with the parametric loss, and updates of the loss.
 *
 * Works do not depend on the loss, the objective or what is searched: beside the network they take no time that counts. Left out: logits of
 * validation and test images, cRT's training of a linear head.
 *
 * @param config of the trial.
 * @returns kinds of work, with how often each is done.
 */
export function classCost(config: ClassConfig): Work[] {
  const { settings, steps, batchSize } = config;
  if (settings.kind !== "search") {
    return [trainingSteps(config, { times: trainings(settings) * steps, augmented: false })];
  }
  const { searchSteps, trainingBatches, validationBatches, mode, iterations, augmentation: augmented } = settings;
  const { text, prepare } = parts(config, augmented);
  const isPaper = mode === "paper";
  const solver = isPaper ? "5 products of the Hessian" : `at most ${iterations} Gauss-Newton products`;
  return [
    trainingSteps(config, { times: steps, augmented }),
    {
      name: `search step: ${text}`,
      images: batchSize,
      times: searchSteps,
      repeat: (tell, signal) => repeatSteps(() => searchStep(config, settings), tell, signal),
    },
    {
      name: `${updateText(settings, solver)}: ${text}`,
      images: (trainingBatches + validationBatches) * batchSize,
      times: updatesOf(settings),
      repeat: (tell, signal) =>
        repeatUpdates(
          () => {
            const { model, parameters, train, validation, augmentation } = prepare();
            return {
              ...{ model, parameters, train, validation, trainingBatches, validationBatches },
              objective: balancedObjective({ normalization: "classMeans" }),
              mode: isPaper ? paperMode() : conjugateGradientMode({ iterations, damping: settings.damping }),
              ...(augmentation && { augmentation }),
            };
          },
          tell,
          signal,
        ),
    },
  ];
}

/** Trainings from scratch, searches apart. */
function trainings(settings: Exclude<ClassConfig["settings"], SearchSettings>): number {
  switch (settings.kind) {
    case "loss":
      return settings.candidates.length > 1 ? settings.candidates.length + 1 : 1;
    case "postHoc":
      return 2;
    case "classifierRetraining":
      return 1;
    case "random":
      return settings.trials + 1;
  }
}

function trainingSteps(config: ClassConfig, { times, augmented }: { times: number; augmented: boolean }): Work {
  const { text, prepare } = parts(config, augmented);
  return {
    name: `training step: ${text}`,
    images: config.batchSize,
    times,
    repeat: (tell, signal) =>
      repeatSteps(
        () => {
          const { model, parameters, counts, train, augmentation } = prepare();
          parameters.dispose();
          return {
            ...{ model, optimizer: newOptimizer(config), loss: foundLoss(baselines.crossEntropy(counts)) },
            batch: augmentation ? augmentation.source(train) : train,
            dispose: () => augmentation?.policy.dispose(),
          };
        },
        tell,
        signal,
      ),
  };
}

function searchStep(config: ClassConfig, { augmentation: augmented }: SearchSettings) {
  const { model, parameters, train, augmentation } = parts(config, augmented).prepare();
  return {
    ...{ model, optimizer: newOptimizer(config), loss: parameters.loss },
    batch: augmentation ? augmentation.source(train) : train,
    dispose() {
      parameters.dispose();
      augmentation?.policy.dispose();
    },
  };
}

const newOptimizer = ({ weightDecay }: ClassConfig) => sgd({ learningRate: 1e-4, momentum: 0.9, weightDecay });

/** Network, parametric loss and batches of a trial's shapes, and what they are in words. */
function parts(config: ClassConfig, augmented: boolean) {
  const { depth, width, batchSize, imageSize, crop } = config;
  const { shape, classNames } = dataset(config.dataset) as ImageDataset;
  const [outputs, channels] = [classNames.length, shape[2]];
  const size = [imageSize, imageSize] as const;
  const network = networkText({ depth, width, shape: [...size, channels], outputs, batchSize });
  const prepare = () => {
    const set = noiseImages({ shape, classes: outputs });
    const standardize = noiseStatistics(channels);
    const policy = augmented ? personalizedAugmentation({ cells: outputs, magnitude: 0.2 }) : undefined;
    const counts = new Array<number>(outputs).fill(set.size / outputs).map(Math.floor);
    const look = { set, size, ...(crop && { crop: {} }) };
    return {
      counts,
      model: resNet({ depth, width, inputShape: [...size, channels], outputs, seed: 1 }),
      parameters: lossParameters({ counts }),
      train: imageBatches({ ...look, batchSize, seed: 1, ...(!augmented && { standardize }) }),
      validation: imageBatches({
        ...{ ...look, standardize },
        sampler: classBalancedSampler({ labels: set.labels, batchSize, seed: 1 }),
        ...(crop && { augmentationSeed: 1 }),
      }),
      augmentation: policy && learnedAugmentation({ policy, after: (x) => standardizeImages(x, standardize), seed: 1 }),
    };
  };
  return { text: augmented ? `${network}, augmentation` : network, prepare };
}
