import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { gradient, tf } from "../../src/engine";
import { fromLayersModel, parameterCount } from "../../src/models";
import { assertClose, assertNoLeak, take } from "../support/numeric";

const build = (outputs = 2) =>
  tf.sequential({
    layers: [
      tf.layers.dense({ units: 4, inputShape: [3], kernelInitializer: tf.initializers.glorotNormal({ seed: 1 }) }),
      tf.layers.batchNormalization(),
      tf.layers.activation({ activation: "relu" }),
      tf.layers.dense({ units: outputs, kernelInitializer: tf.initializers.glorotNormal({ seed: 2 }) }),
    ],
  });

const inputs = tf.randomNormal([6, 3], 0, 1, "float32", 7);

describe("fromLayersModel", () => {
  it("gives the LayersModel's own outputs, and shares its variables", () => {
    const layersModel = build();
    const model = fromLayersModel(layersModel, { name: "mine" });
    assert.equal(model.name, "mine");
    assert.equal(parameterCount(model), 3 * 4 + 4 + 2 * 4 + 4 * 2 + 2);
    assert.deepEqual(take(model.apply(inputs)), take(layersModel.predict(inputs) as tf.Tensor));
    model.parameters[0].assign(tf.ones([3, 4]));
    assert.deepEqual(take(layersModel.getWeights()[0].clone()), new Array(12).fill(1));
    model.dispose();
  });

  it("calls its variables by names that do not depend on what else the process has built", () => {
    const [first, second] = [fromLayersModel(build()), fromLayersModel(build())];
    assert.deepEqual(first.parameterNames, ["0.kernel", "1.bias", "2.gamma", "3.beta", "4.kernel", "5.bias"]);
    assert.deepEqual(second.parameterNames, first.parameterNames);
    assert.deepEqual(second.statisticNames, ["0.moving_mean", "1.moving_variance"]);
    first.dispose();
    second.dispose();
  });

  it("moves its statistics in training mode alone, and not while it is only differentiated", () => {
    const model = fromLayersModel(build());
    const values = () => model.statistics.map((variable) => Array.from(variable.dataSync()));
    const start = values();
    model.apply(inputs).dispose();
    tf.dispose(gradient(() => tf.sum(tf.square(model.apply(inputs, { training: true }))), [...model.parameters]));
    assert.deepEqual(values(), start);
    model.apply(inputs, { training: true }).dispose();
    assert.notDeepEqual(values(), start);
    model.dispose();
  });

  it("gives [n] for one output, and the input of the last layer as features", () => {
    const model = fromLayersModel(build(1));
    const logits = model.apply(inputs);
    assert.deepEqual(logits.shape, [6]);
    const features = model.features?.(inputs);
    assert.deepEqual(features?.shape, [6, 4]);
    const [kernel, bias] = model.parameters.slice(-2);
    const product = tf.tidy(() => tf.add(tf.matMul(features as tf.Tensor2D, kernel as unknown as tf.Tensor2D), bias));
    assertClose(take(product), take(logits));
    features?.dispose();
    model.dispose();
  });

  it("leaves no tensor behind", () => {
    assertNoLeak(() => {
      const model = fromLayersModel(build());
      model.apply(inputs, { training: true }).dispose();
      model.features?.(inputs).dispose();
      model.dispose();
    });
  });

  it("refuses a model that ends in probabilities, or has another form", () => {
    const ending = (last: tf.layers.Layer) =>
      fromLayersModel(tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [3] }), last] }));
    assert.throws(() => ending(tf.layers.dense({ units: 2, activation: "softmax" })), /received a Dense .* "softmax"/);
    assert.throws(() => ending(tf.layers.softmax()), /without an activation; received a Softmax layer/);
    assert.throws(() => ending(tf.layers.reshape({ targetShape: [1, 2] })), /shape \[n, K\], received \[, 1, 2\]/);
    const input = tf.input({ shape: [3] });
    const twice = [1, 2].map((units) => tf.layers.dense({ units }).apply(input) as tf.SymbolicTensor);
    assert.throws(() => fromLayersModel(tf.model({ inputs: input, outputs: twice })), /received 1 and 2/);
  });
});
