import { registerBatchNorm } from "./batchNorm";
import { registerBiasAdd } from "./biasAdd";
import { registerCrossEntropy } from "./crossEntropy";
import { registerGather } from "./gather";
import { registerRelu } from "./relu";

export { batchNormTraining, type BatchNormed, type BatchNormOptions } from "./batchNorm";
export { biasAdd } from "./biasAdd";

/** Registers the kit's own operations and gradients. Doing it again replaces them, so an edited file takes effect. */
export function registerKernels(): void {
  registerRelu();
  registerBatchNorm();
  registerCrossEntropy();
  registerBiasAdd();
  registerGather();
}
