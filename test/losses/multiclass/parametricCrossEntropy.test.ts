import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { gradient, tf } from "../../../src/engine";
import {
  balancedSoftmax,
  classBalanced,
  classBalancedWeights,
  classDependentTemperature,
  classDependentTemperatures,
  crossEntropy,
  logitAdjusted,
  logPriors,
  parametricCrossEntropy,
} from "../../../src/losses/multiclass";
import * as oracle from "../../../src/engine/probes/hyperDual";
import { type HyperDual } from "../../../src/engine/probes/hyperDual";
import { total } from "../../../src/engine/probes/hyperArray";
import { onEachBackend } from "../../support/backends";
import { assertClose, assertNoLeak, take } from "../../support/numeric";
import { crossEntropyOf, derivativesOf, normals, rowsOf, type AnyLoss } from "./support";

const K = 4;
const logits = normals(19, 6, K);
const labels = [0, 3, 1, 1, 2, 0];
const [weight, scale, shift] = [
  [0.5, 1, 2, 4],
  [0.9, 0.6, 0.4, 0.2],
  [1, 0, -1, -2],
];
const along = [normals(20, 6, K), ...normals(21, 3, K)];

/** The loss of (f, w, s, l) that lie flat one after the other. */
function program(flat: HyperDual[]): HyperDual {
  const [w, s, l] = rowsOf(flat.slice(6 * K), K);
  const losses = rowsOf(flat.slice(0, 6 * K), K).map((row, i) =>
    crossEntropyOf(
      row.map((f, k) => f.mul(s[k]).add(l[k])),
      labels[i],
    ).mul(w[labels[i]]),
  );
  return total(losses).div(losses.length);
}

