import { type ImageBatchOptions } from "../../data";

/** Settings of a trial: everything that its numbers depend on beside the data and the code. */
export type FBetaConfig = {
  readonly seed: number;
  /** A name of `fBetaLosses`. */
  readonly method: string;
  /** The beta that the loss is made for; null where it knows none. */
  readonly beta: number | null;
  /** Further options of the loss. */
  readonly lossOptions: { readonly [option: string]: number | string };
  /** A registered set of images. */
  readonly dataset: string;
  /** The classes that are the positives; all others are the negatives. */
  readonly positiveClasses: readonly number[];
  /** P(Y = 1) in training, in validation and where the test is scored. */
  readonly prior: number;
  /** Share of every class of the official train part that validation images are drawn from. */
  readonly validationShare: number;
  /** Images to train on, and to tune thresholds on; null: as many as there are at this prior. */
  readonly trainSize: number | null;
  readonly validationSize: number | null;
  readonly imageSize: readonly [number, number];
  /** Random windows and mirroring of training images; null: none. */
  readonly crop: { readonly padding: number; readonly flip: number } | null;
  /** ResNet of 6 n + 2 layers, and channels of its first stage. */
  readonly depth: number;
  readonly width: number;
  readonly steps: number;
  readonly batchSize: number;
  /** Positives that every batch has at least. */
  readonly minPositives: number;
  readonly optimizer: "adam" | "sgd";
  /** Each is trained with; the one with the best F-beta on validation images counts, for either threshold. */
  readonly learningRates: readonly number[];
  /** Steps in which the learning rate rises linearly, before half a cosine down to 0. */
  readonly warmup: number;
  readonly weightDecay: number;
  /** Steps from one measurement on validation images to the next. */
  readonly evaluateEvery: number;
  /** The betas of the F-beta that is measured. */
  readonly betas: readonly number[];
};

/** F-beta of a trained network. */
export type FBetaScores = {
  readonly beta: number;
  /** On test images, with p = 1/2 as the threshold. */
  readonly half: number;
  /** On test images, with the threshold tuned on validation images. */
  readonly tuned: number;
  /** The largest on test images over all thresholds: what tuning could reach, never a result. */
  readonly ceiling: number;
  /** The tuned threshold, on the logit; null where no validation image is called positive. */
  readonly threshold: number | null;
  /** On the validation images, which the threshold was tuned on: with both thresholds. */
  readonly validation: { readonly half: number; readonly tuned: number };
};

/** Measurements on validation images in the course of training, one per value of `step`. */
export type FBetaCurve = {
  readonly step: readonly number[];
  /** Mean of the losses since the last measurement. */
  readonly loss: readonly number[];
  /** F-beta at p = 1/2 and at the best threshold, for the first of `betas`. */
  readonly half: readonly number[];
  readonly tuned: readonly number[];
  /** The positive weight in use, of the fixed point alone. */
  readonly weight: readonly number[] | null;
};

/** A network trained at one learning rate. */
export type AtRate = {
  readonly learningRate: number;
  /** One entry per beta. */
  readonly scores: readonly FBetaScores[];
  /** On test images. */
  readonly areaUnderRoc: number;
  readonly curve: FBetaCurve;
};

/** What a trial has found. */
export type FBetaResult = {
  /** One entry per learning rate at which training did not diverge. */
  readonly rates: readonly AtRate[];
  readonly diverged: readonly number[];
  /** Share of positives in what the batches hold together. */
  readonly samplingPrior: number;
  /** Positives and negatives to train and to tune on. */
  readonly counts: { readonly train: readonly [number, number]; readonly validation: readonly [number, number] };
};

/** How images are looked at. */
export type Look = Pick<ImageBatchOptions, "size" | "standardize">;
