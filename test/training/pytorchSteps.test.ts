import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";

import { imageBatch, loadImages, type ImageSet } from "../../src/data";
import { softmaxCrossEntropy, tf } from "../../src/engine";
import { resNet, type Network, type Padding, type Shortcut } from "../../src/models";
import { constant, fit, sgd, warmup } from "../../src/training";
import fixture from "../oracle/resnetSteps.json";

/** Asked of every one of the first 20 steps: float32 against float64. */
const TOLERANCE = 1e-3;

/** At the full rate, rounding grows tens of times per step; two float32 runs that round otherwise may be so far apart. */
const SPREAD = 50;
/** Rounding of a loss near 3 in float32. */
const ROUNDING = 1e-6;

/** The finaliser of murmur3 on an unsigned 32-bit integer. */
function mixed(value: number): number {
  let h = value >>> 0;
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  h ^= h >>> 16;
  return h >>> 0;
}

/** The start that test/oracle/resnetSteps.py describes: a function of a variable's place and the element's. */
function start(model: Network): void {
  model.parameters.forEach((variable, place) => {
    if (variable.rank < 2) return;
    const fanIn = variable.size / variable.shape[variable.rank - 1];
    const bound = Math.sqrt((variable.rank === 2 ? 1 : 6) / fanIn);
    // place 2654435761 + element modulo 2^32: below 2^53, so exact.
    const values = Float32Array.from({ length: variable.size }, (_, element) => {
      return bound * ((2 * mixed((place * 2654435761 + element) % 2 ** 32)) / 2 ** 32 - 1);
    });
    tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
  });
}

async function images(context: TestContext): Promise<ImageSet | undefined> {
  if (tf.getBackend() !== "tensorflow") {
    context.skip("on the plain JavaScript backend this takes minutes");
    return undefined;
  }
  try {
    return await loadImages("cifar-10", { download: false });
  } catch (error) {
    if ((error as { code?: string }).code !== "DATA_UNAVAILABLE") throw error;
    context.skip("CIFAR-10 is not in data/cache");
    return undefined;
  }
}

/** Losses of training from the fixture's weights on its batches. */
async function train(set: ImageSet, options: { shortcut: Shortcut; padding: Padding; warm: boolean; steps: number }) {
  const { settings, standardize, batches } = fixture;
  const { shortcut, padding, warm, steps } = options;
  const model = resNet({ depth: 20, inputShape: [32, 32, 3], outputs: 10, seed: 1, shortcut, padding });
  start(model);
  const { learningRate: rate, warmup: warmSteps, ...rest } = settings;
  const optimizer = sgd({ ...rest, learningRate: warm ? warmup(constant(rate), warmSteps) : rate });
  const { loss } = await fit({
    model,
    optimizer,
    steps,
    loss: (logits, labels) => tf.mean(softmaxCrossEntropy(logits as tf.Tensor2D, labels)),
    batch: (step) => ({
      inputs: imageBatch(set, batches[step], { standardize }),
      labels: tf.tensor1d(
        batches[step].map((index) => set.labels[index]),
        "int32",
      ),
      indices: batches[step],
    }),
  });
  optimizer.dispose();
  model.dispose();
  return loss;
}

const distances = (a: readonly number[], b: readonly number[]) => a.map((value, step) => Math.abs(value - b[step]));
const shown = (values: readonly number[]) => values.map((value) => value.toExponential(1)).join(" ");

describe("ResNet-20 on long-tailed CIFAR-10, from PyTorch's weights on PyTorch's batches,", () => {
  for (const { shortcut, padding, losses } of fixture.cases) {
    it(`has PyTorch's losses at the first ${losses.length} steps: ${shortcut}, ${padding}`, async (context) => {
      const set = await images(context);
      if (!set) return;
      const options = { shortcut: shortcut as Shortcut, padding: padding as Padding, warm: true };
      const errors = distances(await train(set, { ...options, steps: losses.length }), losses);
      context.diagnostic(`largest difference ${Math.max(...errors).toExponential(1)}`);
      assert.ok(Math.max(...errors) <= TOLERANCE, `differences ${shown(errors)}`);
    });
  }

  it("is as close to float64 as PyTorch's float32 is, at the full rate from the start", async (context) => {
    const set = await images(context);
    if (!set) return;
    const { float64, float32 } = fixture.fullRate;
    const steps = float64.length;
    const errors = distances(
      await train(set, { shortcut: "zeroPad", padding: "symmetric", warm: false, steps }),
      float64,
    );
    const theirs = distances(float32, float64);
    context.diagnostic(`differences from float64: ${shown(errors)}; PyTorch's float32: ${shown(theirs)}`);
    errors.forEach((error, step) => {
      const bound = SPREAD * Math.max(...theirs.slice(0, step + 1)) + ROUNDING;
      assert.ok(error <= bound, `step ${step}: differences ${shown(errors)}, bound ${bound}`);
    });
  });
});
