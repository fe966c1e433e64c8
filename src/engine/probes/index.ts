/**
 * Probes of second derivatives: every operation that losses and models are made of, held against hyper-dual numbers in float64.
 * Not loaded with the library: `import { survey } from "counterweight/src/engine/probes"`.
 */
export { probes, probesByKind } from "./all";
export {
  AGAINST_DIFFERENCE,
  AGAINST_REFERENCE,
  engineDerivatives,
  isRight,
  measure,
  referenceOf,
  type Derivatives,
  type Errors,
  type Reference,
} from "./measure";
export { plainDerivatives } from "./plainDerivatives";
export { type Input, type Probe } from "./probe";
export { savedOutputExamples, type SavedOutputExample } from "./savedOutputs";
export {
  EXAMPLE_POINTS,
  survey,
  surveyOfPlainTfjs,
  type CurvatureSample,
  type ProbeOutcome,
  type Survey,
} from "./survey";
