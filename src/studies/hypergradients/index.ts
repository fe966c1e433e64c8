/** How right hypergradients are and what they cost: problems with known answers, references on networks, measures. */
export { agreement, numbersOf, type Agreement } from "./agreement";
export { measured, type Cost } from "./cost";
export { knownNetwork } from "./knownNetwork";
export { type KnownProblem } from "./knownProblem";
export { knownQuadratic, type KnownQuadraticOptions } from "./knownQuadratic";
export { knownRidge, type KnownRidgeOptions } from "./knownRidge";
export {
  descentReference,
  networkProblem,
  type DescentReference,
  type DirectionCheck,
  type LabelledBatch,
  type NetworkProblem,
} from "./networkProblem";
