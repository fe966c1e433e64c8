export * as autobalance from "./autobalance";
export * from "./core";
export * as fbeta from "./fbeta";
export * as hypergradients from "./hypergradients";
export { studies as list, studyNamed } from "./registry";
export * as searchers from "./searchers";
export { stored } from "./stored";
export * as tabular from "./tabular";
