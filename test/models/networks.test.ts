import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";

import { gradient, random, tf } from "../../src/engine";
import {
  imageNetResNet,
  logisticRegression,
  mlp,
  parameterCount,
  resNet,
  type ImageNetResNetOptions,
  type Model,
  type Network,
} from "../../src/models";
import { convolution, subsample } from "../../src/models/layers";
import { emptyStore } from "../../src/models/variables";
import { onEachBackend } from "../support/backends";
import { assertClose, assertNoLeak, take } from "../support/numeric";

/** SHA-256 of all variables, in order. */
function fingerprint(model: Model): string {
  const hash = createHash("sha256");
  for (const variable of [...model.parameters, ...model.statistics]) {
    hash.update(Buffer.from(Float32Array.from(variable.dataSync()).buffer));
  }
  model.dispose();
  return hash.digest("hex").slice(0, 16);
}

describe("start values", () => {
  it("are those that published figures of the kit were made with", () => {
    // Frozen before shortcuts, padding and heads became options.
    assert.equal(fingerprint(resNet({ inputShape: [32, 32, 3], outputs: 10, seed: 1 })), "b1e3ed57246d32c3");
    assert.equal(
      fingerprint(resNet({ depth: 8, width: 8, inputShape: [14, 14, 1], outputs: 1, seed: 3 })),
      "89ecfd70fcf14e0b",
    );
  });

  it("depend on the seed alone", () => {
    const build = (seed: number) => [
      mlp({ inputShape: 5, hidden: [4], outputs: 2, seed }),
      imageNetResNet({ depth: 18, width: 2, inputShape: [32, 32, 3], outputs: 2, seed }),
      logisticRegression({ inputShape: 5, outputs: 2, start: "heNormal", seed }),
    ];
    assert.deepEqual(build(1).map(fingerprint), build(1).map(fingerprint));
    const [one, two] = [build(1).map(fingerprint), build(2).map(fingerprint)];
    one.forEach((print, index) => assert.notEqual(print, two[index]));
  });

  it("have the variance 2 / fanIn, for tanh 2 / (fanIn + fanOut)", () => {
    for (const [activation, expected] of [
      ["relu", 2 / 300],
      ["tanh", 2 / 500],
    ] as const) {
      const model = mlp({ inputShape: 300, hidden: [200], outputs: 1, seed: 4, activation });
      const squares = take(tf.tidy(() => tf.mean(tf.square(model.parameters[0]))))[0];
      // The standard error of a variance from 60,000 draws is 0.6 %.
      assertClose([squares], [expected], { relative: 0.02 });
      model.dispose();
    }
  });
});

describe("parameter counts", () => {
  const count = (model: Model): number => {
    const parameters = parameterCount(model);
    model.dispose();
    return parameters;
  };
  it("are the published ones for ResNet-32 with 1x1 shortcuts, 0.467 million", () => {
    const options = { depth: 32, inputShape: [32, 32, 3], outputs: 10, seed: 1 } as const;
    assert.equal(count(resNet({ ...options, shortcut: "projection" })), 466906);
    assert.equal(count(resNet(options)), 464154);
  });

  it("are torchvision's for the ImageNet form", () => {
    const published: [ImageNetResNetOptions["depth"], number][] = [
      [18, 11689512],
      [34, 21797672],
      [50, 25557032],
    ];
    for (const [depth, expected] of published) {
      const model = imageNetResNet({ depth, inputShape: [224, 224, 3], outputs: 1000, seed: 1 });
      assert.equal(count(model), expected, `depth ${depth}`);
    }
  });

  it("follow from the widths for linear models and perceptrons", () => {
    assert.equal(count(logisticRegression({ inputShape: [8, 8], outputs: 10 })), 650);
    assert.equal(count(mlp({ inputShape: 784, hidden: [300, 100], outputs: 10, seed: 1 })), 266610);
  });
});

