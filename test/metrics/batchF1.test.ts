import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { gradient, random, tf } from "../../src/engine";
import { softFBeta } from "../../src/losses/binary";
import {
  batchF1Moments,
  batchGradients,
  gaussianSoftFBetaGradient,
  largeSampleFBeta,
  softFBetaGradient,
} from "../../src/metrics";

const rates = { truePositiveRate: 0.7, falsePositiveRate: 0.1 };

describe("batchF1Moments", () => {
  it("sums over all outcomes of a batch of three", () => {
    // Each sample is TP, FN, FP or TN; all 64 batches.
    const prior = 0.3;
    const chances = [prior * 0.7, prior * 0.3, 0.7 * 0.1, 0.7 * 0.9];
    let [mean, square, none] = [0, 0, 0];
    for (let batch = 0; batch < 64; batch++) {
      const kinds = [batch & 3, (batch >> 2) & 3, (batch >> 4) & 3];
      const weight = kinds.reduce((product, kind) => product * chances[kind], 1);
      const [tp, fn, fp] = [0, 1, 2].map((kind) => kinds.filter((other) => other === kind).length);
      const f1 = tp === 0 ? 0 : (2 * tp) / (2 * tp + fn + fp);
      mean += weight * f1;
      square += weight * f1 ** 2;
      if (tp + fn === 0) none += weight;
    }
    const got = batchF1Moments(rates, { prior, batchSize: 3 });
    assert.ok(Math.abs(got.mean - mean) < 1e-14 && Math.abs(got.deviation - Math.sqrt(square - mean ** 2)) < 1e-13);
    assert.ok(Math.abs(got.withoutPositive - none) < 1e-15);
    assert.ok(Math.abs(got.bias - (mean - largeSampleFBeta(rates, { prior }))) < 1e-14);
  });

  it("sums over all outcomes of a stratified batch: two positives, one negative", () => {
    const { mean } = batchF1Moments(rates, { prior: 2 / 3, batchSize: 3, stratified: true });
    let wanted = 0;
    for (const hits of [1, 2]) {
      const share = hits === 1 ? 2 * 0.7 * 0.3 : 0.7 ** 2;
      for (const alarms of [0, 1]) {
        wanted += (share * (alarms === 1 ? 0.1 : 0.9) * 2 * hits) / (hits + 2 + alarms);
      }
    }
    assert.ok(Math.abs(mean - wanted) < 1e-14);
  });

  it("agrees with drawn batches within their error", () => {
    const [prior, batchSize, batches] = [0.1, 50, 20_000];
    const generator = random(5);
    let sum = 0;
    for (let batch = 0; batch < batches; batch++) {
      let [tp, union] = [0, 0];
      for (let index = 0; index < batchSize; index++) {
        const positive = generator.next() < prior;
        const called = generator.next() < (positive ? 0.7 : 0.1);
        if (positive || called) union++;
        if (positive && called) tp++;
      }
      sum += union === 0 ? 0 : (2 * tp) / (tp + union);
    }
    const { mean, deviation } = batchF1Moments(rates, { prior, batchSize });
    // Four standard errors.
    assert.ok(Math.abs(sum / batches - mean) < (4 * deviation) / Math.sqrt(batches), `${sum / batches} ${mean}`);
  });

  it("loses its bias and its deviation as the batch grows, the bias with 1 / n", () => {
    const [small, large] = [1000, 4000].map((batchSize) => batchF1Moments(rates, { prior: 0.1, batchSize }));
    assert.ok(Math.abs(small.bias / large.bias - 4) < 0.1, `${small.bias / large.bias}`);
    assert.ok(Math.abs(small.deviation / large.deviation - 2) < 0.05);
  });

  it("has the leading bias that the second derivatives give, drawn and stratified", () => {
    for (const stratified of [false, true]) {
      for (const prior of [0.05, 0.3]) {
        const { bias, leadingBias } = batchF1Moments(rates, { prior, batchSize: 4000, stratified });
        // The next term is smaller by about the number of positives, 200 or more.
        assert.ok(Math.abs(leadingBias / bias - 1) < 0.02, `${stratified} ${prior}: ${leadingBias} ${bias}`);
      }
    }
  });

  it("names what is wrong", () => {
    assert.throws(
      () => batchF1Moments(rates, { prior: 0.1, batchSize: 0 }),
      /batchSize must be an integer of at least 1/,
    );
    assert.throws(
      () => batchF1Moments(rates, { prior: 0.01, batchSize: 20, stratified: true }),
      /must hold a positive, received prior 0.01 and batchSize 20/,
    );
    assert.throws(
      () => batchF1Moments({ truePositiveRate: 1.2, falsePositiveRate: 0 }, { prior: 0.1, batchSize: 5 }),
      /truePositiveRate must be in \[0, 1\], received 1.2/,
    );
  });
});

describe("gradients of batches", () => {
  const toy = { prior: 0.2 };
  const score = { weight: 1.3, bias: -0.7 };

  it("one batch: minus the gradient of the soft F-beta loss", () => {
    const generator = random(3);
    const labels = Array.from({ length: 60 }, () => (generator.next() < 0.3 ? 1 : 0));
    const inputs = labels.map((label) => 2 * label - 1 + generator.normal());
    const [weight, bias] = [tf.variable(tf.scalar(score.weight)), tf.variable(tf.scalar(score.bias))];
    const loss = softFBeta({ beta: 2 });
    const gradients = gradient(() => loss(tf.add(tf.mul(weight, tf.tensor1d(inputs)), bias), labels), [weight, bias]);
    const got = softFBetaGradient(inputs, labels, score, 2);
    // float32 against float64.
    assert.ok(Math.abs(got.weight + gradients[0].dataSync()[0]) < 1e-6);
    assert.ok(Math.abs(got.bias + gradients[1].dataSync()[0]) < 1e-6);
    tf.dispose([weight, bias, ...gradients]);
  });

  it("many samples: the gradient of the population", () => {
    const { mean, cosineOfMean } = batchGradients(toy, score, { batchSize: 20_000, batches: 10, seed: 1 });
    const wanted = gaussianSoftFBetaGradient(toy, score);
    // 200,000 samples: the relative error is a few times 1 / sqrt(40,000 positives).
    assert.ok(
      Math.hypot(mean.weight - wanted.weight, mean.bias - wanted.bias) < 0.02 * Math.hypot(wanted.weight, wanted.bias),
    );
    assert.ok(cosineOfMean > 0.999);
  });

  it("a batch without positives has none, and draws depend on the seed alone", () => {
    assert.deepEqual(softFBetaGradient([1, 2], [0, 0], score), { weight: 0, bias: 0 });
    const draw = (seed: number) => batchGradients(toy, score, { batchSize: 8, batches: 20, seed });
    assert.deepEqual(draw(1), draw(1));
    assert.notDeepEqual(draw(1).mean, draw(2).mean);
  });
});
