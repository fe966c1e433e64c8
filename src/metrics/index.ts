export { accuracy, balancedAccuracy, balancedError, cohenKappa, gMean, matthewsCorrelation } from "./agreement";
export {
  asymptoticHardMargin,
  mixtureErrors,
  type AsymptoticHardMargin,
  type MixtureCell,
  type Overlap,
} from "./asymptoticHardMargin";
export { batchF1Moments, type BatchDraw, type BatchF1 } from "./batchF1";
export { batchGradients, softFBetaGradient, type BatchGradient } from "./batchGradient";
export { bayesianSignTest, dirichletSamples, type BayesianSignTest } from "./bayesianSignTest";
export { brierScore, multiclassBrierScore } from "./brier";
export { calibrationError, reliability, topLabel, type BinningOptions, type ReliabilityBin } from "./calibration";
export { averageScores, classScores, type ClassScores, type ClassScoresOptions, type Scores } from "./classScores";
export { confusionCounts, fBeta, precision, recall, specificity, type ConfusionCounts, type Scored } from "./confusion";
export {
  argmax,
  confusionMatrix,
  oneVersusRest,
  type Confusion,
  type ConfusionMatrix,
  type Decided,
} from "./confusionMatrix";
export {
  areaUnderCurve,
  areaUnderRoc,
  averagePrecision,
  precisionRecallCurve,
  rocCurve,
  type PrecisionRecallCurve,
  type RocCurve,
} from "./curves";
export {
  countDistribution,
  expectedFBetaSet,
  independentExpectedFBetaSet,
  type ExpectedFBetaOptions,
  type ExpectedFBetaSet,
} from "./expectedFBeta";
export { crossingBeta, fBetaOfRates, fBetaPlot, type FBetaPlot, type Operating } from "./fBetaPlot";
export {
  friedman,
  nemenyi,
  nemenyiCriticalDifference,
  rankTable,
  type FriedmanTest,
  type NemenyiTest,
  type RankTable,
  type ScoreTable,
} from "./friedman";
export {
  gaussianFBeta,
  gaussianFBetaBand,
  gaussianFBetaGradient,
  gaussianOptimum,
  hardFBetaPath,
  type GaussianOptimum,
} from "./gaussianFBeta";
export { gaussianCalibrationError } from "./gaussianCalibration";
export { gaussianBalancedError } from "./gaussianBalancedError";
export {
  gaussianCrossEntropyOptimum,
  gaussianPointOfPosterior,
  gaussianPosterior,
  gaussianRates,
  gaussianRatesAt,
  type GaussianToy,
  type LinearScore,
} from "./gaussianToy";
export { cosineSimilarity, gradientPath } from "./gradientPath";
export {
  equalizedOddsGap,
  equalOpportunityGap,
  groupConfusion,
  groupErrors,
  worstGroupError,
  type GroupDecided,
} from "./groups";
export {
  fBetaConstant,
  isoFBetaLine,
  largeSampleFBeta,
  largeSampleFBetaGradient,
  type FBetaSetting,
  type Rates,
} from "./largeSampleFBeta";
export {
  crossEntropyTerms,
  focalTerms,
  impliedPosteriorThreshold,
  surrogateFBetaTerms,
  surrogateNegativePeak,
  type LossTerms,
} from "./lossTerms";
export { correctedResampledTTest, pairedTTest, type PairedTTest } from "./paired";
export {
  consistencyLogRatio,
  gaussianParametricThreshold,
  parametricCrossEntropyTerms,
  type BinaryLossParameters,
} from "./parametricTerms";
export { plugInThreshold, posteriorThreshold } from "./plugIn";
export { populationMinimiser, type PopulationMinimiser } from "./populationMinimiser";
export { populationRisk, populationRiskGradient } from "./populationRisk";
export { crossEntropyPositiveWeight, surrogatePositiveWeight } from "./positiveWeight";
export {
  crossEntropyFixedPoint,
  surrogateFixedPoint,
  type FixedPointOptions,
  type PositiveWeightFixedPoint,
} from "./positiveWeightFixedPoint";
export { preferenceWeightedScore, type Preference } from "./preference";
export { perClassAccuracy, shotAccuracy, type ShotAccuracy } from "./shots";
export { rankCorrelation } from "./rankCorrelation";
export { anyLossDecision, logisticDecision, type SoftDecision } from "./softDecision";
export {
  gaussianSoftFBeta,
  gaussianSoftFBetaGradient,
  gaussianSoftRates,
  surrogateSetGradient,
  type SoftRates,
} from "./softFBeta";
export { criticalSuccessIndex, heidkeSkillScore, trueSkillStatistic } from "./skill";
export { summary, type Summary } from "./summary";
export { bestThreshold, fBetaCurve, type TunedThreshold } from "./threshold";
export { tunedFBetaCurve, type TunedFBetaCurve } from "./tunedFBeta";
export { wilcoxonSignedRank, type WilcoxonOptions, type WilcoxonTest } from "./wilcoxon";
