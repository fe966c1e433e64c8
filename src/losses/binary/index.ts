/** Losses of a binary classifier: options to (logits [n], labels [n] in {0, 1}) => scalar. */
export { anyLoss } from "./anyLoss";
export { asymmetric } from "./asymmetric";
export { aucMargin, aucMarginState, type AucMarginState } from "./aucMargin";
export { type BinaryInputs, type BinaryLoss } from "./batch";
export { binaryCrossEntropy, type BinaryCrossEntropyOptions } from "./binaryCrossEntropy";
export { costSensitive } from "./costSensitive";
export { dice } from "./dice";
export { doubleSoftF1 } from "./doubleSoftF1";
export {
  costSensitiveRounds,
  costWeight,
  type CostSensitiveOptions,
  type CostSensitiveResult,
  type CostSensitiveRound,
} from "./fixedPoint";
export { focal } from "./focal";
export { hinge } from "./hinge";
export { lovaszHinge } from "./lovaszHinge";
export { matthews } from "./matthews";
export { scoreOriented } from "./scoreOriented";
export { sigmoidF1 } from "./sigmoidF1";
export { smoothAveragePrecision } from "./smoothAveragePrecision";
export { softFBeta } from "./softFBeta";
export { squaredHinge } from "./squaredHinge";
export { surrogateFBeta, type SurrogateFBetaOptions } from "./surrogateFBeta";
export { tversky } from "./tversky";
