/** Losses: factories that take options and return pure functions of logits and labels, one room per family. */
export * as binary from "./binary";
export { catalogue, describe, type CatalogueRow } from "./catalogue";
export { defineLoss, type LossCard, type LossFactory, type LossFamily, type LossOptions } from "./define";
export * as group from "./group";
export * as multiclass from "./multiclass";
export * as multilabel from "./multilabel";
export { definePerSampleLoss, type PerSampleLossFactory, type Reduction } from "./reduction";
