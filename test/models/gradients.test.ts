import assert from "node:assert/strict";
import { it } from "node:test";

import { gradient, probe, random, softmaxCrossEntropy, tf } from "../../src/engine";
import { fromLayersModel, imageNetResNet, logisticRegression, mlp, resNet, type Model } from "../../src/models";
import { onEachBackend } from "../support/backends";
import { take } from "../support/numeric";

/**
 * Rounding of float32 losses over their difference, and kinks of ReLU between the two points: both were seen to reach 0.02. A term
 * that is missing from a gradient makes tens of per cent.
 */
const RELATIVE = 0.05;

const CLASSES = 3;
const BATCH = 6;

const image = { inputShape: [9, 9, 2] as const, outputs: CLASSES, seed: 5 };

interface Case {
  readonly model: Model;
  readonly shape: readonly number[];
  /** Half the difference of the two losses that a slope is made of: large against rounding, small against kinks. */
  readonly change: number;
  /** Parameters whose gradient's norm is below this share of the largest are left out: in deep networks it drowns in rounding. */
  readonly least?: number;
}

const MODELS: Readonly<Record<string, () => Case>> = {
  "logistic regression": () => ({
    model: logisticRegression({ inputShape: 7, outputs: CLASSES, start: "heNormal" }),
    shape: [7],
    change: 1e-3,
  }),
  "MLP with tanh": () => ({
    model: mlp({ inputShape: [3, 2], hidden: [8, 5], outputs: CLASSES, seed: 2, activation: "tanh" }),
    shape: [3, 2],
    change: 1e-3,
  }),
  "MLP with softplus, batch norm and a trained cosine head": () => ({
    model: mlp({
      inputShape: 6,
      hidden: [8, 5],
      outputs: CLASSES,
      seed: 2,
      activation: "softplus",
      batchNorm: true,
      head: { kind: "cosine", scale: 4, trainScale: true },
    }),
    shape: [6],
    change: 1e-3,
  }),
  "ResNet-8 with zero-padded shortcuts": () => ({
    model: resNet({ ...image, depth: 8, width: 3 }),
    shape: image.inputShape,
    change: 3e-5,
    least: 0.05,
  }),
  "ResNet-8 with projections and symmetric padding": () => ({
    model: resNet({ ...image, depth: 8, width: 3, shortcut: "projection", padding: "symmetric" }),
    shape: image.inputShape,
    change: 3e-5,
    least: 0.05,
  }),
  "ResNet-18": () => ({
    model: imageNetResNet({ ...image, inputShape: [33, 33, 2], depth: 18, width: 4 }),
    shape: [33, 33, 2],
    change: 5e-5,
    least: 0.1,
  }),
  "ResNet-50": () => ({
    model: imageNetResNet({ ...image, inputShape: [33, 33, 2], depth: 50, width: 4 }),
    shape: [33, 33, 2],
    change: 1e-3,
    least: 0.1,
  }),
  "a wrapped tf.LayersModel": () => ({
    model: fromLayersModel(
      tf.sequential({
        layers: [
          tf.layers.dense({
            units: 5,
            inputShape: [4],
            activation: "tanh",
            kernelInitializer: tf.initializers.glorotNormal({ seed: 1 }),
          }),
          tf.layers.batchNormalization(),
          tf.layers.dense({ units: CLASSES, kernelInitializer: tf.initializers.glorotNormal({ seed: 2 }) }),
        ],
      }),
    ),
    shape: [4],
    change: 1e-4,
  }),
};

onEachBackend("the gradient in training mode agrees with central differences for", () => {
  for (const [name, build] of Object.entries(MODELS)) {
    it(name, () => {
      const { model, shape, change, least = 0 } = build();
      const before = tf.memory().numTensors;
      const generator = random(11);
      const size = BATCH * shape.reduce((product, extent) => product * extent, 1);
      const values = Float32Array.from({ length: size }, () => generator.normal());
      const inputs = tf.tensor(values, [BATCH, ...shape]);
      const labels = tf.tensor1d([0, 1, 2, 2, 1, 0], "int32");
      const loss = () =>
        softmaxCrossEntropy(model.apply(inputs, { training: true }) as tf.Tensor2D, labels).mean() as tf.Scalar;
      const gradients = gradient(loss, [...model.parameters]);
      const norms = gradients.map((derivative) => take(tf.norm(derivative))[0]);
      const floor = least * Math.max(...norms);
      gradients.forEach((derivative, index) => {
        const name = model.parameterNames?.[index] ?? `${index}`;
        assert.ok(norms[index] > 0, `the loss does not depend on ${name}`);
        if (norms[index] < floor) return;
        const slope = slopeAlong(model.parameters[index], derivative, norms[index], loss, change);
        assert.ok(
          Math.abs(slope - norms[index]) <= RELATIVE * norms[index],
          `${name}: slope ${slope}, norm ${norms[index]}`,
        );
      });
      tf.dispose([inputs, labels, ...gradients]);
      assert.equal(tf.memory().numTensors, before, "tensors left behind");
      model.dispose();
    });
  }
});

/** Central difference of the loss along the unit gradient of one variable: the gradient's norm, where the gradient is right. */
function slopeAlong(
  variable: tf.Variable,
  derivative: tf.Tensor,
  norm: number,
  loss: () => tf.Scalar,
  change: number,
): number {
  const start = variable.clone();
  const at = (difference: number): number => {
    tf.tidy(() => variable.assign(tf.add(start, tf.mul(derivative, difference / norm ** 2))));
    return take(probe(() => tf.tidy(loss)))[0];
  };
  const slope = (norm * (at(change) - at(-change))) / (2 * change);
  variable.assign(start);
  start.dispose();
  return slope;
}
