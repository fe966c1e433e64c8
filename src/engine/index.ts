import { registerKernels } from "./kernels";

export { info, type EngineInfo } from "./info";
export { breathe, cellSignal } from "./interrupt";
export { batchNormTraining, type BatchNormed } from "./kernels";
export { random, type Random } from "./random";
export { stopGradient } from "./stopGradient";
export { tf } from "./tf";

registerKernels();
