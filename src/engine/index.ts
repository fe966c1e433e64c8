import { registerDerivatives } from "./derivatives";
import { registerKernels } from "./kernels";

export { sigmoidCrossEntropy, softmaxCrossEntropy } from "./crossEntropy";
export { withTape, type PullBack } from "./backward";
export { gradient, orZero, valueAndGradient } from "./gradient";
export { hessianVectorProduct, type Curvature, type HessianVectorProductOptions } from "./hessianVectorProduct";
export { info, type EngineInfo } from "./info";
export { breathe, cellSignal } from "./interrupt";
export { differenceStep, jacobianVectorProduct, type JacobianVectorProductOptions } from "./jacobianVectorProduct";
export { batchNormTraining, biasAdd, type BatchNormed, type BatchNormOptions } from "./kernels";
export { isProbing, probe } from "./probing";
export { random, type Random } from "./random";
export { stopGradient } from "./stopGradient";
export { tf } from "./tf";
export {
  canReplay,
  isPure,
  pure,
  replayedStep,
  type ReplayedStep,
  type StateTensor,
  type StepInputs,
  type StepOptions,
} from "./replay";
export {
  adamNumbers,
  adamUpdate,
  momentumUpdate,
  slot,
  slotTensor,
  type AdamNumbers,
  type AdamUpdate,
  type MomentumUpdate,
  type Slot,
} from "./updates";
export { flatten, innerProduct, unflatten } from "./variables";

registerDerivatives();
registerKernels();
