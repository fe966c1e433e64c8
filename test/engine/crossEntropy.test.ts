import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { gradient, hessianVectorProduct, info, sigmoidCrossEntropy, softmaxCrossEntropy, tf } from "../../src/engine";
import { HyperArray, logSoftmax } from "../../src/engine/probes/hyperArray";
import * as oracle from "../../src/engine/probes/hyperDual";
import { HyperDual } from "../../src/engine/probes/hyperDual";
import { onEachBackend } from "../support/backends";
import { assertClose, assertNoLeak, take } from "../support/numeric";

const variable = (value: tf.TensorLike) => tf.tidy(() => tf.variable(tf.tensor(value, undefined, "float32")));
const one = new HyperDual(1);

/** sum_k y_k (logSumExp(z) - z_k) of one row; the first K numbers are z, the others y. */
const softmaxLoss = (flat: HyperDual[]) => {
  const classes = flat.length / 2;
  const logP = logSoftmax(new HyperArray([classes], flat.slice(0, classes)));
  return logP.data.map((value, k) => value.mul(flat[classes + k]).neg()).reduce((a, b) => a.add(b));
};
const sigmoidLoss = ([z, y]: HyperDual[]) => y.mul(z.neg().softplus()).add(one.sub(y).mul(z.softplus()));

/** s p_k sum_j p_j (v_k - v_j): no term is larger than the result, where even float64 cancels in the derivative of softmax. */
function curvature(z: number[], y: number[], v: number[]): number[] {
  const exponentials = z.map((value) => Math.exp(value - Math.max(...z)));
  const p = exponentials.map((value) => value / exponentials.reduce((a, b) => a + b));
  const mass = y.reduce((a, b) => a + b);
  return p.map((pk, k) => mass * pk * p.reduce((sum, pj, j) => sum + pj * (v[k] - v[j]), 0));
}

/** Rows of logits, from flat to differences of 200. */
const ROWS = [
  [0.3, -1.2, 2, 0],
  [20, 0, -3, 5],
  [0, 20, 19.5, -7],
  [100, -100, 0, 99],
  [-100, 100, -100, 100],
  [30 * 0.9, -30 * 0.2, 30 * 0.1, 0],
];
const LABELS = [
  [0, 0, 1, 0],
  [0.2, 0.5, 0.3, 0],
  [0, 0, 0, 1],
  [1, 0, 0, 0],
  [0.5, 2, 0.25, 1],
  [1, 0, 0, 0],
];

