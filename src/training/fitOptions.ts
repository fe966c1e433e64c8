import { type Model } from "../models";
import { type BatchSource } from "./batch";
import { type CheckpointStore } from "./checkpointStore";
import { type BestEvaluation, type EarlyStoppingOptions } from "./earlyStopping";
import { type EpochRecord } from "./history";
import { type Loss, type LossSchedule } from "./loss";
import { type MovingAverage } from "./movingAverage";
import { type FitObserver, type ProgressSink } from "./observer";
import { type Optimizer } from "./optimizer";
import { type Run } from "./run";
import { type Stateful } from "./state";

/** Numbers by name. */
export type Metrics = Readonly<Record<string, number>>;

/** Where a run stands when it is evaluated. */
export interface Evaluation {
  readonly model: Model;
  /** Epoch that ended, counted from 0. */
  readonly epoch: number;
  /** Updates made. */
  readonly step: number;
  readonly signal: AbortSignal | undefined;
}

export interface FitOptions {
  readonly model: Model;
  /** A function of logits and labels, or a schedule of such by epoch, see {@link LossSchedule}. */
  readonly loss: Loss | LossSchedule;
  /** Number of updates; this or `epochs`. */
  readonly steps?: number;
  /** Number of passes over the samples; needs to know the steps of each. */
  readonly epochs?: number;
  /** Makes the batch of a step. A function of the step alone, so that a run can be repeated. `fit` disposes it. */
  readonly batch: BatchSource;
  /** Updates of an epoch; default: what `batch` says, else all. */
  readonly stepsPerEpoch?: number;
  readonly optimizer: Optimizer;
  /** Largest joint norm of the gradients; larger ones are scaled down to it. Default: no bound. */
  readonly clipNorm?: number;
  /** Moving average of the weights: updated at every step and evaluated in their place. */
  readonly average?: MovingAverage;
  /** Measures the model at the end of an epoch, with the averaged weights where there are some. */
  readonly evaluate?: (evaluation: Evaluation) => Metrics | Promise<Metrics>;
  /** Epochs from one evaluation to the next; default 1. The last epoch is always evaluated. */
  readonly evaluateEvery?: number;
  readonly earlyStopping?: EarlyStoppingOptions;
  /** A run directory: takes metrics and checkpoints, and the run goes on where it stood. */
  readonly run?: Run;
  /** Where checkpoints go without a run directory; the run goes on from the newest one there. */
  readonly checkpoints?: CheckpointStore;
  /** How often a checkpoint is written; default: after every epoch. Another one is written at the end, and at an interrupt. */
  readonly checkpointEvery?: { readonly steps?: number; readonly epochs?: number };
  /** Whatever else changes from step to step, to be saved with the rest: samplers, group weights, loss parameters. */
  readonly stateful?: Readonly<Record<string, Stateful>>;
  readonly observers?: readonly FitObserver[];
  readonly progress?: ProgressSink;
  /**
   * Whether the training step is recorded and replayed as one call of TensorFlow's: a tenth to a third faster, with the same numbers.
   *
   * Loss and model must be pure, see `engine.pure`: what they took from outside stays what it was when they were recorded. Default: where
   * both are known to be, as the kit's own are, in runs of at least 100 steps, on the native CPU backend. `true` declares them pure, for a
   * loss of your own, and makes it an error where they are found not to be; `false`: never.
   */
  readonly compile?: boolean;
  /** Steps between two readings of the losses; default 10. Reading waits for the device. */
  readonly readEvery?: number;
  /** A loss above it in absolute value counts as exploded; default 1e6. */
  readonly lossLimit?: number;
  /** Ends the run between two steps; default: the interrupt of the running cell. */
  readonly signal?: AbortSignal;
}

/** The course of a run. */
export interface FitHistory {
  /** Every step, from 0. */
  readonly step: number[];
  /** Its loss, before its update. */
  readonly loss: number[];
  readonly epochs: readonly EpochRecord[];
  /** The best evaluation, where early stopping looked for it. */
  readonly best?: BestEvaluation;
  /** Whether early stopping ended the run. */
  readonly stoppedEarly: boolean;
}
