import { registerConvolutionGradients } from "./convolution";
import { registerCorrectedGradients } from "./corrected";
import { registerMissingGradients } from "./missing";
import { registerPoolingGradients } from "./pooling";
import { registerSoftmaxGradient } from "./softmax";
import { registerSums } from "./sums";
import { repairTape } from "./tape";
import { registerZeroGradients } from "./zero";

/** Makes derivatives of tfjs right: tape order, gradients that are missing and gradients that are wrong. Doing it again replaces them. */
export function registerDerivatives(): void {
  repairTape();
  registerZeroGradients();
  registerCorrectedGradients();
  registerConvolutionGradients();
  registerPoolingGradients();
  registerMissingGradients();
  registerSoftmaxGradient();
  registerSums();
}
