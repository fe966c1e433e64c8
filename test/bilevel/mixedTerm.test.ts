import assert from "node:assert/strict";
import { it } from "node:test";

import { exact, hypergradient, identity, type BilevelProblem, type MixedMode } from "../../src/bilevel";
import { random, softmaxCrossEntropy, tf } from "../../src/engine";
import { parametricCrossEntropy } from "../../src/losses/multiclass";
import { onEachBackend } from "../support/backends";
import { assertClose, take } from "../support/numeric";
import { normals, product, type Dense } from "../../src/studies/hypergradients/dense";

/** Central differences in float32. */
const DIFFERENCE = 1e-3;

const [n, features, classes] = [12, 4, 3];
const source = random(30);
const table = (rows: number, columns: number) => Array.from({ length: rows }, () => normals(source, columns));
const [X, XV, W] = [table(n, features), table(n, features), table(features, classes)];
const [y, yV] = [X, XV].map((rows) => rows.map(() => source.integer(classes)));
const [delta, shift, weight] = [normals(source, classes), normals(source, classes), [0.5, 1, 2]];

const sigmoid = (value: number) => 1 / (1 + Math.exp(-value));

/** Softmax of each row. */
const softmax = (z: Dense) =>
  z.map((row) => {
    const total = row.reduce((sum, value) => sum + Math.exp(value), 0);
    return row.map((value) => Math.exp(value) / total);
  });

/**
 * A linear model f = (x + radius noise) W under parametric cross-entropy, with delta, l and the radius outside.
 *
 * The first two act on the logits alone, the radius inside of them.
 */
function linearProblem() {
  const variable = (value: number[] | number[][] | number) =>
    tf.tidy(() => tf.variable(tf.tensor(value, undefined, "float32")));
  const [w, d, l, radius] = [W, delta, shift, 0.3].map(variable);
  const noise = table(n, features);
  const labels = (values: number[]) => tf.tensor1d(values, "int32");
  const innerLossOfLogits = (z: tf.Tensor) =>
    parametricCrossEntropy({ weight, scale: tf.sigmoid(d), shift: l })(z as tf.Tensor2D, labels(y));
  const plain = () => tf.matMul(tf.tensor2d(X), w as unknown as tf.Tensor2D);
  const augmented = () =>
    tf.matMul(tf.add(tf.tensor2d(X), tf.mul(radius, tf.tensor2d(noise))) as tf.Tensor2D, w as unknown as tf.Tensor2D);
  const outerLoss = () =>
    tf.mean(softmaxCrossEntropy(tf.matMul(tf.tensor2d(XV), w as unknown as tf.Tensor2D), labels(yV)));
  const problem = (innerLogits: () => tf.Tensor, outer: tf.Variable[]): BilevelProblem => ({
    inner: [w],
    outer,
    innerLoss: () => innerLossOfLogits(innerLogits()),
    outerLoss,
    innerLogits,
    innerLossOfLogits,
  });
  return {
    logitsAlone: problem(plain, [d, l]),
    inside: problem(augmented, [d, radius]),
    dispose: () => tf.dispose([w, d, l, radius]),
  };
}

