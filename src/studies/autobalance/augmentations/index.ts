export { AUGMENTATIONS, type AugmentationConfig, type AugmentationKind } from "./settings";
export { autoBalanceAugmentation } from "./study";
export { type AugmentationResult } from "./trial";