onEachBackend("parametricCrossEntropy", () => {
  it("has right first, second and mixed derivatives in logits, weight, scale and shift together", () => {
    const at = [logits, weight, scale, shift];
    const loss = (f: tf.Tensor, w: tf.Tensor, s: tf.Tensor, l: tf.Tensor) =>
      parametricCrossEntropy({ weight: w, scale: s, shift: l })(f, labels);
    const sizes = [0, 6 * K, 7 * K, 8 * K, 9 * K];
    const blocks = (flat: number[]) => sizes.slice(1).map((end, i) => flat.slice(sizes[i], end));
    const flat = at.flat(2);
    // Along each block alone every block of the answer is one of the matrix of second derivatives, then along all at once.
    for (const only of [0, 1, 2, 3, undefined]) {
      const directions = along.map((v, i) => (only === undefined || only === i ? v : zeros(v)));
      const got = derivativesOf(loss, at, directions);
      assertClose([got.value], [program(flat.map((x) => new oracle.HyperDual(x))).value]);
      blocks(oracle.gradient(program, flat)).forEach((want, i) => assertClose(got.gradient[i], want));
      blocks(oracle.hessianVectorProduct(program, flat, directions.flat(2))).forEach((want, i) =>
        assertClose(got.hvp[i], want, { what: `block ${i} along ${only ?? "all"}` }),
      );
    }
  });

  it("has the derivatives w_y s_k r_k, w_y r_k and w_y f_k r_k with r = q - e_y", () => {
    const [f, y] = [[0.4, -1, 2, 0.1], 1];
    const got = derivativesOf(
      (x: tf.Tensor, s: tf.Tensor, l: tf.Tensor) => parametricCrossEntropy({ weight, scale: s, shift: l })(x, [y]),
      [[f], scale, shift],
      [[[0, 0, 0, 0]], [0, 0, 0, 0], [0, 0, 0, 0]],
    );
    const e = f.map((x, k) => Math.exp(scale[k] * x + shift[k]));
    const r = e.map((x, k) => x / e.reduce((a, b) => a + b) - Number(k === y));
    [scale, f, [1, 1, 1, 1]].forEach((factor, block) =>
      assertClose(
        got.gradient[block],
        r.map((x, k) => weight[y] * factor[k] * x),
      ),
    );
  });

  it("is differentiable through the caller's sigmoid of the scale", () => {
    const delta = [1, 0.5, -0.5, -1.5];
    const loss = (d: tf.Tensor) => parametricCrossEntropy({ scale: tf.sigmoid(d), shift })(tf.tensor2d(logits), labels);
    const got = derivativesOf(loss, [delta], [along[1] as number[]]);
    const inner = (flat: HyperDual[]) => {
      const at = (values: number[]) => values.map((x) => new oracle.HyperDual(x));
      const scales = flat.map((d) => d.sigmoid());
      return program([...at(logits.flat()), ...at([1, 1, 1, 1]), ...scales, ...at(shift)]);
    };
    assertClose(got.gradient[0], oracle.gradient(inner, delta));
    assertClose(got.hvp[0], oracle.hessianVectorProduct(inner, delta, along[1] as number[]));
  });

  it("finds in the logits' derivative how it moves with the parameters: the mixed term of a hypergradient", () => {
    const [z, s] = [tf.variable(tf.tensor2d(logits)), tf.variable(tf.tensor1d(scale))];
    const loss = parametricCrossEntropy({ scale: s, shift });
    const p = tf.tensor2d(along[0] as number[][]);
    const pulled = () => {
      const [g] = gradient(() => loss(z, labels), [z]);
      return tf.sum(tf.mul(g, p));
    };
    const got = take(gradient(pulled, [s])[0]);
    const flat = [logits, [1, 1, 1, 1], scale, shift].flat(2);
    const vector = [along[0], Array(3 * K).fill(0)].flat(2) as number[];
    assertClose(got, oracle.hessianVectorProduct(program, flat, vector).slice(7 * K, 8 * K));
    tf.dispose([z, s, p]);
  });

  it("holds the rest of the family: each member is it at certain parameters", () => {
    const counts = [300, 100, 30, 10];
    const pairs: [AnyLoss, AnyLoss][] = [
      [parametricCrossEntropy(), crossEntropy()],
      [parametricCrossEntropy({ weight: classBalancedWeights(counts) }), classBalanced({ counts })],
      [parametricCrossEntropy({ shift: logPriors(counts) }), logitAdjusted({ counts })],
      [parametricCrossEntropy({ shift: counts.map(Math.log) }), balancedSoftmax({ counts })],
      [
        parametricCrossEntropy({ scale: classDependentTemperatures(counts, 0.4) }),
        classDependentTemperature({ counts, gamma: 0.4 }),
      ],
    ];
    const z = tf.tensor2d(logits);
    for (const [general, member] of pairs) assertClose(take(general(z, labels)), take(member(z, labels)));
    z.dispose();
  });

  it("takes numbers, arrays, tensors and variables alike, also scalar tensors", () => {
    const z = tf.tensor2d(logits);
    const want = take(parametricCrossEntropy({ weight, scale, shift })(z, labels));
    const tensors = [weight, scale, shift].map((values) => tf.tensor1d(values));
    const variables = tensors.map((tensor) => tf.variable(tensor));
    for (const [w, s, l] of [tensors, variables, [weight, scale, shift].map((v) => Float32Array.from(v))]) {
      assertClose(take(parametricCrossEntropy({ weight: w, scale: s, shift: l })(z, labels)), want);
    }
    const one = take(parametricCrossEntropy({ weight: 2, scale: 0.5, shift: 7 })(z, labels));
    const scalars = [2, 0.5, 7].map((x) => tf.scalar(x));
    const [w, s, l] = scalars;
    assertClose(take(parametricCrossEntropy({ weight: w, scale: s, shift: l })(z, labels)), one);
    tf.dispose([z, tensors, variables, scalars]);
  });

  it("reads a variable at each call", () => {
    const variable = tf.variable(tf.tensor1d([0, 0]));
    const loss = parametricCrossEntropy({ shift: variable });
    const value = () => take(tf.tidy(() => loss(tf.zeros([1, 2]), [0])))[0];
    assertClose([value()], [Math.LN2]);
    tf.tidy(() => variable.assign(tf.tensor1d([0, Math.log(3)])));
    assertClose([value()], [Math.log(4)]);
    variable.dispose();
  });

  it("leaves no tensor behind, made of arrays or of variables", () => {
    assertNoLeak(() => {
      const loss = parametricCrossEntropy({ weight, scale, shift });
      derivativesOf((z) => loss(z, labels), [logits], [along[0]]);
    });
    assertNoLeak(() =>
      derivativesOf(
        (f: tf.Tensor, s: tf.Tensor) => parametricCrossEntropy({ scale: s })(f, labels),
        [logits, scale],
        [along[0], along[1]],
      ),
    );
  });
});

describe("parametricCrossEntropy's options", () => {
  it("say what they accept", () => {
    assert.throws(
      () => parametricCrossEntropy({ scale: [1, NaN] }),
      /scale must be a finite number, K of them, or a tensor or variable \[K\], received \[1/,
    );
    assert.throws(() => parametricCrossEntropy({ weight: -1 }), /weight must be a non-negative finite number/);
    tf.tidy(() => {
      assert.throws(
        () => parametricCrossEntropy({ shift: tf.zeros([2, 3]) }),
        /shift must be .* received a tensor of shape \[2, 3\]/,
      );
      const loss = parametricCrossEntropy({ shift: tf.zeros([3]) });
      assert.throws(() => loss(tf.zeros([1, 2]), [0]), /shift must have one entry per class, 2 .* received 3/);
    });
  });

  it("accept negative scales and shifts", () => {
    const value = take(tf.tidy(() => parametricCrossEntropy({ scale: -1 })(tf.tensor2d([[1, 3]]), [0])));
    assertClose(value, [Math.log(1 + Math.exp(-2))]);
  });
});

function zeros(v: number[] | number[][]): number[] | number[][] {
  return v.map((x: number | number[]) => (typeof x === "number" ? 0 : x.map(() => 0))) as number[] | number[][];
}
