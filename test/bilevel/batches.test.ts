import assert from "node:assert/strict";
import { it } from "node:test";

import {
  amortisedEigenvalue,
  conjugateGradient,
  exact,
  hypergradient,
  identity,
  neumann,
  oneStep,
  unrolled,
  type BilevelProblem,
  type InnerBatches,
} from "../../src/bilevel";
import { random, tf } from "../../src/engine";
import { onEachBackend } from "../support/backends";
import { assertClose, take } from "../support/numeric";
import {
  add,
  logarithmic,
  normals,
  solve,
  times,
  withEigenvalues,
  type Dense,
} from "../../src/studies/hypergradients/dense";

const SIZE = 4;
const source = random(50);
const matrices = Array.from({ length: 12 }, (_, batch) => withEigenvalues(logarithmic(0.5, 2, SIZE), 60 + batch));
const mixed = Array.from({ length: 12 }, () => normals(source, SIZE));
const targets = Array.from({ length: 12 }, () => normals(source, SIZE));
const theta = normals(source, SIZE);

const mean = (vectors: number[][]) => vectors.reduce((a, b) => add(a, 1, b)).map((value) => value / vectors.length);
const meanMatrix = (list: Dense[]) => list[0].map((_, row) => mean(list.map((matrix) => [...matrix[row]])));

/**
 * Batch b: L_b = theta' A_b theta / 2 - alpha m_b' theta, F_b = ||theta - t_b||^2 / 2. The mixed derivative is -m_b, so that the
 * hypergradient is m' p.
 */
function problemOf(innerBatches?: InnerBatches, outerBatches?: number) {
  const x = tf.tidy(() => tf.variable(tf.tensor2d(theta, [SIZE, 1])));
  const a = tf.tidy(() => tf.variable(tf.scalar(0)));
  const column = (values: number[]) => tf.tensor2d(values, [SIZE, 1]);
  const asked: number[] = [];
  const logits = () => tf.mul(x, 1);
  const ofLogits = (z: tf.Tensor, batch: number) => {
    const curved = tf.matMul(tf.tensor2d(matrices[batch]), z as tf.Tensor2D);
    return tf.sub(tf.mul(0.5, tf.sum(tf.mul(z, curved))), tf.mul(a, tf.sum(tf.mul(column(mixed[batch]), z))));
  };
  const problem: BilevelProblem = {
    inner: [x],
    outer: [a],
    innerLoss: (batch) => {
      asked.push(batch);
      return ofLogits(x, batch);
    },
    outerLoss: (batch) => tf.mul(0.5, tf.sum(tf.square(tf.sub(x, column(targets[batch]))))),
    innerLogits: (batch) => {
      asked.push(batch);
      return logits();
    },
    innerLossOfLogits: ofLogits,
    innerBatches,
    outerBatches,
  };
  return { problem, asked, dispose: () => tf.dispose([x, a]) };
}

const dot = (a: number[], b: number[]) => a.reduce((sum, value, index) => sum + value * b[index], 0);
const slope = (batches: number) => mean(targets.slice(0, batches).map((t) => add(theta, -1, t)));

