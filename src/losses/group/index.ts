export { type GroupLoss } from "./batch";
export { blend, type Joined } from "./blend";
export { groupLogPriors, groupTemperatures } from "./cellCounts";
export { differenceOfEqualOpportunity } from "./differenceOfEqualOpportunity";
export { groupBalanced } from "./groupBalanced";
export {
  groupDistributionallyRobust,
  type GroupDistributionallyRobustLoss,
  type GroupWeights,
} from "./groupDistributionallyRobust";
export { groupLogitAdjusted } from "./groupLogitAdjusted";
export { groupParametricCrossEntropy } from "./groupParametricCrossEntropy";
export { groupVectorScaling } from "./groupVectorScaling";
export { type CellCounts, type CellParameter } from "./options";
export { worstGroup } from "./worstGroup";
