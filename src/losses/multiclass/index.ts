export { balancedCrossEntropy } from "./balancedCrossEntropy";
export { balancedSoftmax } from "./balancedSoftmax";
export { type Labels, type MulticlassLoss, type SampleLosses } from "./batch";
export { classBalanced } from "./classBalanced";
export {
  classBalancedWeights,
  classDependentTemperatures,
  inverseFrequencyWeights,
  labelDistributionAwareMargins,
  logPriors,
} from "./classCounts";
export { classDependentTemperature } from "./classDependentTemperature";
export { crossEntropy } from "./crossEntropy";
export { deferredReweighting, type DeferredReweightingOptions } from "./deferredReweighting";
export { focal } from "./focal";
export { labelDistributionAwareMargin } from "./labelDistributionAwareMargin";
export { logitAdjusted } from "./logitAdjusted";
export { type ClassParameter, type Counts } from "./options";
export { parametricCrossEntropy } from "./parametricCrossEntropy";
export { postHocLogitAdjustment } from "./postHocLogitAdjustment";
export { tauNormalizedLogits, tauNormalizedWeights, type TauNormalizationOptions } from "./tauNormalization";
export { vectorScaling } from "./vectorScaling";
export { weightedCrossEntropy } from "./weightedCrossEntropy";
