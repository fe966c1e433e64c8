import assert from "node:assert/strict";
import { test } from "node:test";

import { engine, losses, tf } from "../../../src";
import { fBetaLosses, importanceWeighted, negativesLeftOut, surrogateByShares } from "../../../src/studies/fbeta";

/** 40 samples, 2 of them positive; and the same with every positive four times: the share rises from 0.05 to 8/46. */
function samples() {
  const draw = engine.random(5);
  const labels = Array.from({ length: 40 }, (_, index) => Number(index < 2));
  const logits = labels.map((label) => draw.normal() + label);
  const repeat = <T>(values: readonly T[]) => [...values, ...[0, 1, 2].flatMap(() => values.slice(0, 2))];
  const prior = 2 / 40;
  const samplingPrior = 8 / 46;
  return {
    plain: { logits, labels },
    repeated: { logits: repeat(logits), labels: repeat(labels) },
    prior,
    samplingPrior,
  };
}

const on = (loss: losses.binary.BinaryLoss, { logits, labels }: { logits: number[]; labels: number[] }) =>
  tf.tidy(() => loss(tf.tensor1d(logits), tf.tensor1d(labels)).dataSync()[0]);

test("every loss is the same with the positives once, and with them four times and its correction", () => {
  const { plain, repeated, prior, samplingPrior } = samples();
  const before = tf.memory().numTensors;
  for (const { name, make, options } of fBetaLosses) {
    // SaSu's alpha restores c, not the shares of the classes: see the next test.
    if (name === "sasu") continue;
    const setting = { beta: 2, prior, options, weight: () => 3 };
    const [a, b] = [
      on(make({ ...setting, samplingPrior: prior }), plain),
      on(make({ ...setting, samplingPrior }), repeated),
    ];
    // float32 sums over 40 and 46 terms of order 1.
    assert.ok(Math.abs(a - b) < 2e-6 * Math.max(1, Math.abs(a)), `${name}: ${a} and ${b}`);
  }
  assert.equal(tf.memory().numTensors, before);
});

test("SaSu's alpha brings its constant back to that of the training set", () => {
  const shift = { prior: 0.02, samplingPrior: 10 / 128 };
  const c = shift.samplingPrior / (1 - shift.samplingPrior) / negativesLeftOut(shift);
  assert.ok(Math.abs(c - 0.02 / 0.98) < 1e-15);
});

test("without a shift the surrogate by shares is the form sample, in value and gradient", () => {
  const { plain, prior } = samples();
  const forms = [
    surrogateByShares({ beta: 1, prior }),
    losses.binary.surrogateFBeta({ prior, normalization: "sample" }),
  ];
  const [a, b] = forms.map((loss) =>
    tf.tidy(() => {
      const z = tf.variable(tf.tensor1d(plain.logits));
      const [gradient] = engine.gradient(() => loss(z, tf.tensor1d(plain.labels)), [z]);
      const values = [on(loss, plain), ...gradient.dataSync()];
      z.dispose();
      return values;
    }),
  );
  // One is a difference of two float32 numbers of order 1.
  a.forEach((value, index) => assert.ok(Math.abs(value - b[index]) < 1e-6, `${index}: ${value} and ${b[index]}`));
});

test("importance weights leave a loss alone where the batches have the prior of the training set", () => {
  const { plain, prior } = samples();
  const terms = losses.binary.binaryCrossEntropy({ reduction: "none" });
  const weighted = importanceWeighted(terms, { prior, samplingPrior: prior });
  assert.equal(on(weighted, plain), on(losses.binary.binaryCrossEntropy(), plain));
});
