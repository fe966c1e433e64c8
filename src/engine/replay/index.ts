export { isPure, pure } from "./pure";
export { canReplay } from "./native";
export { replayedStep, type ReplayedStep, type StateTensor, type StepInputs, type StepOptions } from "./replay";