onEachBackend("softmaxCrossEntropy", () => {
  const numbers = [2, 1, 3, 0];
  const rows = [0, 1, 2, 3].map((i) => ROWS[i]);

  it("is logSumExp minus the logit of the label, finite at differences of 200", () => {
    const [z, y] = [tf.tensor2d(ROWS), tf.tensor2d(LABELS)];
    const want = ROWS.map((row, i) => softmaxLoss([...row, ...LABELS[i]].map((value) => new HyperDual(value))).value);
    const got = softmaxCrossEntropy(z, y);
    assert.deepEqual(got.shape, [ROWS.length]);
    take(got).forEach((value, i) => assertClose([value], [want[i]], { relative: 1e-6, what: `row ${i}` }));
    tf.dispose([z, y]);
  });

  it("takes class numbers of any dtype and one-hot rows alike", () => {
    const z = tf.tensor2d(rows);
    const forms = [
      tf.tensor1d(numbers, "int32"),
      tf.tensor1d(numbers, "float32"),
      tf.tidy(() => tf.oneHot(tf.tensor1d(numbers, "int32"), 4)),
      tf.tidy(() => tf.cast(tf.oneHot(tf.tensor1d(numbers, "int32"), 4), "float32")),
    ];
    const want = rows.map((row, i) => Math.log(row.reduce((sum, a) => sum + Math.exp(a - row[numbers[i]]), 0)));
    for (const labels of forms)
      assertClose(take(softmaxCrossEntropy(z, labels)), want, { relative: 1e-5, what: labels.dtype });
    tf.dispose([z, forms]);
  });

  it("has the right gradient in logits and labels, whatever the labels sum to", () => {
    ROWS.forEach((row, i) => {
      const [z, y] = [variable([row]), variable([LABELS[i]])];
      const got = gradient(() => tf.sum(softmaxCrossEntropy(z, y)), [z, y]).map(take);
      const want = oracle.gradient(softmaxLoss, [...row, ...LABELS[i]]);
      assertClose(got[0], want.slice(0, 4), { relative: 1e-6, absolute: 2e-7, what: `logits of row ${i}` });
      assertClose(got[1], want.slice(4), { relative: 1e-6, absolute: 2e-7, what: `labels of row ${i}` });
      tf.dispose([z, y]);
    });
  });

  it("has the right second and mixed derivatives, to the last digits where probabilities are peaked", () => {
    const v = [0.7, -1.3, 0.4, 1.1];
    ROWS.forEach((row, i) => {
      const [z, y] = [variable([row]), variable([LABELS[i]])];
      const loss = () => tf.sum(softmaxCrossEntropy(z, y));
      const point = [...row, ...LABELS[i].map(Math.fround)].map(Math.fround);
      for (const [what, inLogits, inLabels] of [
        ["logits", v, [0, 0, 0, 0]],
        ["labels", [0, 0, 0, 0], v],
      ] as const) {
        const direction = [...inLogits, ...inLabels].map(Math.fround);
        const got = hessianVectorProduct(
          loss,
          [z, y],
          [tf.tensor2d([[...inLogits]]), tf.tensor2d([[...inLabels]])],
        ).map(take);
        const want = oracle.hessianVectorProduct(softmaxLoss, point, direction);
        if (what === "logits") want.splice(0, 4, ...curvature(row, LABELS[i], v));
        // No absolute tolerance: at logits 20 apart the curvature is 1e-8 and has to be right to six digits of it.
        assertClose(got[0], want.slice(0, 4), {
          relative: 2e-6,
          absolute: 1e-37,
          what: `row ${i}, logits along ${what}`,
        });
        assertClose(got[1], want.slice(4), { relative: 2e-6, absolute: 1e-37, what: `row ${i}, labels along ${what}` });
      }
      tf.dispose([z, y]);
    });
  });

  it("keeps these digits in the curvature with class numbers, and under a scale of 30", () => {
    const scale = 30;
    const row = [0.9, -0.2, 0.1, 0];
    const v = [0.7, -1.3, 0.4, 1.1];
    for (const label of [0, 2]) {
      const z = variable([row]);
      const loss = () => tf.sum(softmaxCrossEntropy(tf.mul(scale, z), tf.tensor1d([label], "int32")));
      const want = oracle.hessianVectorProduct(
        (x) =>
          logSoftmax(
            new HyperArray(
              [4],
              x.map((value) => value.mul(scale)),
            ),
          ).data[label].neg(),
        row.map(Math.fround),
        v.map(Math.fround),
      );
      const got = hessianVectorProduct(loss, [z], [tf.tensor2d([v])]).flatMap(take);
      // z is scaled by 30 in float32, which moves p by 30 x 6e-8.
      assertClose(got, want, { relative: 1e-5, absolute: 0, what: `label ${label}` });
      z.dispose();
    }
  });

  it("has the right third derivative", () => {
    // d3/dz3 along v: third central moment of v under p, of the loss with one label: k3 = E[(v - Ev)^3].
    const [row, v] = [
      [0.3, -1.2, 2, 0],
      [0.7, -1.3, 0.4, 1.1],
    ];
    const weights = row.map(Math.exp);
    const p = weights.map((weight) => weight / weights.reduce((a, b) => a + b));
    const mean = p.reduce((sum, pk, k) => sum + pk * v[k], 0);
    const want = p.reduce((sum, pk, k) => sum + pk * (v[k] - mean) ** 3, 0);
    for (const labels of [tf.tensor1d([2], "int32"), tf.tensor2d([[0, 0, 1, 0]])]) {
      const t = variable(0);
      const at = () => tf.reshape(tf.add(tf.tensor1d(row), tf.mul(t, tf.tensor1d(v))), [1, 4]);
      const derivative = (f: () => tf.Tensor) => () => gradient(f, [t])[0];
      const loss = () => tf.sum(softmaxCrossEntropy(at(), labels));
      assertClose(take(tf.tidy(derivative(derivative(derivative(loss))))), [want], { what: `rank ${labels.rank}` });
      tf.dispose([t, labels]);
    }
  });

  it("takes class numbers for constants", () => {
    const z = variable([[1, 3, 2]]);
    const loss = () => tf.sum(softmaxCrossEntropy(z, tf.argMax(z, 1)));
    const p = [1, 3, 2].map((value) => Math.exp(value) / (Math.exp(1) + Math.exp(2) + Math.exp(3)));
    assertClose(gradient(loss, [z]).flatMap(take), [p[0], p[1] - 1, p[2]]);
    z.dispose();
  });

  it("is empty for an empty batch, and so is its gradient", () => {
    const z = variable([]);
    const loss = () => softmaxCrossEntropy(tf.reshape(z, [0, 3]), tf.tensor1d([], "int32"));
    assert.deepEqual(tf.tidy(loss).shape, [0]);
    assert.deepEqual(
      gradient(() => tf.sum(loss()), [z]).map(({ shape }) => shape),
      [[0]],
    );
    z.dispose();
  });

  it("leaves nothing behind", () => {
    const [z, y] = [variable(ROWS), variable(LABELS)];
    const labels = tf.tensor1d([0, 1, 2, 3, 0, 1], "int32");
    const v = [tf.onesLike(z as tf.Tensor)];
    assertNoLeak(() => softmaxCrossEntropy(z, labels).dispose());
    for (const given of [labels, y]) {
      const loss = () => tf.sum(softmaxCrossEntropy(z, given));
      assertNoLeak(() => tf.dispose(gradient(loss, [z])));
      assertNoLeak(() => tf.dispose(hessianVectorProduct(loss, [z], v)));
    }
    tf.dispose([z, y, labels, v]);
  });

  it("refuses a class number out of range", { skip: info().device.startsWith("GPU") }, () => {
    for (const wrong of [3, -1]) {
      const [z, labels] = [tf.zeros([2, 3]), tf.tensor1d([0, wrong], "int32")];
      assert.throws(() => softmaxCrossEntropy(z, labels), new RegExp(`${wrong}`));
      tf.dispose([z, labels]);
    }
  });

  it("says which shapes it takes", () => {
    const refuse = (logits: number[], labels: number[], message: string) =>
      assert.throws(() => tf.tidy(() => softmaxCrossEntropy(tf.zeros(logits), tf.zeros(labels))), {
        name: "RangeError",
        message,
      });
    refuse([3], [3], "softmaxCrossEntropy: logits must have shape [n, K] with K > 0, received [3]");
    refuse([3, 0], [3], "softmaxCrossEntropy: logits must have shape [n, K] with K > 0, received [3, 0]");
    refuse([3, 4], [4], "softmaxCrossEntropy: labels must have shape [3] or [3, 4], received [4]");
    refuse([3, 4], [3, 5], "softmaxCrossEntropy: labels must have shape [3] or [3, 4], received [3, 5]");
  });
});

