import assert from "node:assert/strict";
import { it } from "node:test";

import { hypergradient, neumann, oneStep, unrolled, type BilevelProblem, type Method } from "../../src/bilevel";
import { gradient, random, tf } from "../../src/engine";
import { onEachBackend } from "../support/backends";
import { assertClose, take } from "../support/numeric";
import { add, normals, partialSum } from "../../src/studies/hypergradients/dense";
import {
  descent,
  directTerm,
  minimiser,
  onTensors,
  outerSlope,
  quadratic,
  withVector,
} from "../../src/studies/hypergradients/quadratic";
import { tanhProblem } from "./tanhProblem";

const q = quadratic(40);
const alpha = [0.4, -0.9];

const numbers = (problem: BilevelProblem, method: Method) => hypergradient(problem, method).gradients.flatMap(take);

onEachBackend("unrolled", () => {
  it("T steps at rate h on a quadratic are the Neumann series of T - 1 terms at step h", () => {
    const variables = onTensors(q, minimiser(q, alpha), alpha);
    for (const steps of [1, 2, 3, 6]) {
      const [rolled, series] = [
        hypergradient(variables.problem, unrolled({ steps, learningRate: 0.2 })),
        hypergradient(variables.problem, neumann({ terms: steps - 1, step: 0.2 })),
      ];
      assertClose(rolled.gradients.flatMap(take), series.gradients.flatMap(take), { relative: 1e-5 });
      // What the steps leave of the adjoint is the residual of the series.
      assertClose([rolled.residual], [series.residual], { relative: 1e-4 });
      assert.equal(rolled.products, steps);
    }
    variables.dispose();
  });

  it("away from the minimiser it has its closed form, truncated too", () => {
    const [steps, rate] = [5, 0.3];
    const theta = normals(random(41), 6);
    const variables = onTensors(q, theta, alpha);
    const end = descent(q, theta, alpha, rate, steps);
    const [v, direct] = [outerSlope(q, end, alpha), directTerm(q, end, alpha)];
    for (const truncation of [1, 3, 5]) {
      const expected = withVector(q, direct, partialSum(q.A, v, rate, truncation - 1));
      const got = numbers(variables.problem, unrolled({ steps, learningRate: rate, truncation }));
      assertClose(got, expected, { what: `truncation ${truncation}` });
    }
    variables.dispose();
  });

  it("agrees with central differences of the unrolled outer loss in four directions on a network", () => {
    const problem = tanhProblem();
    const [steps, learningRate] = [6, 0.5];
    const start = problem.inner.map((variable) => tf.clone(variable as tf.Tensor));
    const [delta, shift] = problem.outer;
    const origin = [delta, shift].map((variable) => Array.from(variable.dataSync()));
    const valueAt = (move: number[], factor: number) => {
      tf.tidy(() => {
        delta.assign(tf.tensor1d(add(origin[0], factor, move.slice(0, 3))));
        shift.assign(tf.tensor1d(add(origin[1], factor, move.slice(3))));
      });
      for (let step = 0; step < steps; step++) {
        const slopes = gradient(() => problem.innerLoss(0), problem.inner);
        tf.tidy(() =>
          problem.inner.forEach((variable, index) =>
            variable.assign(tf.sub(variable, tf.mul(learningRate, slopes[index]))),
          ),
        );
        tf.dispose(slopes);
      }
      const [value] = take(problem.outerLoss(0));
      problem.inner.forEach((variable, index) => variable.assign(start[index]));
      return value;
    };
    const got = numbers(problem, unrolled({ steps, learningRate }));
    const source = random(42);
    for (let direction = 0; direction < 4; direction++) {
      const move = normals(source, 6);
      const slope = (valueAt(move, 0.02) - valueAt(move, -0.02)) / 0.04;
      const along = got.reduce((sum, value, index) => sum + value * move[index], 0);
      // The difference of two float32 losses near 1 leaves about 1e-7 / 0.04 of absolute error.
      assertClose([along], [slope], { relative: 3e-3, absolute: 1e-5 });
    }
    tf.dispose(start);
    problem.dispose();
  });

  it("gives the same bits whether the steps are evaluated anew or held", () => {
    const problem = tanhProblem();
    for (const truncation of [2, 4]) {
      const options = { steps: 4, learningRate: 0.5, truncation };
      assert.deepEqual(
        numbers(problem, unrolled({ ...options, recompute: true })),
        numbers(problem, unrolled({ ...options, recompute: false })),
      );
    }
    problem.dispose();
  });

  it("evaluates each step twice with recompute, once without", () => {
    const problem = tanhProblem();
    let evaluations = 0;
    const counted: BilevelProblem = {
      ...problem,
      innerLoss: (batch) => {
        evaluations++;
        return problem.innerLoss(batch);
      },
    };
    numbers(counted, unrolled({ steps: 4, learningRate: 0.1 }));
    assert.equal(evaluations, 8);
    evaluations = 0;
    numbers(counted, unrolled({ steps: 4, learningRate: 0.1, recompute: false }));
    assert.equal(evaluations, 4);
    problem.dispose();
  });

  it("of one step is the exact one-step method; by differences it agrees with that to 1e-3", () => {
    const problem = tanhProblem();
    const one = numbers(problem, unrolled({ steps: 1, learningRate: 0.7 }));
    assertClose(numbers(problem, oneStep({ learningRate: 0.7, difference: "exact" })), one, { relative: 1e-6 });
    assertClose(numbers(problem, oneStep({ learningRate: 0.7 })), one, { relative: 1e-3 });
    problem.dispose();
  });

  it("one-step's difference does see the displacement: the two gradients are not equal", () => {
    const problem = tanhProblem();
    const [first] = problem.inner;
    const seen: number[] = [];
    const watched: BilevelProblem = {
      ...problem,
      innerLoss: (batch) => {
        seen.push(first.dataSync()[0]);
        return problem.innerLoss(batch);
      },
    };
    numbers(watched, oneStep({ learningRate: 0.1 }));
    const [at, above, below] = seen;
    assert.equal(seen.length, 3);
    assert.ok(above !== below && Math.abs((above + below) / 2 - at) < 1e-6, `${seen}`);
    problem.dispose();
  });

  it("takes 400 steps, and throws where they diverge", () => {
    const variables = onTensors(q, normals(random(43), 6), alpha);
    const long = numbers(variables.problem, unrolled({ steps: 400, learningRate: 0.2 }));
    const end = descent(q, normals(random(43), 6), alpha, 0.2, 400);
    assertClose(long, withVector(q, directTerm(q, end, alpha), partialSum(q.A, outerSlope(q, end, alpha), 0.2, 399)));
    assert.throws(
      () => hypergradient(variables.problem, unrolled({ steps: 300, learningRate: 2 })),
      /unrolled: the steps of gradient descent or their adjoint diverge/,
    );
    variables.dispose();
  });
});
