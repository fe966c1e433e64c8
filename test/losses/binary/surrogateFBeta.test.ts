import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { tf } from "../../../src/engine";
import { surrogateFBeta, type SurrogateFBetaOptions } from "../../../src/losses/binary";
import { assertClose, assertNoLeak, take } from "../../support/numeric";

const normalizations = ["class", "sample", "set"] as const;
const gradientAt = (options: SurrogateFBetaOptions, logits: number[], labels: number[]) =>
  take(tf.grad((z: tf.Tensor) => surrogateFBeta(options)(z, labels))(tf.tensor1d(logits)));

describe("surrogateFBeta", () => {
  it("has the value of its formula at logit 0, where p is one half", () => {
    // prior 0.2, beta 1: c = 0.25; -log p = log 2, log(c + p) = log 0.75.
    const value = (normalization: (typeof normalizations)[number]) =>
      take(surrogateFBeta({ prior: 0.2, normalization })(tf.zeros([4]), [1, 0, 0, 0]))[0];
    assertClose([value("class")], [Math.LN2 + Math.log(0.75)]);
    assertClose([value("sample")], [(Math.LN2 + 3 * Math.log(0.75)) / 4]);
    assertClose([value("set")], [Math.log(0.75) - Math.log(0.5)]);
  });

  it("has the logit gradient -(1 - p) on positives and p (1 - p) / (c + p) on negatives", () => {
    const logits = [-3, -0.5, 0.8, 2.5];
    const c = (4 * 0.1) / 0.9;
    const want = logits.map((z, index) => {
      const p = 1 / (1 + Math.exp(-z));
      return index < 2 ? -(1 - p) / 4 : (p * (1 - p)) / (c + p) / 4;
    });
    assertClose(gradientAt({ prior: 0.1, beta: 2, normalization: "sample" }, logits, [1, 1, 0, 0]), want);
  });

  it("pushes hardest on negatives at p = sqrt(c (1 + c)) - c", () => {
    const c = 0.1 / 0.9;
    const peak = Math.sqrt(c * (1 + c)) - c;
    const logit = (p: number) => Math.log(p / (1 - p));
    const pull = (p: number) => gradientAt({ prior: 0.1 }, [logit(p)], [0])[0];
    assert.ok(pull(peak) > pull(peak * 0.8) && pull(peak) > pull(peak * 1.2));
    assertClose([pull(peak)], [1 + 2 * c - 2 * Math.sqrt(c * (1 + c))]);
  });

  it("has gradients along those of soft F-beta with the true prior when normalised over the set", () => {
    const [prior, beta] = [0.05, 2];
    const labels = [1, 1, 0, 0, 0];
    const logits = [0.4, -1, 0.2, -2, 1];
    const softF = (z: tf.Tensor) => {
      const p = tf.sigmoid(z);
      const y = tf.tensor1d(labels);
      const T = tf.div(tf.sum(tf.mul(p, y)), 2);
      const Q = tf.div(tf.sum(tf.mul(p, tf.sub(1, y))), 3);
      const called = tf.add(tf.mul(prior, T), tf.mul(1 - prior, Q));
      return tf.div(tf.mul((1 + beta ** 2) * prior, T), tf.add(beta ** 2 * prior, called)) as tf.Scalar;
    };
    const uphill = take(tf.grad(softF)(tf.tensor1d(logits)));
    const downhill = gradientAt({ prior, beta, normalization: "set" }, logits, labels);
    const ratio = downhill.map((value, index) => value / uphill[index]);
    assert.ok(ratio[0] < 0);
    assertClose(
      ratio,
      ratio.map(() => ratio[0]),
      { what: "ratio of the gradients" },
    );
  });

  it("agrees between class and sample normalisation, up to a factor, on balanced batches", () => {
    const [logits, labels] = [
      [0.3, -1, 2, 0.1],
      [1, 0, 1, 0],
    ];
    const ofClass = gradientAt({ prior: 0.3 }, logits, labels);
    const ofSample = gradientAt({ prior: 0.3, normalization: "sample" }, logits, labels);
    assertClose(
      ofClass,
      ofSample.map((value) => 2 * value),
    );
  });

  it("depends on beta, prior and alpha through c alone", () => {
    const [logits, labels] = [
      [0.3, -1, 2, 0.1],
      [1, 0, 0, 0],
    ];
    // c = beta^2 prior / (1 - prior) / alpha is 1/3 in all three.
    const gradients = [{ prior: 0.25 }, { prior: 1 / 13, beta: 2 }, { prior: 0.5, alpha: 3 }].map((options) =>
      gradientAt(options, logits, labels),
    );
    assertClose(gradients[1], gradients[0]);
    assertClose(gradients[2], gradients[0]);
  });

  for (const normalization of normalizations) {
    it(`${normalization}: finite value and gradient at logits of +-100, right or wrong`, () => {
      for (const labels of [
        [1, 0],
        [0, 1],
      ]) {
        const z = tf.tensor1d([100, -100]);
        const f = surrogateFBeta({ prior: 0.01, normalization });
        assert.ok(Number.isFinite(take(f(z, labels))[0]), `value for ${labels}`);
        const gradient = take(tf.grad((x: tf.Tensor) => f(x, labels))(z));
        assert.ok(gradient.every(Number.isFinite), `gradient ${gradient} for ${labels}`);
      }
    });

    it(`${normalization}: a positive at logit -100 is still pulled up`, () => {
      assert.ok(gradientAt({ prior: 0.01, normalization }, [-100, -100], [1, 0])[0] < -0.4);
    });

    it(`${normalization}: an absent class drops its term, without NaN`, () => {
      for (const labels of [
        [1, 1],
        [0, 0],
      ]) {
        const f = surrogateFBeta({ prior: 0.2, normalization });
        const gradient = gradientAt({ prior: 0.2, normalization }, [0.5, -0.5], labels);
        assert.ok(Number.isFinite(take(f(tf.tensor1d([0.5, -0.5]), labels))[0]));
        assert.ok(
          gradient.every((value) => (labels[0] === 1 ? value < 0 : value > 0)),
          `${gradient} for ${labels}`,
        );
      }
    });

    it(`${normalization}: leaves no tensor behind`, () => {
      const [z, y] = [tf.tensor1d([1, 2]), tf.tensor1d([0, 1])];
      assertNoLeak(() => surrogateFBeta({ prior: 0.1, normalization })(z, y).dispose());
    });
  }

  it("multiplies the terms by focal weights that count as constants in the gradient (SaSu)", () => {
    const [logits, labels] = [
      [0.3, -1, 2, 0.1],
      [1, 0, 0, 1],
    ];
    const c = 0.1 / 0.9 / 4;
    const options = { prior: 0.1, alpha: 4, gammaPositive: 0.5, gammaNegative: 2, normalization: "sample" } as const;
    const terms = logits.map((z, index) => {
      const p = 1 / (1 + Math.exp(-z));
      return labels[index] === 1
        ? { value: -Math.sqrt(1 - p) * Math.log(p), slope: -Math.sqrt(1 - p) * (1 - p) }
        : { value: p ** 2 * Math.log(c + p), slope: (p ** 2 * (p * (1 - p))) / (c + p) };
    });
    const value = take(surrogateFBeta(options)(tf.tensor1d(logits), labels));
    assertClose(value, [terms.reduce((sum, term) => sum + term.value, 0) / 4]);
    assertClose(
      gradientAt(options, logits, labels),
      terms.map((term) => term.slope / 4),
    );
    assertClose(
      gradientAt({ ...options, normalization: "class" }, logits, labels),
      terms.map((term) => term.slope / 2),
    );
  });

  it("is on the c of the whole training set when it is told how many negatives were sampled away", () => {
    // 50 positives and 950 negatives, of which 190 were taken: the prior as sampled is 50 / 240, alpha is 5.
    const [logits, labels] = [
      [0.3, -1, 2, 0.1],
      [1, 0, 0, 1],
    ];
    assertClose(gradientAt({ prior: 50 / 240, alpha: 5 }, logits, labels), gradientAt({ prior: 0.05 }, logits, labels));
  });

  it("names the option it cannot take", () => {
    assert.throws(() => surrogateFBeta({ prior: 0 }), /prior must be a number in \(0, 1\).* received 0/);
    assert.throws(() => surrogateFBeta({ prior: 10 }), /received 10/);
    assert.throws(() => surrogateFBeta({ prior: 0.1, beta: -1 }), /beta must be a positive finite number, received -1/);
    assert.throws(
      () => surrogateFBeta({ prior: 0.1, normalization: "batch" as never }),
      /normalization must be one of class, sample, set, received "batch"/,
    );
    assert.throws(
      () => surrogateFBeta({ prior: 0.1, normalization: "set", gammaPositive: 0.5 }),
      /gammaPositive and gammaNegative must be 0 with normalization "set", .* received 0.5 and 0/,
    );
    assert.throws(() => surrogateFBeta({ prior: 2 }), {
      name: "RangeError",
      message: "surrogateFBeta: prior must be a number in (0, 1), received 2",
    });
    assert.throws(() => surrogateFBeta({} as never), /prior must be .* received undefined/);
  });
});
