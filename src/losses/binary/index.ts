export { binaryCrossEntropy, type BinaryCrossEntropyOptions } from "./binaryCrossEntropy";
export { type BinaryLoss } from "./batch";
export { surrogateFBeta, type SurrogateFBetaOptions } from "./surrogateFBeta";
