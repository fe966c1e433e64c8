import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { tf } from "../../../src/engine";
import {
  classBalancedWeights,
  classDependentTemperatures,
  inverseFrequencyWeights,
  labelDistributionAwareMargins,
  logPriors,
} from "../../../src/losses/multiclass";
import { FOUR_DIGITS, LONG_TAILED, TRAINING_SPLIT, VALIDATION_SPLIT } from "./counts";

/** In double precision but for a few roundings. */
const DOUBLE = 1e-13;

function assertEach(got: number[], want: number[], tolerance: number): void {
  assert.equal(got.length, want.length);
  got.forEach((value, k) => assert.ok(Math.abs(value - want[k]) <= tolerance, `${k}: ${value}, want ${want[k]}`));
}

describe("weights, margins and factors from class counts", () => {
  it("have the known values on long-tailed CIFAR-10", () => {
    assertEach(
      classDependentTemperatures(LONG_TAILED, 0.2),
      [1, 0.9027, 0.8148, 0.7356, 0.6639, 0.5994, 0.5411, 0.4884, 0.4406, 0.3981],
      FOUR_DIGITS,
    );
    assertEach(
      labelDistributionAwareMargins(LONG_TAILED, 0.5),
      [0.1581, 0.1797, 0.2042, 0.2321, 0.2638, 0.2998, 0.3407, 0.3872, 0.4405, 0.5],
      FOUR_DIGITS,
    );
    assertEach(
      classBalancedWeights(LONG_TAILED, 0.9999),
      [0.0506, 0.0769, 0.1211, 0.195, 0.3188, 0.5246, 0.8683, 1.4426, 2.4092, 3.9927],
      FOUR_DIGITS,
    );
    assertEach(
      logPriors(TRAINING_SPLIT),
      [-0.9093, -1.4209, -1.9323, -2.4441, -2.9553, -3.4667, -3.9776, -4.4848, -4.9986, -5.5144],
      FOUR_DIGITS,
    );
    const weights = inverseFrequencyWeights(VALIDATION_SPLIT);
    assertEach(
      weights.map((w) => w / Math.hypot(...weights)),
      [0.008, 0.0134, 0.0224, 0.0373, 0.0619, 0.1032, 0.1712, 0.2874, 0.4733, 0.8047],
      FOUR_DIGITS,
    );
  });

  it("are 1, or log 1/K, or the largest margin, for balanced counts", () => {
    const balanced = [70, 70, 70];
    assertEach(classBalancedWeights(balanced), [1, 1, 1], DOUBLE);
    assertEach(inverseFrequencyWeights(balanced), [1, 1, 1], DOUBLE);
    assertEach(classDependentTemperatures(balanced), [1, 1, 1], 0);
    assertEach(labelDistributionAwareMargins(balanced), [0.5, 0.5, 0.5], 0);
    assertEach(logPriors(balanced), Array<number>(3).fill(Math.log(1 / 3)), DOUBLE);
  });

  it("class-balanced weights go from equal at beta 0 to inverse frequencies at beta 1", () => {
    const counts = [900, 90, 9];
    assertEach(classBalancedWeights(counts, 0), [1, 1, 1], DOUBLE);
    const inverse = inverseFrequencyWeights(counts);
    const sum = inverse.reduce((a, b) => a + b);
    assertEach(
      classBalancedWeights(counts, 1 - 1e-12),
      inverse.map((w) => (3 * w) / sum),
      1e-8,
    );
  });

  it("class-balanced weights keep their digits where 1 - beta^n cancels in single precision", () => {
    // (1 - beta)/(1 - beta^n) with n = 1 is 1 exactly, and with n = 2 it is 1 / (1 + beta).
    const beta = 1 - 1e-9;
    const [one, two] = classBalancedWeights([1, 2], beta);
    assert.ok(Math.abs(two / one - 1 / (1 + beta)) < 1e-7, `${two / one}`);
    assert.ok(Math.abs(one + two - 2) < DOUBLE);
  });

  it("inverse frequencies have the mean 1 over the samples", () => {
    const weights = inverseFrequencyWeights(LONG_TAILED);
    const sum = weights.reduce((total, w, k) => total + w * LONG_TAILED[k], 0);
    assert.ok(Math.abs(sum / LONG_TAILED.reduce((a, b) => a + b) - 1) < DOUBLE);
  });

  it("take counts as a tensor or a typed array", () => {
    const tensor = tf.tensor1d([30, 20, 10], "int32");
    assert.deepEqual(logPriors(tensor), logPriors([30, 20, 10]));
    assert.deepEqual(logPriors(Int32Array.of(30, 20, 10)), logPriors([30, 20, 10]));
    tensor.dispose();
  });

  it("name the count, beta, margin or gamma they cannot take", () => {
    for (const wrong of [[1, 0], [-1], [], [1, NaN], 3, "12"]) {
      assert.throws(
        () => logPriors(wrong as never),
        /logPriors: counts must be a list or tensor \[K\] of positive numbers, one per class, received/,
      );
    }
    assert.throws(() => classBalancedWeights([1, 2], 1), /beta must be a number in \[0, 1\), received 1/);
    assert.throws(
      () => labelDistributionAwareMargins([1, 2], -0.1),
      /maxMargin must be a non-negative .* received -0.1/,
    );
    assert.throws(
      () => classDependentTemperatures([1, 2], -1),
      /gamma must be a non-negative finite number, received -1/,
    );
  });
});
