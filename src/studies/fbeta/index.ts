export { type AtRate, type FBetaConfig, type FBetaCurve, type FBetaResult, type FBetaScores } from "./config";
export { importanceWeighted, negativesLeftOut, surrogateByShares, type PriorShift } from "./correction";
export { runningWeight, type RunningWeight } from "./fixedPoint";
export { fBetaLoss, fBetaLosses, type Correction, type FBetaLoss, type LossSetting } from "./losses";
export { againstPriorFigure } from "./plots/againstPrior";
export { byLossFigure } from "./plots/byLoss";
export { ranksFigure } from "./plots/ranks";
export { trainingFigure } from "./plots/training";
export { rankLosses, type LossRanking } from "./ranking";
export {
  byTask,
  chosenRate,
  differenceText,
  entriesOf,
  overSeeds,
  pairedDifference,
  valueOf,
  type Decision,
  type Entrant,
  type FBetaTask,
  type FBetaTrial,
  type TaskTrials,
} from "./rows";
export { fBetaAtPrior, ceilingAtPrior } from "./scores";
export { fBetaResNet } from "./study";
export { loadTask, type FBetaData } from "./task";
