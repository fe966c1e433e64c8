import assert from "node:assert/strict";
import { describe, it } from "node:test";

import * as bilevel from "../../src/bilevel";
import { tf } from "../../src/engine";
import { assertClose, take } from "../support/numeric";
import { tanhProblem } from "./tanhProblem";

const { amortisedEigenvalue, hypergradient, neumann } = bilevel;

describe("an amortised eigenvalue", () => {
  it("is estimated once for many calls, reported at each, and made anew when due", () => {
    const problem = tanhProblem();
    const eigenvalue = amortisedEigenvalue({ every: 3 });
    assert.ok(Number.isNaN(eigenvalue.value));
    const reports = Array.from({ length: 5 }, () => {
      const { gradients, ...report } = hypergradient(problem, neumann({ terms: 2, eigenvalue }));
      tf.dispose(gradients);
      return report;
    });
    assert.deepEqual(
      reports.map(({ products }) => products > 2),
      [true, false, false, true, false],
    );
    for (const { largestEigenvalue, step } of reports) {
      assert.equal(largestEigenvalue, eigenvalue.value);
      assert.equal(step, 1 / eigenvalue.value);
    }
    problem.dispose();
  });

  it("can be given as a number", () => {
    const problem = tanhProblem();
    const [given, step] = [
      hypergradient(problem, neumann({ terms: 2, eigenvalue: 0.8 })),
      hypergradient(problem, neumann({ terms: 2, step: 1.25 })),
    ];
    assert.deepEqual([given.products, given.largestEigenvalue, given.step], [2, 0.8, 1.25]);
    assertClose(given.gradients.flatMap(take), step.gradients.flatMap(take), { relative: 1e-6 });
    problem.dispose();
  });

  it("goes on from its state as if it had not been stopped", () => {
    const problem = tanhProblem();
    const calls = (eigenvalue: bilevel.EigenvalueEstimate, count: number) =>
      Array.from({ length: count }, () => {
        const { gradients, products, largestEigenvalue } = hypergradient(problem, neumann({ terms: 1, eigenvalue }));
        tf.dispose(gradients);
        return [products, largestEigenvalue];
      });
    const whole = calls(amortisedEigenvalue({ every: 4 }), 6);
    const stopped = amortisedEigenvalue({ every: 4 });
    const first = calls(stopped, 3);
    const resumed = amortisedEigenvalue({ every: 4 });
    resumed.restore(JSON.parse(JSON.stringify(stopped.state())) as ReturnType<typeof stopped.state>);
    assert.deepEqual([...first, ...calls(resumed, 3)], whole);
    const fresh = amortisedEigenvalue();
    fresh.restore(amortisedEigenvalue().state());
    assert.ok(Number.isNaN(fresh.value));
    assert.throws(
      () => fresh.restore({ values: { calls: -1, value: 2 } }),
      /state must hold calls and value, received/,
    );
    problem.dispose();
  });

  it("has nothing to say of a curvature that is zero", () => {
    const [x, a] = [1, 2].map((value) => tf.tidy(() => tf.variable(tf.scalar(value))));
    const problem = { inner: [x], outer: [a], innerLoss: () => tf.mul(x, a), outerLoss: () => tf.square(x) };
    assert.throws(
      () => hypergradient(problem, neumann({ eigenvalue: amortisedEigenvalue() })),
      /amortisedEigenvalue: the curvature is zero/,
    );
    tf.dispose([x, a]);
  });
});

describe("a custom method", () => {
  it("gets the matrix, its damping and the inner variables", () => {
    const problem = tanhProblem();
    const method = bilevel.implicit({
      name: "scaled gradient",
      damping: 0.25,
      solve(matvec, [v], { undamped, damping, fixed, inner }) {
        const [with_, without] = [matvec([v])[0], undamped([v])[0]];
        assertClose(
          take(tf.sub(with_, without)),
          Array.from(v.dataSync()).map((value) => 0.25 * value),
          {
            relative: 1e-5,
          },
        );
        assert.deepEqual([damping, fixed, inner], [0.25, true, problem.inner]);
        return {
          solution: [tf.mul(v, 2)],
          residual: NaN,
          iterations: 0,
          products: 2,
          status: "approximate",
          smallestRitzValue: NaN,
          largestRitzValue: NaN,
        };
      },
    });
    const found = hypergradient(problem, method);
    const identity = hypergradient(problem, bilevel.identity());
    assertClose(
      found.gradients.flatMap(take),
      identity.gradients.flatMap(take).map((value) => 2 * value),
      {
        relative: 1e-5,
      },
    );
    assert.equal(found.products, 2);
    problem.dispose();
  });
});

