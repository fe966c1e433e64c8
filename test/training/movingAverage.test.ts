import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { tf } from "../../src/engine";
import { logisticRegression, resNet, type Model } from "../../src/models";
import { movingAverage } from "../../src/training";
import { assertClose } from "../support/numeric";

const newModel = () => logisticRegression({ inputShape: 1, outputs: 1 });
const weight = (model: Model) => model.parameters[0].dataSync()[0];
const set = (model: Model, value: number) => tf.tidy(() => model.parameters[0].assign(tf.tensor2d([[value]])));

describe("movingAverage", () => {
  it("keeps its share of the average at every step, from the start values on", async () => {
    const model = newModel();
    set(model, 1);
    const average = movingAverage(model, { decay: 0.75 });
    const seen: number[] = [];
    for (const value of [2, 3, -1]) {
      set(model, value);
      average.update();
      await average.using(() => seen.push(weight(model)));
      assert.equal(weight(model), value);
    }
    assertClose(seen, [1.25, 1.6875, 1.015625]);
    average.dispose();
    model.dispose();
  });

  it("forgets the start faster with warm-up: shares 1/10, 2/11, 3/12 of the average", async () => {
    const model = newModel();
    const average = movingAverage(model, { decay: 0.999, warmup: true });
    let expected = 0;
    for (const step of [0, 1, 2]) {
      set(model, step + 1);
      average.update();
      const kept = (1 + step) / (10 + step);
      expected = kept * expected + (1 - kept) * (step + 1);
    }
    average.assign();
    assertClose([weight(model)], [expected]);
    average.dispose();
    model.dispose();
  });

  it("averages running statistics too", async () => {
    const model = resNet({ depth: 8, width: 2, inputShape: [4, 4, 1], outputs: 1, seed: 1 });
    const average = movingAverage(model, { decay: 0.5 });
    const images = tf.ones([2, 4, 4, 1]);
    const start = Array.from(model.statistics[1].dataSync());
    model.apply(images, { training: true }).dispose();
    const now = Array.from(model.statistics[1].dataSync());
    average.update();
    const seen = await average.using(() => Array.from(model.statistics[1].dataSync()));
    assertClose(
      seen,
      start.map((value, channel) => (value + now[channel]) / 2),
    );
    average.dispose();
    model.dispose();
  });

  it("puts the model's own weights back when the work fails", async () => {
    const model = newModel();
    const average = movingAverage(model, { decay: 0.5 });
    set(model, 4);
    await assert.rejects(
      average.using(() => {
        set(model, -7);
        throw new Error("no data");
      }),
      /no data/,
    );
    assert.equal(weight(model), 4);
    average.dispose();
    model.dispose();
  });

  it("goes on from its state as if never stopped", () => {
    const model = newModel();
    const [one, two] = [0, 1].map(() => movingAverage(model, { decay: 0.9, warmup: true }));
    for (const value of [1, 2, 3]) {
      set(model, value);
      one.update();
    }
    two.restore(one.state());
    set(model, 10);
    one.update();
    two.update();
    const values = [one, two].map((average) => average.state().tensors["head.weight"].dataSync()[0]);
    assert.equal(values[0], values[1]);
    assert.equal(two.state().values.updates, 4);
    [one, two, model].forEach((part) => part.dispose());
  });

  it("leaves no tensor behind, and names what it cannot take", async () => {
    const model = newModel();
    const before = tf.memory().numTensors;
    const average = movingAverage(model, { decay: 0.9 });
    average.update();
    await average.using(() => undefined);
    average.restore(average.state());
    assert.throws(() => average.restore({ tensors: {}, values: { updates: 1 } }), /missing are head.weight, head.bias/);
    average.dispose();
    assert.equal(tf.memory().numTensors, before);
    assert.throws(() => movingAverage(model, { decay: 1 }), /decay must be in \[0, 1\), received 1/);
    model.dispose();
  });
});
