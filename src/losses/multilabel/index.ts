export { type LabelMatrix, type MultilabelLoss } from "./batch";
export { macroAverage, type MacroAveragedLoss } from "./macroAverage";
export { microAverage } from "./microAverage";