onEachBackend("minibatches", () => {
  it("by default one frozen batch, number 0, evaluated once for all products", () => {
    const { problem, asked, dispose } = problemOf();
    const [got] = hypergradient(problem, conjugateGradient()).gradients.map(take);
    assertClose(got, [dot(mixed[0], solve(matrices[0], slope(1)))]);
    assert.deepEqual(asked, [0]);
    dispose();
  });

  for (const curvature of ["hessian", "gaussNewton", "finiteDifference"] as const) {
    it(`several frozen batches make one matrix, their mean, with several outer batches: ${curvature}`, () => {
      const { problem, asked, dispose } = problemOf({ frozen: 3 }, 4);
      const options = { curvature, measureResidual: true };
      const relative = curvature === "finiteDifference" ? 1e-3 : 1e-4;
      const p = solve(meanMatrix(matrices.slice(0, 3)), slope(4));
      for (const method of [exact(options), conjugateGradient(options)]) {
        const { gradients, residual } = hypergradient(problem, method);
        assertClose(gradients.flatMap(take), [dot(mean(mixed.slice(0, 3)), p)], { relative });
        assert.ok(residual < 1e-3);
      }
      assert.deepEqual([...new Set(asked)].sort(), [0, 1, 2]);
      dispose();
    });

    it(`fresh batches per product: every product of the series has its own matrix: ${curvature}`, () => {
      const { problem, asked, dispose } = problemOf({ perProduct: 2 });
      const [step, v] = [0.4, slope(1)];
      const method = neumann({ terms: 3, step, curvature, measureResidual: true });
      const { gradients, residual, smallestRitzValue } = hypergradient(problem, method);
      let [term, sum] = [v, v];
      for (let power = 0; power < 3; power++) {
        term = add(term, -step, times(meanMatrix(matrices.slice(2 * power, 2 * power + 2)), term));
        sum = add(sum, 1, term);
      }
      const p = sum.map((value) => step * value);
      const relative = curvature === "finiteDifference" ? 1e-3 : 1e-4;
      // Mixed term and residual are those of the fourth pair.
      assertClose(gradients.flatMap(take), [dot(mean(mixed.slice(6, 8)), p)], { relative });
      const left = add(times(meanMatrix(matrices.slice(6, 8)), p), -1, v);
      assertClose([residual], [Math.hypot(...left) / Math.hypot(...v)], { relative: 1e-3 });
      assert.ok(Number.isNaN(smallestRitzValue), "different matrices have no common Ritz values");
      assert.deepEqual([...new Set(asked)], [0, 1, 2, 3, 4, 5, 6, 7]);
      dispose();
    });
  }

  it("the step of power iteration takes fresh batches too, and none of their eigenvalues is exceeded", () => {
    const { problem, dispose } = problemOf({ perProduct: 1 });
    const eigenvalue = amortisedEigenvalue({ iterations: 6 });
    const found = hypergradient(problem, neumann({ terms: 0, eigenvalue }));
    const size = found.largestEigenvalue!;
    assert.ok(size <= 2 * (1 + 1e-5) && size > 1, `${size}`);
    assert.equal(found.products, 6);
    tf.dispose(found.gradients);
    dispose();
  });

  it("methods that need one matrix refuse fresh batches", () => {
    const { problem, dispose } = problemOf({ perProduct: 1 });
    for (const method of [exact(), conjugateGradient()]) {
      assert.throws(
        () => hypergradient(problem, method),
        /needs one matrix throughout, so innerBatches must be \{ frozen: m \}/,
      );
    }
    tf.dispose(hypergradient(problem, identity()).gradients);
    dispose();
  });

  it("an unrolled step has the batches of its number, there and back", () => {
    const [rate, steps] = [0.3, 3];
    const { problem, dispose } = problemOf({ perProduct: 2 });
    // alpha = 0: theta_(t+1) = theta_t - h A_t theta_t
    let at = theta;
    const step = (t: number) => meanMatrix(matrices.slice(2 * t, 2 * t + 2));
    for (let t = 0; t < steps; t++) at = add(at, -rate, times(step(t), at));
    let [lambda, expected] = [add(at, -1, targets[0]), 0];
    for (let t = steps - 1; t >= 0; t--) {
      expected += rate * dot(mean(mixed.slice(2 * t, 2 * t + 2)), lambda);
      lambda = add(lambda, -rate, times(step(t), lambda));
    }
    for (const recompute of [true, false]) {
      const method = unrolled({ steps, learningRate: rate, recompute });
      assertClose(hypergradient(problem, method).gradients.flatMap(take), [expected]);
    }
    const moved = add(theta, -rate, times(step(0), theta));
    const one = rate * dot(mean(mixed.slice(0, 2)), add(moved, -1, targets[0]));
    const exactly = oneStep({ learningRate: rate, difference: "exact" });
    assertClose(hypergradient(problem, exactly).gradients.flatMap(take), [one]);
    dispose();
  });

  it("refuses numbers of batches that mean nothing", () => {
    const throws = (inner: unknown, message: RegExp) => {
      const { problem, dispose } = problemOf(inner as InnerBatches);
      assert.throws(() => hypergradient(problem, identity()), message);
      dispose();
    };
    throws({ frozen: 0 }, /innerBatches.frozen must be an integer of at least 1, received 0/);
    throws({ fresh: 2 }, /innerBatches must be \{ frozen: m \} or \{ perProduct: m \}, received \{"fresh":2\}/);
    throws({ frozen: 1, perProduct: 1 }, /innerBatches must be/);
    const { problem, dispose } = problemOf(undefined, 1.5);
    assert.throws(
      () => hypergradient(problem, identity()),
      /outerBatches must be an integer of at least 1, received 1.5/,
    );
    dispose();
  });
});
