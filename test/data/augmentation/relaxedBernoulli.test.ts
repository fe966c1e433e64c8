import assert from "node:assert/strict";
import { it } from "node:test";

import { relaxedBernoulli } from "../../../src/data/augmentation/relaxedBernoulli";
import { gradient, hessianVectorProduct, random, tf } from "../../../src/engine";
import {
  HyperDual,
  gradient as exactGradient,
  hessianVectorProduct as exactProduct,
} from "../../../src/engine/probes/hyperDual";
import { onEachBackend } from "../../support/backends";
import { assertClose, assertNoLeak, take } from "../../support/numeric";

const logits = [-1.2, 0.3, 0.9, 2.1];
const uniforms = [0.8, 0.35, 0.2, 0.05].map(Math.fround);
const temperature = 0.5;

/** sum_i w_i b_i^2 with b = sigmoid((a + logit u) / T). */
function program(x: HyperDual[]): HyperDual {
  return x
    .map((a, i) =>
      a
        .add(Math.log(uniforms[i] / (1 - uniforms[i])))
        .mul(1 / temperature)
        .sigmoid()
        .square()
        .mul(i + 1),
    ) // prettier-ignore
    .reduce((sum, term) => sum.add(term));
}

onEachBackend("relaxedBernoulli", () => {
  it("is 1 as often as its probability says, and exactly 0 or 1", () => {
    const draws = random(2);
    for (const probability of [0.1, 0.5, 0.83]) {
      const uniform = tf.tensor1d(Float32Array.from({ length: 10_000 }, () => draws.next()));
      const logit = tf.fill([10_000], Math.log(probability / (1 - probability)));
      const values = take(relaxedBernoulli(logit, uniform));
      assert.ok(values.every((value) => value === 0 || value === 1));
      const share = values.filter((value) => value === 1).length / 10_000;
      // Five deviations.
      assert.ok(Math.abs(share - probability) < 5 * Math.sqrt((probability * (1 - probability)) / 10_000), `${share}`);
      tf.dispose([uniform, logit]);
    }
  });

  it("has the derivatives of its formula, of first and second order", () => {
    const a = tf.variable(tf.tensor1d(logits));
    const u = tf.tensor1d(uniforms);
    const v = tf.tensor1d([0.4, -1, 0.7, 0.2]);
    const loss = () =>
      tf.sum(
        tf.mul(tf.square(relaxedBernoulli(a, u, { temperature, straightThrough: false })), tf.tensor1d([1, 2, 3, 4])),
      );
    const start = logits.map(Math.fround);
    assertClose(gradient(loss, [a]).flatMap(take), exactGradient(program, start));
    assertClose(
      hessianVectorProduct(loss, [a], [v]).flatMap(take),
      exactProduct(program, start, Array.from(v.dataSync())),
    );
    tf.dispose([a, u, v]);
  });

  it("passes the derivatives of the relaxed value straight through the hard one", () => {
    const a = tf.variable(tf.tensor1d(logits));
    const u = tf.tensor1d(uniforms);
    // Linear in the draw, so that the value does not enter the derivative.
    const slope = (straightThrough: boolean) =>
      gradient(
        () => tf.sum(tf.mul(relaxedBernoulli(a, u, { temperature, straightThrough }), tf.tensor1d([1, 2, 3, 4]))),
        [a],
      ).flatMap(take);
    assertClose(slope(true), slope(false));
    assert.ok(slope(true).every((value) => value > 0));
    const above = logits.map((logit, i) => Number(uniforms[i] > 1 / (1 + Math.exp(logit))));
    assert.deepEqual(take(relaxedBernoulli(a, u)), above);
    assert.deepEqual(above, [1, 0, 0, 0]);
    tf.dispose([a, u]);
  });

  it("is finite at draws of 0 and probabilities near 0 and 1, and leaves no tensor behind", () => {
    const a = tf.variable(tf.tensor1d([-60, 0, 60]));
    const u = tf.tensor1d([0, 0, 0]);
    const loss = () => tf.sum(relaxedBernoulli(a, u));
    assert.deepEqual(take(relaxedBernoulli(a, u)), [0, 0, 1]);
    assert.ok(gradient(loss, [a]).flatMap(take).every(Number.isFinite));
    assertNoLeak(() => tf.dispose(gradient(loss, [a])));
    tf.dispose([a, u]);
  });

  it("refuses a temperature of 0 and unequal shapes", () => {
    const a = tf.tensor1d([0, 0]);
    const u = tf.tensor1d([0.5]);
    assert.throws(() => relaxedBernoulli(a, a, { temperature: 0 }), /positive finite number, received 0/);
    assert.throws(() => relaxedBernoulli(a, u), /received \[2\] and \[1\]/);
    tf.dispose([a, u]);
  });
});
