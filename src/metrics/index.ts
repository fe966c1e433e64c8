export { confusionCounts, fBeta, precision, recall, type ConfusionCounts, type Scored } from "./confusion";
export { summary, type Summary } from "./summary";
export { bestThreshold, fBetaCurve, type TunedThreshold } from "./threshold";
