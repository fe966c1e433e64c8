import assert from "node:assert/strict";
import { it } from "node:test";

import {
  adamPreconditioner,
  conjugateGradient,
  exact,
  hypergradient,
  identity,
  implicit,
  minres,
  neumann,
  nystrom,
  oneStep,
  sama,
  solvers,
  unrolled,
  type BilevelProblem,
  type Method,
} from "../../src/bilevel";
import { gradient, random, tf } from "../../src/engine";
import { onEachBackend } from "../support/backends";
import { assertClose, take } from "../support/numeric";
import {
  add,
  dot,
  norm,
  normals,
  partialSum,
  shifted,
  solve,
  times,
  transposed,
  type Dense,
} from "../../src/studies/hypergradients/dense";
import {
  assignTheta,
  descent,
  directTerm,
  innerSlope,
  minimiser,
  onTensors,
  outerProblem,
  outerSlope,
  outerValue,
  quadratic,
  withVector,
} from "../../src/studies/hypergradients/quadratic";

/** Finite differences of a quadratic are exact but for rounding, which their step divides: about 1e-7 / 1e-3. */
const DIFFERENCE = 1e-3;

const convergent: Record<string, Method> = {
  exact: exact(),
  "conjugate gradient": conjugateGradient(),
  MINRES: minres(),
  "Neumann, 120 terms": neumann({ terms: 120 }),
  "Nystroem of full rank": nystrom({ rank: 6 }),
  "unrolled, 100 steps": unrolled({ steps: 100, learningRate: 0.25 }),
  "implicit with a solver of one's own": implicit({ name: "own", solve: (matvec, v) => solvers.dense(matvec, v) }),
};

const q = quadratic(1);
const alpha = [0.7, -1.2];

/** The numbers of a hypergradient, whose tensors are disposed. */
function numbers(problem: BilevelProblem, method: Method) {
  const { gradients, ...report } = hypergradient(problem, method);
  return { values: gradients.flatMap(take), ...report };
}

