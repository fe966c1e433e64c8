import { registerBatchNorm } from "./batchNorm";
import { registerCrossEntropy } from "./crossEntropy";
import { registerRelu } from "./relu";

export { batchNormTraining, type BatchNormed } from "./batchNorm";

/** Registers the kit's own operations and gradients. Doing it again replaces them, so an edited file takes effect. */
export function registerKernels(): void {
  registerRelu();
  registerBatchNorm();
  registerCrossEntropy();
}
