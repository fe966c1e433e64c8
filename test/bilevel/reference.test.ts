import assert from "node:assert/strict";
import { it } from "node:test";

import {
  checkProblem,
  conjugateGradient,
  exact,
  hypergradient,
  identity,
  minres,
  neumann,
  nystrom,
  type ImplicitOptions,
  type Method,
} from "../../src/bilevel";
import { type Curvature, gradient, tf } from "../../src/engine";
import { onEachBackend } from "../support/backends";
import { assertClose, take } from "../support/numeric";
import { reference, tanhProblem } from "./tanhProblem";

/** Asked of the public functions: 1e-3 of the norm, for delta and l apart. */
const ASKED = 1e-3;
/** What the exact curvature reaches in float32, so that a loss of digits is seen. */
const REACHED = 1e-5;
/** The Gauss-Newton matrix is another matrix than the Hessian: on this network some per cent off, and no more. */
const GAUSS_NEWTON = 0.15;

const { terms, step } = reference.neumann;
const methods: Record<string, { make(options: ImplicitOptions): Method; want: { delta: number[]; shift: number[] } }> =
  {
    exact: { make: exact, want: reference.exact },
    neumann: { make: (options) => neumann({ terms, step, ...options }), want: reference.neumann },
    identity: { make: identity, want: reference.identity },
    "conjugate gradient": { make: conjugateGradient, want: reference.exact },
    minres: { make: minres, want: reference.exact },
    "nystrom, full rank": {
      make: (options) => nystrom({ rank: reference.theta.length, ...options }),
      want: reference.exact,
    },
  };

const error = (got: number[], want: number[]) =>
  Math.hypot(...got.map((value, index) => value - want[index])) / Math.hypot(...want);

onEachBackend("hypergradients of a tanh network against float64", () => {
  it("the problem is the fixture's", () => {
    const problem = tanhProblem();
    assertClose(take(problem.innerLoss(0)), [reference.trainLoss]);
    assertClose(take(problem.outerLoss(0)), [reference.validationLoss]);
    assertClose(gradient(() => problem.outerLoss(0), problem.inner).flatMap(take), reference.validationGradient);
    assert.deepEqual(checkProblem(problem), { forwardMixedTerm: true });
    problem.dispose();
  });

  for (const [name, { make, want }] of Object.entries(methods)) {
    const errorsOf = (curvature: Curvature) => {
      const problem = tanhProblem();
      const { gradients, ...report } = hypergradient(problem, make({ curvature }));
      const [delta, shift] = gradients.map(take);
      problem.dispose();
      return { delta: error(delta, want.delta), shift: error(shift, want.shift), ...report };
    };

    it(`${name}: delta and l agree with the exact curvature`, () => {
      const { delta, shift } = errorsOf("hessian");
      assert.ok(REACHED < ASKED && delta < REACHED && shift < REACHED, `errors ${delta}, ${shift}`);
    });

    it(`${name}: errors of the other curvatures are reported, and bounded`, (context) => {
      const [difference, gaussNewton] = [errorsOf("finiteDifference"), errorsOf("gaussNewton")];
      const line = ({ delta, shift }: { delta: number; shift: number }) =>
        `delta ${delta.toExponential(1)}, l ${shift.toExponential(1)}`;
      context.diagnostic(`finiteDifference: ${line(difference)}; gaussNewton: ${line(gaussNewton)}`);
      assert.ok(difference.delta < ASKED && difference.shift < ASKED, line(difference));
      // Its mixed term is exact, so that T1-T2, which has no curvature, is too.
      const bound = name === "identity" ? REACHED : GAUSS_NEWTON;
      assert.ok(gaussNewton.delta < bound && gaussNewton.shift < bound, line(gaussNewton));
      assert.equal(gaussNewton.mixedTerm, "forward");
      assert.equal(difference.mixedTerm, "finiteDifference");
    });
  }

  it("reports residuals and the ends of the spectrum", () => {
    const problem = tanhProblem();
    const near = (value: number, want: number, within = 1e-3) =>
      assert.ok(Math.abs(value / want - 1) < within, `${value}, ${want}`);
    for (const method of [exact(), conjugateGradient(), minres()]) {
      const { gradients, residual, ...report } = hypergradient(problem, method);
      assert.ok(residual < 1e-5 && report.status === "converged");
      // A Krylov space that solves the system need not have found the ends to all digits.
      const within = method.name === "exact" ? 1e-5 : 1e-2;
      near(report.smallestRitzValue, reference.hessianEigenvalueMin, within);
      near(report.largestRitzValue, reference.hessianEigenvalueMax, within);
      tf.dispose(gradients);
    }
    const { gradients, largestEigenvalue, products } = hypergradient(problem, neumann({ terms: 2 }));
    near(largestEigenvalue!, reference.hessianEigenvalueMax, 1e-2);
    assert.ok(products > 2 && products <= 22, `${products} products, those of the power iteration included`);
    tf.dispose(gradients);
    problem.dispose();
  });

  it("the residual of a truncated series is what its formula says, for every curvature that measures it", () => {
    const problem = tanhProblem();
    for (const curvature of ["hessian", "gaussNewton", "finiteDifference"] as const) {
      const method = (count: number) => neumann({ terms: count, step: 0.5, curvature, measureResidual: true });
      const residuals = [3, 4, 5].map((count) => {
        const { gradients, residual } = hypergradient(problem, method(count));
        tf.dispose(gradients);
        return residual;
      });
      assert.ok(residuals[0] > residuals[1] && residuals[1] > residuals[2] && residuals[2] > 0, `${residuals}`);
      // Without the product the residual of the sum without its last term stands in.
      const known = hypergradient(problem, neumann({ terms: 5, step: 0.5, curvature, measureResidual: false }));
      assertClose([known.residual], [residuals[1]], { relative: 1e-3 });
      tf.dispose(known.gradients);
    }
    problem.dispose();
  });
});
