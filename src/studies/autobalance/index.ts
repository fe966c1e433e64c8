export { learnedAugmentation, type AugmentationOptions, type LearnedAugmentation } from "./augmentation";
export {
  AUGMENTATIONS,
  autoBalanceAugmentation,
  type AugmentationConfig,
  type AugmentationKind,
  type AugmentationResult,
} from "./augmentations";
export { baselines, fixedLoss } from "./baselines";
export { GRADIENTS_PER_PRODUCT, searchCost } from "./budget";
export { type Cells, type Counts } from "./cells";
export {
  autoBalanceClasses,
  autoBalanceManyClasses,
  autoBalanceSplits,
  PUBLISHED_ERRORS,
  type ClassConfig,
  type ClassResult,
} from "./classes";
export { foundLoss, normalizedScale, type FoundLoss } from "./foundLoss";
export { autoBalanceGroups, type GroupConfig, type GroupResult } from "./groups";
export {
  lossParameters,
  RELEASED_START_SCALE,
  type LossParameters,
  type LossParametersOptions,
  type ParameterName,
  type ParameterValues,
} from "./lossParameters";
export {
  balancedObjective,
  blendObjective,
  crossEntropyObjective,
  equalOpportunityObjective,
  fBetaObjective,
  preferenceObjective,
  worstGroupObjective,
  type BalancedOptions,
  type UpperObjective,
} from "./objectives";
export { randomSearch, separateDraw, vectorScalingDraw, type RandomSearchOptions, type Trial } from "./randomSearch";
export { autoBalance, retrain, retrainingPool, type RetrainingPool } from "./retrain";
export { type SearchUpdate } from "./searchHistory";
export { searchLoss, type SearchOptions, type SearchResult } from "./searchLoss";
export { conjugateGradientMode, defaultMode, paperMode, type DefaultModeOptions, type SearchMode } from "./searchMode";
export {
  attributeMap,
  frequencyClusters,
  frequencyDictionary,
  logPriorMultiple,
  separate,
  type Attributes,
  type Sharing,
} from "./sharing";
export {
  consistentStart,
  crossEntropyStart,
  logitAdjustedStart,
  temperatureStart,
  weightedStart,
  type StartPoint,
} from "./startPoint";
