import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { drawCrops } from "../../../src/data/augmentation/crops";
import { stepRandom } from "../../../src/data/augmentation/stepRandom";
import { imageBatch } from "../../../src/data/batches";
import type { ImageSet } from "../../../src/data/imageSet";
import { classBalancedSampler } from "../../../src/data/sampling/classSamplers";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

const SIZE = 10_000;
const BATCH = 128;
const BATCH_BYTES = BATCH * 32 * 32 * 3 * 4;

/** 10,000 images of CIFAR's size: 31 MB of bytes, 123 MB if they were copied as float32. */
const set: ImageSet = {
  name: "stream",
  split: "train",
  images: new Uint8Array(SIZE * 32 * 32 * 3).fill(100),
  labels: Int32Array.from({ length: SIZE }, (_, index) => index % 10),
  shape: [32, 32, 3],
  classNames: Array.from({ length: 10 }, (_, label) => `class ${label}`),
  size: SIZE,
};

describe("a stream of batches", () => {
  it("holds the set's bytes and one batch, whatever it augments", () => {
    const sampler = classBalancedSampler({ labels: set.labels, batchSize: BATCH, seed: 1 });
    const generators = stepRandom(1);
    const batch = () => imageBatch(set, sampler.next(), { crops: drawCrops(BATCH, {}, generators.next()) });
    batch().dispose();
    collect();
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    for (let step = 1; step < 60; step++) {
      const current = batch();
      collect();
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
      current.dispose();
    }
    // The batch before may not have been collected yet; a few kB are the epoch's indices.
    assert.ok(most <= 2.1 * BATCH_BYTES, `${most} bytes beside the set, a batch has ${BATCH_BYTES}`);
  });
});
