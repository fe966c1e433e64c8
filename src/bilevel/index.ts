export { checkProblem } from "./checkProblem";
export * as constraints from "./constraints";
export { type BoxOptions, type Reparametrisation } from "./constraints";
export { type CurvatureOptions, type JacobianMode, type MixedMode, type MixedTerm } from "./curvature";
export {
  amortisedEigenvalue,
  type AmortisedEigenvalueOptions,
  type EigenvalueEstimate,
  type EigenvalueState,
  type ProductQuality,
} from "./eigenvalue";
export { hypergradient, type Hypergradient, type Method } from "./hypergradient";
export { conjugateGradient, type ConjugateGradientMethodOptions } from "./methods/conjugateGradient";
export { exact, type ExactOptions } from "./methods/exact";
export { identity } from "./methods/identity";
export { implicit, type ImplicitMethod, type ImplicitOptions, type Solve, type SolveContext } from "./methods/implicit";
export { minres, type MinresMethodOptions } from "./methods/minres";
export { neumann, type NeumannMethodOptions } from "./methods/neumann";
export { nystrom, type NystromMethodOptions } from "./methods/nystrom";
export { oneStep, type OneStepOptions } from "./methods/oneStep";
export { adamPreconditioner, sama, type AdamState, type SamaOptions } from "./methods/sama";
export { unrolled, type UnrolledOptions } from "./methods/unrolled";
export { type BilevelProblem, type InnerBatches } from "./problem";
export * as solvers from "./solvers";
export { type MatVec, type Solution, type Solver, type SolverStatus, type Vector } from "./solvers";
