import { type Model } from "../../models";
import { sgd, type BatchSource } from "../../training";
import { type Tell } from "../cost";
import { type LearnedAugmentation } from "./augmentation";
import { type LossParameters } from "./lossParameters";
import { type UpperObjective } from "./objectives";
import { searchLoss } from "./searchLoss";
import { type SearchMode } from "./searchMode";

/** What a search needs to be repeated. */
export interface PreparedSearch {
  readonly model: Model;
  readonly parameters: LossParameters;
  readonly objective: UpperObjective;
  readonly mode: SearchMode;
  readonly train: BatchSource;
  readonly validation: BatchSource;
  readonly trainingBatches: number;
  readonly validationBatches: number;
  readonly augmentation?: LearnedAugmentation;
}

/**
 * Searches as a trial does, with an update of the loss before every step, and tells the seconds of every update: batches, hypergradient and
 * the step of the loss parameters, without the inner step.
 *
 * The network is near its start values and sees noise. Conjugate gradient may end early in a trial, where it has reached its tolerance: an
 * update there takes as long or less.
 *
 * @param prepare makes what a search needs, which is freed at the end.
 * @param tell told the seconds of every update.
 * @param signal ends it.
 */
export async function repeatUpdates(prepare: () => PreparedSearch, tell: Tell, signal: AbortSignal): Promise<void> {
  const { augmentation, ...search } = prepare();
  const optimizer = sgd({ learningRate: 1e-4, momentum: 0.9 });
  const outerOptimizer = sgd({ learningRate: 1e-6 });
  try {
    await searchLoss({
      ...{ ...search, optimizer, outerOptimizer, signal },
      ...(augmentation && { augmentation }),
      steps: 1_000_000,
      every: 1,
      lossLimit: Number.MAX_VALUE,
      // Inner steps are measured elsewhere; to record one takes as long as twenty.
      compile: false,
      onUpdate: ({ seconds }) => tell(seconds),
    });
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    optimizer.dispose();
    outerOptimizer.dispose();
    search.model.dispose();
    search.parameters.dispose();
    augmentation?.policy.dispose();
  }
}

interface Updates {
  readonly searchSteps: number;
  readonly warmup: number;
  readonly every: number;
  readonly trainingBatches: number;
  readonly validationBatches: number;
}

/** Updates of the loss parameters in a search: ceil((steps - warmup) / every). */
export const updatesOf = ({ searchSteps, warmup, every }: Updates): number =>
  Math.max(0, Math.ceil((searchSteps - warmup) / every));

/** An update in words: its batches and how its linear system is solved. */
export const updateText = ({ trainingBatches, validationBatches }: Updates, solver: string): string =>
  `loss update (${trainingBatches} training and ${validationBatches} validation batches, ${solver})`;
