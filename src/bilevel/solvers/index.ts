/** Linear solvers of one signature: (matvec, rightHandSide, options) => solution, residual, iterations and what was seen on the way. */
export { conjugateGradient, type ConjugateGradientOptions } from "./conjugateGradient";
export { dense, type DenseOptions } from "./dense";
export { minres, type MinresOptions } from "./minres";
export { neumann, type NeumannOptions } from "./neumann";
export { nystrom, type NystromOptions } from "./nystrom";
export { powerIteration, type LargestEigenvalue, type PowerIterationOptions } from "./powerIteration";
export { type Solution, type Solver, type SolverStatus } from "./solution";
export { type MatVec, type Vector } from "./vectors";
