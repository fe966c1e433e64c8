export { makespan, trialCost, type TrialCost } from "./estimate";
export { noiseImages, noiseStatistics, type NoiseImagesOptions } from "./images";
export { measureWorks, type Measured, type MeasureOptions } from "./measure";
export { networkText, type NetworkText } from "./text";
export { repeatSteps, type PreparedTraining } from "./trainingSteps";
export { type Tell, type Work } from "./work";