const NETWORKS: Readonly<Record<string, (outputs: number) => Network>> = {
  logisticRegression: (outputs) => logisticRegression({ inputShape: [8, 8, 1], outputs, start: "heNormal" }),
  mlp: (outputs) => mlp({ inputShape: [8, 8, 1], hidden: [6, 5], outputs, seed: 1, batchNorm: true }),
  resNet: (outputs) => resNet({ depth: 8, width: 2, inputShape: [8, 8, 1], outputs, seed: 1, shortcut: "projection" }),
  imageNetResNet: (outputs) => imageNetResNet({ depth: 18, width: 2, inputShape: [8, 8, 1], outputs, seed: 1 }),
};

for (const [name, build] of Object.entries(NETWORKS)) {
  describe(name, () => {
    const images = tf.randomNormal([5, 8, 8, 1], 0, 1, "float32", 3);

    it("is its head on its features, one row per input", () => {
      const model = build(3);
      const features = model.features(images);
      assert.equal(features.shape[0], 5);
      assert.equal(features.rank, 2);
      assert.deepEqual(take(model.head(features)), take(model.apply(images)));
      features.dispose();
      model.dispose();
    });

    it("gives logits [n, outputs], and [n] for one output", () => {
      for (const [outputs, shape] of [
        [3, [5, 3]],
        [1, [5]],
      ] as const) {
        const model = build(outputs);
        const logits = model.apply(images, { training: true });
        assert.deepEqual(logits.shape, shape);
        logits.dispose();
        model.dispose();
      }
    });

    it("names every variable, each by a name of its own", () => {
      const model = build(2);
      assert.equal(model.parameterNames.length, model.parameters.length);
      assert.equal(model.statisticNames.length, model.statistics.length);
      const names = [...model.parameterNames, ...model.statisticNames];
      assert.equal(new Set(names).size, names.length);
      assert.ok(
        names.every((text) => /^[a-zA-Z0-9]+(\.[a-zA-Z0-9]+)+$/.test(text)),
        names.join(" "),
      );
      assert.deepEqual(
        names.filter((text) => text.startsWith("head.")),
        ["head.weight", "head.bias"],
      );
      model.dispose();
    });

    it("moves its statistics in training mode alone, and not while it is only differentiated", () => {
      const model = build(2);
      const values = () => model.statistics.map((variable) => Array.from(variable.dataSync()));
      const start = values();
      model.apply(images).dispose();
      tf.dispose(gradient(() => tf.sum(model.apply(images, { training: true })), [...model.parameters]));
      assert.deepEqual(values(), start);
      model.apply(images, { training: true }).dispose();
      if (model.statistics.length > 0) assert.notDeepEqual(values(), start);
      model.dispose();
    });

    it("leaves no tensor behind", () => {
      assertNoLeak(() => {
        const model = build(2);
        const held = tf.memory().numTensors;
        model.apply(images, { training: true }).dispose();
        model.features(images).dispose();
        assert.equal(tf.memory().numTensors, held);
        model.dispose();
      });
    });

    it("quotes an input of another shape", () => {
      const model = build(2);
      assert.throws(
        () => model.apply(tf.zeros([5, 8, 7, 1])),
        /must have shape \[n, 8, 8, 1\], received \[5, 8, 7, 1\]/,
      );
      model.dispose();
    });
  });
}

