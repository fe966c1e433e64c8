export { parameterCount, type Model } from "./model";
export { resNet, type ResNetOptions } from "./resNet";