onEachBackend("closed forms", () => {
  for (const [name, method] of Object.entries(convergent)) {
    it(`on the quadratic problem the hypergradient is right, direct term included: ${name}`, () => {
      const theta = minimiser(q, alpha);
      const variables = onTensors(q, theta, alpha);
      const v = outerSlope(q, theta, alpha);
      const { values, residual } = numbers(variables.problem, method);
      assertClose(values, withVector(q, directTerm(q, theta, alpha), solve(q.A, v)));
      // The value function F(theta*(alpha), alpha) by central differences in float64, which know nothing of the formula.
      const along = [0, 1].map((at) => {
        const value = (e: number) => {
          const moved = alpha.map((entry, index) => entry + (index === at ? e : 0));
          return outerValue(q, minimiser(q, moved), moved);
        };
        return (value(1e-4) - value(-1e-4)) / 2e-4;
      });
      assertClose(values, along);
      assert.ok(residual < 1e-5, `residual ${residual}`);
      variables.dispose();
    });

    it(`the outer problem is solved by Newton steps along its hypergradients: ${name}`, () => {
      const { hessian, solution } = outerProblem(q);
      const [[a, b], [c, d]] = hessian;
      assert.ok(a > 0 && a * d - b * c > 0, "the outer Hessian of this case is positive definite");
      const variables = onTensors(q, [0, 0, 0, 0, 0, 0], [0, 0]);
      let at = [0, 0];
      for (let step = 0; step < 3; step++) {
        assignTheta(variables, minimiser(q, at));
        at = add(at, -1, solve(hessian, numbers(variables.problem, method).values));
        tf.tidy(() => variables.alpha.assign(tf.tensor1d(at)));
      }
      assertClose(at, solution);
      variables.dispose();
    });
  }

  it("identity, one step and SAMA have closed forms of their own, which are not the solution's", () => {
    const theta = normals(random(5), 6);
    const variables = onTensors(q, theta, alpha);
    const { problem } = variables;
    const [v, direct] = [outerSlope(q, theta, alpha), directTerm(q, theta, alpha)];
    assertClose(numbers(problem, identity()).values, withVector(q, direct, v));

    const rate = 0.3;
    const moved = add(theta, -rate, innerSlope(q, theta, alpha));
    const behind = outerSlope(q, moved, alpha);
    const stepped = withVector(
      q,
      directTerm(q, moved, alpha),
      behind.map((value) => rate * value),
    );
    assertClose(numbers(problem, oneStep({ learningRate: rate, difference: "exact" })).values, stepped);
    assertClose(numbers(problem, oneStep({ learningRate: rate })).values, stepped, { relative: DIFFERENCE });

    const factors = [0.5, 2, 1, -0.25, 3, 0.1];
    const preconditioner = [tf.tensor2d(factors.slice(0, 4), [2, 2]), tf.tensor1d(factors.slice(4))];
    const scaled = withVector(
      q,
      direct,
      v.map((value, index) => factors[index] * value),
    );
    assertClose(numbers(problem, sama({ preconditioner, mixed: "reverse" })).values, scaled);
    assertClose(numbers(problem, sama({ preconditioner })).values, scaled, { relative: DIFFERENCE });
    assert.ok(norm(add(scaled, -1, withVector(q, direct, solve(q.A, v)))) > 0.1);
    tf.dispose(preconditioner);
    variables.dispose();
  });

  it("the residual is that of the damped system, whatever the method", () => {
    const theta = normals(random(6), 6);
    const variables = onTensors(q, theta, alpha);
    const v = outerSlope(q, theta, alpha);
    const damping = 0.7;
    const damped = shifted(q.A, damping);
    const residual = (p: number[]) => norm(add(times(damped, p), -1, v)) / norm(v);
    const expected: [Method, number[]][] = [
      [identity({ damping }), v],
      [neumann({ terms: 3, step: 0.2, damping }), partialSum(damped, v, 0.2, 3)],
      [conjugateGradient({ damping }), solve(damped, v)],
      [nystrom({ rank: 6, damping }), solve(damped, v)],
      [exact({ damping }), solve(damped, v)],
    ];
    for (const [method, p] of expected) {
      const found = numbers(variables.problem, method);
      const vector = method.name === "identity" ? v : p;
      assertClose(found.values, withVector(q, directTerm(q, theta, alpha), vector), { what: method.name });
      assert.ok(Math.abs(found.residual - residual(p)) < 1e-5, `${method.name}: ${found.residual}, ${residual(p)}`);
    }
    const unmeasured = numbers(variables.problem, identity({ measureResidual: false }));
    assert.ok(Number.isNaN(unmeasured.residual));
    variables.dispose();
  });

  it("the Neumann series of K terms makes K products and K + 1 summands, through the public function", () => {
    const theta = normals(random(7), 6);
    const variables = onTensors(q, theta, alpha);
    const [v, direct] = [outerSlope(q, theta, alpha), directTerm(q, theta, alpha)];
    for (const terms of [0, 1, 4]) {
      const found = numbers(variables.problem, neumann({ terms, step: 0.2 }));
      assertClose(found.values, withVector(q, direct, partialSum(q.A, v, 0.2, terms)));
      assert.equal(found.products, terms);
    }
    variables.dispose();
  });

  it("implicit results do not depend on the step size by which the inner problem was solved", () => {
    const results = [0.05, 0.2, 0.45].map((rate) => {
      const theta = descent(q, [0, 0, 0, 0, 0, 0], alpha, rate, 3000);
      const variables = onTensors(q, theta, alpha);
      const { values } = numbers(variables.problem, conjugateGradient());
      variables.dispose();
      return values;
    });
    assertClose(results[1], results[0], { relative: 1e-6 });
    assertClose(results[2], results[0], { relative: 1e-6 });
    // Nor on the step of a series that has converged.
    const variables = onTensors(q, minimiser(q, alpha), alpha);
    const [slow, fast] = [0.1, 0.4].map((step) => numbers(variables.problem, neumann({ terms: 400, step })).values);
    assertClose(slow, fast, { relative: 1e-5 });
    variables.dispose();
  });

  it("where the curvature is the identity T1-T2 is the implicit hypergradient", () => {
    const round = quadratic(8, [1, 1, 1, 1, 1, 1]);
    const variables = onTensors(round, normals(random(9), 6), alpha);
    const found = numbers(variables.problem, identity());
    assertClose(found.values, numbers(variables.problem, exact()).values, { relative: 1e-6 });
    assert.ok(found.residual < 1e-6);
    variables.dispose();
  });

  it("a direct term alone is the gradient of the outer loss", () => {
    const a = tf.tidy(() => tf.variable(tf.tensor1d([1, -2])));
    const x = tf.tidy(() => tf.variable(tf.scalar(3)));
    const problem = {
      inner: [x],
      outer: [a],
      innerLoss: () => tf.square(x),
      outerLoss: () => tf.sum(tf.square(a)),
    };
    for (const method of [
      exact(),
      conjugateGradient(),
      neumann(),
      identity(),
      unrolled({ steps: 3, learningRate: 0.1 }),
    ]) {
      const { values, residual } = numbers(problem, method);
      assert.deepEqual([values, residual], [[2, -4], 0], method.name);
    }
    tf.dispose([a, x]);
  });

  it("an indefinite curvature is said, and solved by MINRES and the exact method", () => {
    const saddle = quadratic(10, [-1, 0.5, 1, 2, 3, 4]);
    const theta = normals(random(11), 6);
    const variables = onTensors(saddle, theta, alpha);
    const expected = withVector(
      saddle,
      directTerm(saddle, theta, alpha),
      solve(saddle.A, outerSlope(saddle, theta, alpha)),
    );
    for (const method of [exact(), minres({ iterations: 30 })]) {
      const found = numbers(variables.problem, method);
      assertClose(found.values, expected, { relative: 1e-3, what: method.name });
      assert.ok(found.smallestRitzValue < -0.9 && found.status === "converged");
    }
    const broken = numbers(variables.problem, conjugateGradient());
    assert.equal(broken.status, "negativeCurvature");
    assert.ok(broken.smallestRitzValue < 0 && broken.residual > 1e-3);
    assert.throws(() => hypergradient(variables.problem, neumann({ terms: 50 })), /neumann: the series diverges/);
    assert.equal(numbers(variables.problem, neumann({ terms: 50, onDivergence: "return" })).status, "diverged");
    assert.equal(numbers(variables.problem, conjugateGradient({ damping: 1.5 })).status, "converged");
    variables.dispose();
  });

  it("Adam's preconditioner is the derivative of its update, and Betty's formula without epsilon and corrections", () => {
    const source = random(12);
    const [m, g] = [normals(source, 6), normals(source, 6)];
    const s = normals(source, 6).map((value) => value ** 2 + 0.1);
    const options = { step: 3, learningRate: 0.01, beta1: 0.9, beta2: 0.99, epsilon: 1e-3 };
    const { step, learningRate, beta1, beta2, epsilon } = options;
    const update = (gradient: number, index: number) => {
      const first = (beta1 * m[index] + (1 - beta1) * gradient) / (1 - beta1 ** step);
      const second = (beta2 * s[index] + (1 - beta2) * gradient ** 2) / (1 - beta2 ** step);
      return (learningRate * first) / (Math.sqrt(second) + epsilon);
    };
    const derivative = g.map((value, index) => (update(value + 1e-5, index) - update(value - 1e-5, index)) / 2e-5);
    const state = {
      first: [tf.tensor1d(m.map((value, index) => beta1 * value + (1 - beta1) * g[index]))],
      second: [tf.tensor1d(s.map((value, index) => beta2 * value + (1 - beta2) * g[index] ** 2))],
      gradient: [tf.tensor1d(g)],
    };
    assertClose(adamPreconditioner({ ...state, ...options }).flatMap(take), derivative);

    const betty = g.map((value, index) => {
      const numerator = (1 - beta1) * beta2 * s[index] - beta1 * (1 - beta2) * value * m[index];
      return (learningRate * numerator) / Math.sqrt(beta2 * s[index] + (1 - beta2) * value ** 2) ** 3;
    });
    assertClose(adamPreconditioner({ ...state, ...options, step: 1e6, epsilon: 0 }).flatMap(take), betty);
    const still = { first: [tf.zeros([2])], second: [tf.zeros([2])], gradient: [tf.zeros([2])] };
    assert.deepEqual(adamPreconditioner({ ...still, step: 1, learningRate: 1 }).flatMap(take), [0, 0]);
    tf.dispose([state, still]);
  });
});