onEachBackend("the mixed term", () => {
  it("of delta and l has its closed form, by reverse passes, by forward passes and by differences", () => {
    // v = dF/dW = X_V' (q_V - 1{y}) / n, u = J v = X v, b = sum_j q_j s_j u_j:
    //   l:      -E[w_y q_m (s_m u_m - b)]
    //   delta:  -E[w_y s'_m (u_m (q_m - 1{m = y}) + f_m q_m (s_m u_m - b))]
    const apart = softmax(product(XV, W)).map((row, i) => row.map((value, k) => (value - (k === yV[i] ? 1 : 0)) / n));
    const v = Array.from({ length: features }, (_, j) =>
      Array.from({ length: classes }, (_, k) => XV.reduce((sum, row, i) => sum + row[j] * apart[i][k], 0)),
    );
    const [f, u] = [product(X, W), product(X, v)];
    const s = delta.map(sigmoid);
    const q = softmax(f.map((row) => row.map((value, k) => s[k] * value + shift[k])));
    const mean = (of: (i: number) => number) => X.reduce((sum, _, i) => sum + of(i), 0) / n;
    const bend = (i: number, m: number) =>
      s[m] * u[i][m] - q[i].reduce((sum, value, k) => sum + value * s[k] * u[i][k], 0);
    const forL = shift.map((_, m) => -mean((i) => weight[y[i]] * q[i][m] * bend(i, m)));
    const forDelta = delta.map(
      (_, m) =>
        -mean((i) => {
          const own = u[i][m] * (q[i][m] - (m === y[i] ? 1 : 0));
          return weight[y[i]] * s[m] * (1 - s[m]) * (own + f[i][m] * q[i][m] * bend(i, m));
        }),
    );

    const { logitsAlone, dispose } = linearProblem();
    const bounds: Record<MixedMode, number> = { reverse: 1e-5, forward: 1e-5, finiteDifference: DIFFERENCE };
    for (const mixed of ["reverse", "forward", "finiteDifference"] as const) {
      for (const measureResidual of [true, false]) {
        const found = hypergradient(logitsAlone, identity({ mixed, measureResidual }));
        assert.equal(found.mixedTerm, mixed);
        const [gotDelta, gotL] = found.gradients.map(take);
        assertClose(gotDelta, forDelta, { relative: bounds[mixed], what: `delta, ${mixed}` });
        assertClose(gotL, forL, { relative: bounds[mixed], what: `l, ${mixed}` });
      }
    }
    dispose();
  });

  it("by forward passes evaluates the network's logits and never the inner loss", () => {
    const { logitsAlone, dispose } = linearProblem();
    let evaluations = 0;
    const counted: BilevelProblem = {
      ...logitsAlone,
      innerLoss: () => assert.fail("the inner loss is not needed"),
      innerLogits: () => {
        evaluations++;
        return logitsAlone.innerLogits!(0);
      },
    };
    const found = hypergradient(counted, identity({ mixed: "forward", measureResidual: false }));
    assert.equal(evaluations, 1);
    tf.dispose(found.gradients);
    const byDifference = identity({ mixed: "forward", jacobian: "finiteDifference", measureResidual: false });
    const close = hypergradient(counted, byDifference);
    const expected = hypergradient(logitsAlone, identity());
    close.gradients.forEach((gradient, index) => {
      assertClose(take(gradient), take(expected.gradients[index]), { relative: DIFFERENCE });
    });
    dispose();
  });

  it("of parameters inside of the logits goes the general way, and says so", () => {
    const { inside, dispose } = linearProblem();
    const expected = hypergradient(inside, exact({ damping: 0.1 })).gradients.flatMap(take);
    for (const measureResidual of [true, false]) {
      // For a linear model Gauss-Newton is the Hessian, so that all must agree.
      const found = hypergradient(inside, exact({ damping: 0.1, curvature: "gaussNewton", measureResidual }));
      assert.equal(found.mixedTerm, "reverse");
      assertClose(found.gradients.flatMap(take), expected);
    }
    assert.throws(
      () => hypergradient(inside, identity({ mixed: "forward" })),
      /mixed "forward" needs logits that do not depend on the outer variables/,
    );
    dispose();
  });

  it("can be formed apart from the curvature: all pairs agree where the model is linear", () => {
    const { logitsAlone, dispose } = linearProblem();
    const expected = hypergradient(logitsAlone, exact({ damping: 0.1 })).gradients.flatMap(take);
    for (const curvature of ["hessian", "gaussNewton", "finiteDifference"] as const) {
      for (const mixed of ["reverse", "forward", "finiteDifference"] as const) {
        const found = hypergradient(logitsAlone, exact({ damping: 0.1, curvature, mixed, measureResidual: true }));
        assert.equal(found.mixedTerm, mixed);
        assert.ok(found.residual < 2e-3, `${curvature}, ${mixed}: residual ${found.residual}`);
        const relative = [curvature, mixed].includes("finiteDifference") ? 3 * DIFFERENCE : 1e-4;
        assertClose(found.gradients.flatMap(take), expected, { relative, what: `${curvature}, ${mixed}` });
      }
    }
    dispose();
  });
});