describe("options and problems that mean nothing", () => {
  const wrong: [string, () => unknown, RegExp][] = [
    ["damping", () => bilevel.exact({ damping: -1 }), /exact: damping must be at least 0, received -1/],
    [
      "curvature",
      () => bilevel.identity({ curvature: "fisher" as "hessian" }),
      /identity: curvature must be one of "hessian", "gaussNewton", "finiteDifference", received "fisher"/,
    ],
    ["mixed", () => bilevel.minres({ mixed: "exact" as "forward" }), /mixed must be one of "reverse", "forward"/],
    ["jacobian", () => bilevel.minres({ jacobian: "fast" as "exact" }), /jacobian must be one of "exact"/],
    ["unknown option", () => bilevel.conjugateGradient({ maxIterations: 3 } as object), /unknown option maxIterations/],
    ["iterations", () => bilevel.conjugateGradient({ iterations: 1.5 }), /iterations must be an integer/],
    ["tolerance", () => bilevel.minres({ tolerance: -1 }), /minres: tolerance must be at least 0/],
    ["terms", () => neumann({ terms: -1 }), /neumann: terms must be an integer of at least 0, received -1/],
    ["step", () => neumann({ step: -0.1 }), /neumann: step must be greater than 0 or "auto", received -0.1/],
    ["eigenvalue", () => neumann({ eigenvalue: 0 }), /largestEigenvalue must be greater than 0, received 0/],
    ["onDivergence", () => neumann({ onDivergence: "warn" as "throw" }), /onDivergence must be one of "throw"/],
    ["rank", () => bilevel.nystrom({ rank: 0 }), /nystrom: rank must be an integer of at least 1/],
    ["sketch", () => bilevel.nystrom({ sketch: "rows" as "columns" }), /sketch must be one of "gaussian", "columns"/],
    ["learningRate", () => bilevel.oneStep({ learningRate: 0 }), /oneStep: learningRate must be greater than 0/],
    [
      "difference",
      () => bilevel.oneStep({ learningRate: 1, difference: "both" as "exact" }),
      /difference must be one of/,
    ],
    [
      "steps",
      () => bilevel.unrolled({ steps: 0, learningRate: 1 }),
      /unrolled: steps must be an integer of at least 1/,
    ],
    [
      "truncation",
      () => bilevel.unrolled({ steps: 3, learningRate: 1, truncation: 4 }),
      /truncation must be at most steps \(3\), received 4/,
    ],
    ["preconditioner", () => bilevel.sama({} as bilevel.SamaOptions), /preconditioner must be a list of tensors/],
    ["every", () => amortisedEigenvalue({ every: 0 }), /every must be an integer of at least 1, received 0/],
  ];
  for (const [name, make, message] of wrong) {
    it(`are refused when the method is made: ${name}`, () => assert.throws(make, message));
  }

  it("are refused when the problem is given", () => {
    const problem = tanhProblem();
    const { inner, outer } = problem;
    const { identity } = bilevel;
    const throws = (change: object, message: RegExp, method = identity()) =>
      assert.throws(() => hypergradient({ ...problem, ...change }, method), message);
    throws({ inner: [] }, /inner must be a list of at least one tf.Variable, received none/);
    throws(
      { outer: [tf.scalar(1)] },
      /outer must be a list of at least one tf.Variable, received a list with a tensor/,
    );
    throws({ outer: undefined }, /outer must be a list of at least one tf.Variable, received undefined/);
    throws({ outer: [outer[0], inner[0]] }, /no variable may be inner and outer/);
    throws({ innerLoss: undefined }, /innerLoss must be a function \(batch\) => scalar, received undefined/);
    throws({ innerLoss: () => tf.ones([2]) }, /a loss must return a scalar, received shape \[2\]/);
    throws({ outerLoss: () => tf.ones([2]) }, /must return a scalar, received shape \[2\]/);
    throws(
      { innerLogits: undefined },
      /need innerLogits and innerLossOfLogits/,
      identity({ curvature: "gaussNewton" }),
    );
    throws({ innerLossOfLogits: undefined }, /need innerLogits and innerLossOfLogits/, identity({ mixed: "forward" }));
    throws(
      {},
      /preconditioner must have the shapes of inner, .* received \[2\]/,
      bilevel.sama({ preconditioner: [tf.ones([2])] }),
    );
    assert.throws(
      () => hypergradient(problem, undefined as never),
      /method must be a method such as .* received nothing/,
    );
    assert.throws(() => hypergradient(problem, bilevel.exact({ limit: 10 })), /51 unknowns, at most 10 are accepted/);
    assert.throws(
      () => hypergradient(problem, bilevel.nystrom({ rank: 5, tail: "zero" })),
      /damping must be greater than 0/,
    );
    problem.dispose();
  });

  it("an operation without second derivative throws and says its name; finite differences do without", () => {
    const x = tf.tidy(() => tf.variable(tf.tensor2d([[0.5, -1, 2]])));
    const a = tf.tidy(() => tf.variable(tf.scalar(1)));
    const labels = tf.tensor2d([[0, 1, 0]]);
    const problem = {
      inner: [x],
      outer: [a],
      innerLoss: () => tf.losses.softmaxCrossEntropy(labels, tf.mul(x, a)),
      outerLoss: () => tf.sum(tf.square(x)),
    };
    assert.throws(() => hypergradient(problem, bilevel.identity()), /softmaxCrossEntropy/);
    const { gradients } = hypergradient(problem, bilevel.identity({ curvature: "finiteDifference" }));
    assert.ok(gradients[0].dataSync().every((value) => Number.isFinite(value) && value !== 0));
    tf.dispose([x, a, labels, ...gradients]);
  });
});
