import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { shuffledSampler, type ImageSet } from "../../src/data";
import { tf, type Random } from "../../src/engine";
import { imageBatches, type Batch } from "../../src/training";
import { assertNoLeak } from "../support/numeric";

/** Ten images of one pixel each, whose byte is 25 times their position. */
const set: ImageSet = {
  name: "pixels",
  split: "train",
  images: Uint8Array.from({ length: 10 }, (_, index) => 25 * index),
  labels: Int32Array.from({ length: 10 }, (_, index) => index),
  shape: [1, 1, 1],
  classNames: Array.from({ length: 10 }, (_, index) => `class ${index}`),
  size: 10,
};

const numbers = ({ inputs, labels }: Batch) => {
  const result = { inputs: Array.from(inputs.dataSync()), labels: Array.from(labels.dataSync()) };
  inputs.dispose();
  labels.dispose();
  return result;
};

describe("imageBatches", () => {
  it("deals every chosen image once per epoch, with its label", () => {
    const batch = imageBatches({ set, indices: [1, 3, 5, 7, 9], batchSize: 2, seed: 4 });
    for (const epoch of [0, 1]) {
      const steps = [0, 1, 2].map((step) => numbers(batch(3 * epoch + step)));
      const labels = steps.flatMap((step) => step.labels);
      assert.deepEqual([...labels].sort(), [1, 3, 5, 7, 9]);
      const pixels = steps.flatMap((step) => step.inputs);
      pixels.forEach((pixel, place) => assert.ok(Math.abs(pixel - (25 * labels[place]) / 255) < 1e-6));
    }
  });

  it("gives the same batch for a step whatever was asked before", () => {
    const options = { set, indices: [0, 1, 2, 3, 4, 5], batchSize: 4, seed: 1 };
    const inOrder = imageBatches(options);
    const all = [0, 1, 2, 3, 4].map((step) => numbers(inOrder(step)));
    const fresh = imageBatches(options);
    assert.deepEqual(numbers(fresh(3)), all[3]);
    assert.deepEqual(numbers(fresh(0)), all[0]);
  });

  it("shuffles every epoch anew", () => {
    const batch = imageBatches({ set, indices: set.labels, batchSize: 10, seed: 1 });
    assert.notDeepEqual(numbers(batch(0)).labels, numbers(batch(1)).labels);
  });

  it("takes labels of the caller's own, per image of the set", () => {
    const odd = set.labels.map((label) => label % 2);
    const { inputs, labels } = numbers(imageBatches({ set, indices: [2, 3, 4], labels: odd, seed: 1 })(0));
    inputs.forEach((pixel, place) => assert.equal(Math.round((pixel * 255) / 25) % 2, labels[place]));
  });

  it("says how many batches make an epoch, and which samples a batch has", () => {
    const batch = imageBatches({ set, indices: [1, 3, 5, 7, 9], batchSize: 2, seed: 4 });
    assert.equal(batch.stepsPerEpoch, 3);
    const { inputs, labels, indices } = batch(1);
    assert.deepEqual(Array.from(labels.dataSync()), Array.from(indices as Int32Array));
    inputs.dispose();
    labels.dispose();
  });

  it("draws windows and augmentation anew at every step, the same whenever a step is asked for", () => {
    const shades: ImageSet = { ...set, images: Uint8Array.from({ length: 160 }, (_, byte) => byte), shape: [4, 4, 1] };
    const augment = (images: tf.Tensor4D, draws: Random): tf.Tensor4D => tf.add(images, draws.next());
    const options = { set: shades, indices: [2, 2, 2], seed: 1 };
    const all = (more: object, step: number) => numbers(imageBatches({ ...options, ...more })(step)).inputs;
    for (const more of [{ crop: { padding: 1 } }, { augment }]) {
      assert.deepEqual(all(more, 3), all(more, 3));
      assert.notDeepEqual(all(more, 3), all(more, 4));
      assert.notDeepEqual(all(more, 3), all({}, 3));
    }
    const draw = all({ augment }, 5).map((value, place) => value - all({}, 5)[place]);
    draw.forEach((value) => assert.ok(Math.abs(value - draw[0]) < 1e-6));
  });

  it("takes its samples from a sampler of the data room", () => {
    const sampler = shuffledSampler({ labels: set.labels, indices: [0, 2, 4, 6], batchSize: 3, seed: 2 });
    const batch = imageBatches({ set, sampler });
    assert.equal(batch.stepsPerEpoch, 2);
    assert.deepEqual(numbers(batch(3)).labels, Array.from(sampler.at(3)));
    assert.throws(() => imageBatches({ set, sampler, crop: {} }), /crop and augment need a seed beside a sampler/);
  });

  it("leaves no tensor behind but the batch", () => {
    const batch = imageBatches({ set, seed: 1, crop: {}, augment: (images) => tf.neg(images), batchSize: 4 });
    assertNoLeak(() => void numbers(batch(0)));
  });
});
