export { type GroupConfig, type GroupDataset, type GroupMethod } from "./settings";
export { autoBalanceGroups } from "./study";
export { type GroupErrors, type GroupResult } from "./trial";
