/** Counterweight: learning from imbalanced and group-sensitive data. One namespace per room of the library. */
export * as engine from "./engine";
export { tf } from "./engine";
export * as losses from "./losses";
export * as metrics from "./metrics";
export * as data from "./data";
export * as models from "./models";
export * as bilevel from "./bilevel";
export * as training from "./training";
export * as studies from "./studies";
export * as figures from "./figures";
export * as notebook from "./notebook";