onEachBackend("ridge regression", () => {
  const source = random(20);
  const [n, features] = [30, 5];
  const X = Array.from({ length: n }, () => normals(source, features));
  const truth = normals(source, features);
  const y = times(X, truth).map((value) => value + 0.3 * source.normal());
  const XV = Array.from({ length: 20 }, () => normals(source, features));
  const yV = times(XV, truth).map((value) => value + 0.3 * source.normal());
  const logarithm = Math.log(0.2);
  const gram = transposed(X).map((row) => transposed(X).map((other) => dot(row, other) / n));
  const system = shifted(gram, Math.exp(logarithm));
  const weights = solve(
    system,
    times(transposed(X), y).map((value) => value / n),
  );

  /** 1 / 2n ||X w - y||^2 + e^alpha / 2 ||w||^2, validated by the mean square on other data. */
  function onData(start: number[]) {
    const w = tf.tidy(() => tf.variable(tf.tensor2d(start, [features, 1])));
    const a = tf.tidy(() => tf.variable(tf.scalar(logarithm)));
    const predicted = (rows: Dense) => tf.matMul(tf.tensor2d(rows as number[][]), w as unknown as tf.Tensor2D);
    const square = (z: tf.Tensor, target: number[]) =>
      tf.mul(0.5, tf.mean(tf.square(tf.sub(z, tf.tensor2d(target, [target.length, 1])))));
    const innerLogits = () => predicted(X);
    const innerLossOfLogits = (z: tf.Tensor) => square(z, y);
    const innerPenalty = () => tf.mul(tf.exp(a), tf.mul(0.5, tf.sum(tf.square(w))));
    const problem: BilevelProblem = {
      inner: [w],
      outer: [a],
      innerLoss: () => tf.add(innerLossOfLogits(innerLogits()), innerPenalty()),
      outerLoss: () => square(predicted(XV), yV),
      innerLogits,
      innerLossOfLogits,
      innerPenalty,
    };
    return { problem, dispose: () => tf.dispose([w, a]) };
  }

  // dw/dalpha = -e^alpha (X'X / n + e^alpha I)^-1 w
  const v = times(transposed(XV), add(times(XV, weights), -1, yV)).map((value) => value / 20);
  const expected = [-Math.exp(logarithm) * dot(v, solve(system, weights))];

  it("the hypergradient of the penalty agrees with its closed form to 1e-5, also as Gauss-Newton, which is exact here", () => {
    const { problem, dispose } = onData(weights);
    const methods = [
      exact(),
      conjugateGradient(),
      minres(),
      exact({ curvature: "gaussNewton" }),
      conjugateGradient({ curvature: "gaussNewton" }),
    ];
    for (const method of methods) {
      assertClose(numbers(problem, method).values, expected, { relative: 1e-5, absolute: 0, what: method.name });
    }
    dispose();
  });

  it("agrees where the inner problem was solved by coordinate descent, of which nothing is differentiated", () => {
    let w = new Array<number>(features).fill(0);
    for (let sweep = 0; sweep < 300; sweep++) {
      for (let at = 0; at < features; at++) {
        const column = X.map((row) => row[at]);
        const left = add(
          y,
          -1,
          times(
            X,
            w.map((value, index) => (index === at ? 0 : value)),
          ),
        );
        w = w.map((value, index) =>
          index === at ? dot(column, left) / n / (dot(column, column) / n + Math.exp(logarithm)) : value,
        );
      }
    }
    assertClose(w, weights, { relative: 1e-9, absolute: 0 });
    const { problem, dispose } = onData(w);
    assertClose(numbers(problem, conjugateGradient()).values, expected, { relative: 1e-5, absolute: 0 });
    dispose();
  });
});

