import { random, tf } from "../../../engine";
import { multiclass } from "../../../losses";
import { mlp, resNet, type Model } from "../../../models";
import { sgd, type BatchSource, type Loss } from "../../../training";
import { networkText, repeatSteps, type Work } from "../../cost";
import { repeatUpdates, updatesOf, updateText } from "../cost";
import { lossParameters } from "../lossParameters";
import { balancedObjective, blendObjective, equalOpportunityObjective } from "../objectives";
import { conjugateGradientMode } from "../searchMode";
import { type GroupConfig, type GroupMethod } from "./settings";
import { CLASSES, GROUPS } from "./task";

/** Columns that a table's network sees: those of the group are left out. */
const TABLE_COLUMNS = { adult: 89, compas: 9 } as const;

/**
 * What a trial does: training steps; for a search also steps with the parametric loss, and updates of the loss; for GroupDRO steps with a
 * forward pass more.
 *
 * Batches of noise are made once: to cut them from the data takes no time that counts here, where images are neither cropped nor augmented.
 *
 * @param config of the trial.
 * @returns kinds of work, with how often each is done.
 */
export function groupCost(config: GroupConfig): Work[] {
  const { settings, steps, batchSize } = config;
  const network = networkOf(config);
  const steady = (name: string, times: number, prepare: () => Prepared): Work => ({
    name: `${name}: ${network}`,
    images: batchSize,
    times,
    repeat: (tell, signal) => repeatSteps(prepare, tell, signal),
  });
  if (settings.kind === "distributionallyRobust") {
    return [steady("GroupDRO step", trainings(settings) * steps, () => plain(config, true))];
  }
  const retraining = steady("training step", trainings(settings) * steps, () => plain(config, false));
  if (settings.kind !== "search") return [retraining];
  const { iterations, damping, trainingBatches, validationBatches, searchSteps, fairness } = settings;
  return [
    retraining,
    steady("search step", searchSteps, () => {
      const parameters = newParameters();
      return { ...plain(config, false), loss: parameters.loss, dispose: () => parameters.dispose() };
    }),
    {
      name: `${updateText(settings, `at most ${iterations} Gauss-Newton products`)}: ${network}`,
      images: (trainingBatches + validationBatches) * batchSize,
      times: updatesOf(settings),
      repeat: (tell, signal) =>
        repeatUpdates(
          () => ({
            ...{ model: newModel(config), parameters: newParameters(), trainingBatches, validationBatches },
            train: noiseBatches(config),
            validation: noiseBatches(config),
            objective: blendObjective(
              fairness,
              balancedObjective({ normalization: "classMeans" }),
              equalOpportunityObjective({ groups: GROUPS }),
            ),
            mode: conjugateGradientMode({ iterations, damping }),
          }),
          tell,
          signal,
        ),
    },
  ];
}

interface Prepared {
  readonly model: Model;
  readonly optimizer: ReturnType<typeof sgd>;
  readonly loss: Loss;
  readonly batch: BatchSource;
  readonly dispose?: () => void;
}

/** Trainings from scratch, searches apart. */
function trainings(settings: GroupMethod): number {
  const candidates =
    settings.kind === "logitAdjusted"
      ? settings.taus.length
      : settings.kind === "distributionallyRobust"
        ? settings.stepSizes.length
        : 1;
  return candidates > 1 ? candidates + 1 : 1;
}

function plain(config: GroupConfig, forwardTwice: boolean): Prepared {
  const model = newModel(config);
  const dealt = noiseBatches(config);
  const batch: BatchSource = forwardTwice
    ? async (step) => {
        const next = await dealt(step);
        tf.tidy(() => model.apply(next.inputs, { training: true }));
        return next;
      }
    : dealt;
  const optimizer = sgd({ learningRate: 1e-4, weightDecay: config.weightDecay });
  return { model, optimizer, loss: multiclass.crossEntropy() as Loss, batch };
}

const newParameters = () =>
  lossParameters({ counts: Array.from({ length: CLASSES }, () => new Array<number>(GROUPS).fill(100)) });

function newModel(config: GroupConfig): Model {
  const { depth, width, imageSize } = config;
  return imageSize > 0
    ? resNet({ depth, width, inputShape: [imageSize, imageSize, 3], outputs: CLASSES, seed: 1 })
    : mlp({ inputShape: columnsOf(config), hidden: [width], outputs: CLASSES, seed: 1 });
}

function networkOf(config: GroupConfig): string {
  const { depth, width, imageSize, batchSize } = config;
  if (imageSize === 0) return `one hidden layer of ${width}, ${batchSize} rows of ${columnsOf(config)} columns`;
  return networkText({ depth, width, shape: [imageSize, imageSize, 3], outputs: CLASSES, batchSize });
}

const columnsOf = ({ dataset }: GroupConfig): number =>
  dataset === "adult" || dataset === "compas" ? TABLE_COLUMNS[dataset] : 0;

/** Batches of standard normal values; classes and groups come in turn. */
function noiseBatches(config: GroupConfig): BatchSource {
  const { imageSize, batchSize } = config;
  const shape = imageSize > 0 ? [batchSize, imageSize, imageSize, 3] : [batchSize, columnsOf(config)];
  const draws = random(1);
  const values = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => draws.normal());
  const turns = (count: number, every: number) =>
    tf.tensor1d(
      Array.from({ length: batchSize }, (_, index) => Math.floor(index / every) % count),
      "int32",
    );
  return () => ({ inputs: tf.tensor(values, shape), labels: turns(CLASSES, 1), groups: turns(GROUPS, CLASSES) });
}
