import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { tf } from "../../../src/engine";
import { dataset } from "../../../src/data";
import { autoBalanceClasses } from "../../../src/studies/autobalance/classes";
import { autoBalanceGroups } from "../../../src/studies/autobalance/groups";
import { measureWorks, noiseImages, type Work } from "../../../src/studies/cost";
import { fBetaResNet } from "../../../src/studies/fbeta/study";

const SEED = [1];
const timesOf = (works: readonly Work[]) =>
  works.map(({ name, times, images }) => [name.split(/[:(]/)[0].trim(), times, images]);

describe("what the trials of the studies do", () => {
  it("is told by the studies of losses, with one kind of work per network, optimiser and batch", () => {
    for (const study of [fBetaResNet, autoBalanceClasses, autoBalanceGroups]) assert.ok(study.cost, study.name);
    const kinds = new Set(
      fBetaResNet.profiles.paper.trials(SEED).flatMap((c) => fBetaResNet.cost!(c).map((w) => w.name)),
    );
    assert.deepEqual(
      [...kinds],
      [
        "training step: ResNet-32 of width 16, 1 logit, 128 images of 32 x 32 x 3",
        "training step: ResNet-20 of width 16, 1 logit, 128 images of 28 x 28 x 1",
      ],
    );
  });

  it("counts trainings at every learning rate, of every candidate and the last one", () => {
    const [trial] = fBetaResNet.profiles.paper.trials(SEED);
    assert.deepEqual(timesOf(fBetaResNet.cost!(trial)), [["training step", 2 * 64_000, 128]]);
    const ofClasses = (method: string) =>
      timesOf(
        autoBalanceClasses.cost!(
          autoBalanceClasses.profiles.paper.trials(SEED).find((c) => c.method === method && c.dataset === "cifar-10")!,
        ),
      );
    assert.deepEqual(ofClasses("CE"), [["training step", 200 * 98, 128]]);
    assert.deepEqual(ofClasses("LA"), [["training step", 4 * 200 * 98, 128]]);
    // 300 epochs of 78 steps, an update every 20 from the 120th epoch on: 702 updates of 10 + 10 batches.
    assert.deepEqual(ofClasses("AutoBalance Δ&l as published"), [
      ["training step", 200 * 98, 128],
      ["search step", 300 * 78, 128],
      ["loss update", (180 * 78) / 20, 20 * 128],
    ]);
    const ofGroups = autoBalanceGroups.profiles.laptop.trials(SEED).filter((c) => c.dataset === "compas");
    const times = (method: string) => timesOf(autoBalanceGroups.cost!(ofGroups.find((c) => c.method === method)!));
    assert.deepEqual(times("group LA"), [["training step", 4 * 300, 128]]);
    assert.deepEqual(times("GroupDRO"), [["GroupDRO step", 3 * 300, 128]]);
    assert.deepEqual(times("AutoBalance λ 0.5"), [
      ["training step", 300, 128],
      ["search step", 600, 128],
      ["loss update", 18, 512],
    ]);
  });

  it("can be measured without data, and leaves no tensor behind", async () => {
    const works = [fBetaResNet, autoBalanceClasses, autoBalanceGroups].flatMap((study) => {
      const { trials } = study.profiles.smoke;
      return (trials(SEED) as readonly never[]).flatMap((config) => study.cost!(config) as Work[]);
    });
    const small = new Map(works.map((work) => [work.name, work]));
    const before = tf.memory().numTensors;
    const measured = await measureWorks([...small.values()], { seconds: 0.2 });
    assert.equal(tf.memory().numTensors, before);
    assert.ok(measured.every(({ seconds }) => seconds > 0 && seconds < 60));
    const search = measured.filter(({ name }) => /ResNet-8 of width 8/.test(name));
    assert.deepEqual(
      search.map(({ name }) => name.split(/[:(]/)[0].trim()),
      ["training step", "search step", "loss update"],
    );
    // An update of two training batches, two products and two validation batches takes more than one step.
    assert.ok(search[2].seconds > search[1].seconds);
  });
});

describe("noiseImages", () => {
  it("has the shape of a set, all classes, and the same bytes at every call", () => {
    const { shape } = dataset("digits") as { shape: readonly [number, number, number] };
    const set = noiseImages({ shape, classes: 3, size: 7 });
    assert.deepEqual([set.size, set.images.length, [...set.labels]], [7, 7 * 64, [0, 1, 2, 0, 1, 2, 0]]);
    assert.deepEqual(set.images, noiseImages({ shape, classes: 3, size: 7 }).images);
  });
});
