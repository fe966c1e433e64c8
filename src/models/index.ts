export { fromLayersModel } from "./layersModel";
export { type Head } from "./head";
export { imageNetResNet, type ImageNetResNetOptions } from "./imageNetResNet";
export {
  arcCosineKernel,
  interpolatedLogits,
  kernelInterpolation,
  type Kernel,
  type KernelInterpolation,
} from "./kernelInterpolation";
export { type Padding } from "./layers";
export { logisticRegression, type LogisticRegressionOptions } from "./logisticRegression";
export { mlp, type MlpOptions } from "./mlp";
export { parameterCount, type Mode, type Model, type Network } from "./model";
export { resNet, type ResNetOptions, type Shortcut } from "./resNet";
