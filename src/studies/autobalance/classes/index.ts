export { PUBLISHED_ERRORS } from "./published";
export { type ClassConfig, type MethodSettings, type SearchSettings, type TunedLoss } from "./settings";
export { autoBalanceClasses, autoBalanceManyClasses } from "./study";
export { type ClassResult } from "./trial";
export { autoBalanceSplits } from "./splits";
