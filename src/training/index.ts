export { adam, adamW, type AdamOptions } from "./adam";
export { type Batch, type BatchSource } from "./batch";
export { batches, type BatchesOptions, type BatchOrder, type EpochBatchSource } from "./batches";
export { disposeCheckpoint, readCheckpoint, writeCheckpoint, type Checkpoint } from "./checkpoint";
export { checkpointStore, type CheckpointStore, type CheckpointStoreOptions } from "./checkpointStore";
export { clipByGlobalNorm } from "./clipping";
export { compareRuns, lastNumbers, type RunComparison } from "./compareRuns";
export { byEpoch, sequence, warmup } from "./composition";
export { type Difference } from "./differences";
export { DivergenceError, type Divergence } from "./divergence";
export { type BestEvaluation, type EarlyStoppingOptions } from "./earlyStopping";
export { evaluate, type EvaluateOptions, type Predictions } from "./evaluate";
export { fit } from "./fit";
export { type Evaluation, type FitHistory, type FitOptions, type Metrics } from "./fitOptions";
export { classMargins, hardMargin, type HardMargin, type LabelledPoints, type LinearDecision } from "./hardMargin";
export { type EpochRecord } from "./history";
export { imageBatches, type ImageBatchesOptions } from "./imageBatches";
export { deferred, type Loss, type LossSchedule } from "./loss";
export { type LossReading } from "./lossReader";
export { minNormPoint, type MinNormPoint } from "./minNormPoint";
export { movingAverage, type MovingAverage, type MovingAverageOptions } from "./movingAverage";
export { type FitObserver, type ProgressSink, type RunEnd } from "./observer";
export { type Optimizer } from "./optimizer";
export { parametricDescent, type DescentPoint, type ParametricDescentOptions } from "./parametricDescent";
export { patternSearch, type PatternSearch } from "./patternSearch";
export { predict, type PredictOptions } from "./predict";
export { openRun, type OpenRunOptions, type Run } from "./run";
export {
  findRun,
  listRuns,
  readRun,
  type RunDescription,
  type RunRecord,
  type RunResult,
  type RunStatus,
} from "./runFiles";
export { constant, cosine, linear, stepDecay, type Schedule } from "./schedule";
export { sgd, type SgdOptions } from "./sgd";
export { trainingStep, type TrainingStep, type TrainingStepOptions, type Update } from "./step";
export { plainState, variablesState, type Json, type State, type Stateful } from "./state";
export { angleBetween } from "./vectors";