onEachBackend("sigmoidCrossEntropy", () => {
  const LOGITS = [0.3, -2, 17, -17, 100, -100, 100, -100, 0];
  const TARGETS = [1, 0, 1, 0, 0, 1, 1, 0, 0.25];

  it("has the right value, gradient, second and mixed derivatives, finite at +-100", () => {
    LOGITS.forEach((logit, i) => {
      const point = [logit, TARGETS[i]].map(Math.fround);
      const [z, y] = point.map((value) => variable([value]));
      const loss = () => tf.sum(sigmoidCrossEntropy(z, y));
      const [gz, gy] = gradient(loss, [z, y]).flatMap(take);
      const [wz, wy] = oracle.gradient(sigmoidLoss, point);
      const what = `logit ${logit}, label ${TARGETS[i]}`;
      assertClose(take(loss()), [sigmoidLoss(point.map((value) => new HyperDual(value))).value], {
        relative: 1e-6,
        absolute: 1e-37,
        what,
      });
      assertClose([gz], [wz], { relative: 1e-6, absolute: 1e-37, what });
      assertClose([gy], [wy], { relative: 1e-6, absolute: 1e-37, what });
      for (const direction of [
        [1, 0],
        [0, 1],
      ]) {
        const got = hessianVectorProduct(
          loss,
          [z, y],
          direction.map((value) => tf.tensor1d([value])),
        ).flatMap(take);
        assertClose(got, oracle.hessianVectorProduct(sigmoidLoss, point, direction), {
          relative: 2e-6,
          absolute: 1e-7,
          what,
        });
      }
      tf.dispose([z, y]);
    });
  });

  it("takes logits of any shape and labels of any dtype", () => {
    const [z, y] = [tf.tensor2d([[0.5, -1]]), tf.tensor2d([[1, 0]], [1, 2], "int32")];
    const loss = sigmoidCrossEntropy(z, y);
    assert.deepEqual(loss.shape, [1, 2]);
    assertClose(take(loss), [Math.log1p(Math.exp(-0.5)), Math.log1p(Math.exp(-1))]);
    tf.dispose([z, y]);
  });

  it("leaves nothing behind", () => {
    const z = variable(LOGITS);
    const y = tf.tensor1d(TARGETS);
    assertNoLeak(() => sigmoidCrossEntropy(z, y).dispose());
    assertNoLeak(() => tf.dispose(gradient(() => tf.sum(sigmoidCrossEntropy(z, y)), [z])));
    tf.dispose([z, y]);
  });
});

describe("sigmoidCrossEntropy", () => {
  it("says which shapes it takes", () => {
    assert.throws(() => tf.tidy(() => sigmoidCrossEntropy(tf.zeros([3]), tf.zeros([3, 1]))), {
      name: "RangeError",
      message: "sigmoidCrossEntropy: labels must have the shape of logits, [3]; received [3, 1]",
    });
  });
});
