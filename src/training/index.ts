export { fit, type Batch, type FitHistory, type FitOptions, type ProgressSink } from "./fit";
export { imageBatches, type ImageBatchesOptions } from "./imageBatches";
export { predict, type PredictOptions } from "./predict";
export { constant, cosine, type Schedule } from "./schedule";
export { sgd, type Optimizer, type SgdOptions } from "./sgd";