onEachBackend("forward pass", () => {
  it("of logistic regression is inputs W + b", () => {
    const model = logisticRegression({ inputShape: 2, outputs: 2 });
    const inputs = tf.tensor2d([
      [1, 2],
      [3, -1],
    ]);
    assert.deepEqual(take(model.apply(inputs)), [0, 0, 0, 0]);
    const [weight, bias] = model.parameters;
    weight.assign(tf.tensor2d([1, 10, 100, 1000], [2, 2]));
    bias.assign(tf.tensor1d([0.5, -0.5]));
    assertClose(take(model.apply(inputs)), [201.5, 2009.5, -96.5, -970.5]);
    model.dispose();
  });

  it("of a perceptron is head(tanh(x W + b))", () => {
    const model = mlp({ inputShape: 2, hidden: [1], outputs: 1, seed: 1, activation: "tanh" });
    [[0.5, -0.25], [0.1], [2], [1]].forEach((values, index) => {
      const variable = model.parameters[index];
      variable.assign(tf.tensor(values, variable.shape));
    });
    assertClose(take(model.apply(tf.tensor2d([1, 2, -4, 0], [2, 2]))), [
      2 * Math.tanh(0.1) + 1,
      2 * Math.tanh(-1.9) + 1,
    ]);
    model.dispose();
  });

  it("of a cosine head is the scaled cosine, whatever the lengths", () => {
    const model = mlp({ inputShape: 2, hidden: [2], outputs: 2, seed: 1, head: { kind: "cosine", scale: 10 } });
    const weight = model.parameters[model.parameterNames.indexOf("head.weight")];
    weight.assign(tf.tensor2d([3, 0, 4, -7], [2, 2]));
    const logits = take(model.head(tf.tensor2d([6, 8, 0, 0.001, 0, 0], [3, 2])));
    assertClose(logits, [10, -8, 8, -10, 0, 0]);
    model.dispose();
  });

  it("of a cosine head has a gradient at features of zero", () => {
    const model = mlp({ inputShape: 2, hidden: [2], outputs: 2, seed: 1, head: { kind: "cosine", scale: 10 } });
    const gradients = gradient(() => tf.sum(model.apply(tf.zeros([3, 2]))), [...model.parameters]);
    gradients.forEach((tensor) => assert.ok(take(tensor).every(Number.isFinite)));
    model.dispose();
  });

  it("of a strided convolution is centred on the pixels that the shortcut takes, where padding is symmetric", () => {
    // A kernel that copies its centre, at stride 2: pixels (2 i, 2 j), with TensorFlow's padding (2 i + 1, 2 j + 1).
    const image = tf.tensor4d(
      Array.from({ length: 16 }, (_, pixel) => pixel),
      [1, 4, 4, 1],
    );
    for (const [padding, pixels] of [
      ["symmetric", [0, 2, 8, 10]],
      ["same", [5, 7, 13, 15]],
    ] as const) {
      const store = emptyStore(random(1));
      const layer = convolution(store, "layer", { from: 1, to: 1, size: 3, stride: 2, padding });
      store.parameters[0].assign(tf.tensor4d([0, 0, 0, 0, 1, 0, 0, 0, 0], [3, 3, 1, 1]));
      assert.deepEqual(take(layer(image, false)), pixels);
      assert.deepEqual(take(subsample(image, 2)), [0, 2, 8, 10]);
      tf.dispose(store.parameters);
    }
    image.dispose();
  });
});

describe("bad options", () => {
  it("are quoted", () => {
    const image = { inputShape: [8, 8, 1] as const, outputs: 2, seed: 1 };
    assert.throws(
      () => imageNetResNet({ ...image, depth: 20 as 18 }),
      /depth must be 18, 34, 50, 101, 152, received 20/,
    );
    assert.throws(() => resNet({ ...image, shortcut: "none" as "zeroPad" }), /shortcut must be .* received "none"/);
    assert.throws(() => resNet({ ...image, padding: "valid" as "same" }), /padding must be .* received "valid"/);
    assert.throws(() => mlp({ inputShape: 3, hidden: [], outputs: 2, seed: 1 }), /at least one width, received \[\]/);
    assert.throws(
      () => mlp({ inputShape: 3, hidden: [2.5], outputs: 2, seed: 1 }),
      /hidden\[0\] must be .* received 2.5/,
    );
    assert.throws(
      () => mlp({ inputShape: 3, hidden: [2], outputs: 2, seed: 1, activation: "gelu" as "relu" }),
      /activation must be one of relu, tanh, softplus, received "gelu"/,
    );
    assert.throws(
      () => logisticRegression({ inputShape: [3, 0], outputs: 2 }),
      /inputShape\[1\] must be .* received 0/,
    );
    assert.throws(() => resNet({ ...image, head: { kind: "cosine", scale: -1 } }), /head.scale must be .* received -1/);
    assert.throws(
      () => resNet({ ...image, head: { kind: "softmax" } as unknown as { kind: "linear" } }),
      /head must be .* received \{"kind":"softmax"\}/,
    );
  });
});
