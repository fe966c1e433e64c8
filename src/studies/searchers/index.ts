/** Searchers of a training loss at equal cost. */
export { lossAt, type Course, type CoursePoint } from "./course";
export { anytimeFigure, errorFigure } from "./figures";
export { BUDGET_TOLERANCE, searchPlan, updateCost, type SearchPlan } from "./plan";
export { bySearcher, measured, nameOf, pairedDifference, type Measure, type SearcherTrials } from "./rows";
export {
  type HypergradientSettings,
  type RandomSettings,
  type SearcherConfig,
  type SearcherSettings,
  type SolverSettings,
  type Space,
} from "./settings";
export { autoBalanceSearchers } from "./study";
export { type CourseResult, type SearcherResult } from "./trial";