onEachBackend("a solver without derivative", () => {
  it("bisection on theta^3 + theta = alpha, whose own derivative is zero, is differentiated by the implicit rule", () => {
    // L = theta^4 / 4 + theta^2 / 2 - alpha theta, F = theta^2: dF/dalpha = 2 theta / (3 theta^2 + 1)
    const alpha = 1.7;
    let [low, high] = [-10, 10];
    for (let halving = 0; halving < 80; halving++) {
      const middle = (low + high) / 2;
      if (middle ** 3 + middle < alpha) low = middle;
      else high = middle;
    }
    const theta = tf.tidy(() => tf.variable(tf.scalar(low)));
    const a = tf.tidy(() => tf.variable(tf.scalar(alpha)));
    const problem = {
      inner: [theta],
      outer: [a],
      innerLoss: () => tf.sub(tf.add(tf.div(tf.pow(theta, 4), 4), tf.div(tf.square(theta), 2)), tf.mul(a, theta)),
      outerLoss: () => tf.square(theta),
    };
    const want = [(2 * low) / (3 * low ** 2 + 1)];
    for (const method of [exact(), conjugateGradient(), neumann({ terms: 0 })]) {
      assertClose(numbers(problem, method).values, want, { relative: 1e-5, what: method.name });
    }
    assert.deepEqual(gradient(() => tf.square(theta), [a]).map(take), [[0]]);
    tf.dispose([theta, a]);
  });
});
