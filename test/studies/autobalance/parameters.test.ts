import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { gradient, tf } from "../../../src/engine";
import { binary, multiclass } from "../../../src/losses";
import {
  attributeMap,
  balancedObjective,
  baselines,
  blendObjective,
  consistentStart,
  crossEntropyObjective,
  crossEntropyStart,
  equalOpportunityObjective,
  fBetaObjective,
  foundLoss,
  normalizedScale,
  frequencyClusters,
  frequencyDictionary,
  logitAdjustedStart,
  logPriorMultiple,
  lossParameters,
  preferenceObjective,
  RELEASED_START_SCALE,
  separate,
  temperatureStart,
  weightedStart,
  type UpperObjective,
} from "../../../src/studies/autobalance";
import { assertClose, assertNoLeak } from "../../support/numeric";

const LOGITS = [
  [1, -0.5, 0.3],
  [0.2, 0.9, -1],
  [-0.4, 0.1, 1.5],
  [2, 0.5, -0.5],
];
const LABELS = [0, 1, 2, 1];
const batchOf = (logits = LOGITS, labels = LABELS) => {
  const [z, y] = [tf.tensor2d(logits), tf.tensor1d(labels, "int32")];
  return { z, y, batch: { inputs: z, labels: y } };
};
const lossOf = (loss: UpperObjective["loss"], logits = LOGITS, labels = LABELS): number =>
  tf.tidy(() => {
    const { z, y, batch } = batchOf(logits, labels);
    return loss(z, y, batch).dataSync()[0];
  });
const logSumExp = (values: readonly number[]) => Math.log(values.reduce((sum, value) => sum + Math.exp(value), 0));
/** -log softmax of one sample, in float64. */
const crossEntropyOf = (logits: readonly number[], label: number) => logSumExp(logits) - logits[label];
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

/** The dictionary of a sharing for counts per class. */
const dictionaryOf = (sharing: ReturnType<typeof separate>, counts: readonly number[]) =>
  sharing.dictionary({ classes: counts.length, groups: undefined, shape: [counts.length], counts });

describe("sharing", () => {
  it("clusters classes by frequency, the last cluster taking the rest", () => {
    assert.deepEqual(dictionaryOf(frequencyClusters({ size: 2 }), [5, 50, 10, 40, 1]), [
      [0, 1, 0],
      [1, 0, 0],
      [0, 1, 0],
      [1, 0, 0],
      [0, 0, 1],
    ]);
  });

  it("makes 408 clusters of 8,142 classes by 20, the last of two", () => {
    const counts = Array.from({ length: 8142 }, (_, k) => 9000 - k);
    const rows = dictionaryOf(frequencyClusters({ size: 20 }), counts);
    assert.equal(rows[0].length, 408);
    assert.equal(rows.filter((row) => row[407] === 1).length, 2);
  });

  it("breaks ties in the order of the classes", () => {
    assert.deepEqual(dictionaryOf(frequencyClusters({ size: 1 }), [3, 3, 9]), [
      [0, 1, 0],
      [0, 0, 1],
      [1, 0, 0],
    ]);
  });

  it("has the eight functions of the frequency, each at most 1", () => {
    const rows = dictionaryOf(frequencyDictionary(), [100, 10, 1]);
    // a = 0, 1, 2 and 1 / r = 1, 10, 100.
    const want = [
      [0, 0, 0, 0.01, 0.1, 10 ** -0.6, 1e-4, 1],
      [0.5, 0.25, Math.SQRT1_2, 0.1, 10 ** -0.5, 10 ** -0.3, 0.01, 1],
      [1, 1, 1, 1, 1, 1, 1, 1],
    ];
    assertClose(rows.flat(), want.flat(), { relative: 1e-12, absolute: 0 });
  });

  it("holds logit adjustment in the span of the dictionary", () => {
    const counts = [500, 120, 40, 8, 3];
    const start = logitAdjustedStart(counts, { tau: 1.3 });
    const parameters = lossParameters({ counts, search: ["shift"], start, sharing: frequencyDictionary() });
    assert.equal(parameters.variables[0].size, 8);
    // Coefficients are float32, and cancel among columns that are alike.
    assertClose(parameters.values().shift, start.shift, { relative: 1e-4 });
    parameters.dispose();
  });

  it("starts clusters at the mean of their classes", () => {
    const counts = [100, 50, 10, 5, 1];
    const start = logitAdjustedStart(counts);
    const parameters = lossParameters({ counts, search: ["shift"], start, sharing: frequencyClusters({ size: 2 }) });
    const [a, b, c, d, e] = start.shift;
    assertClose(parameters.free()[0], [(a + b) / 2, (c + d) / 2, e]);
    assertClose(parameters.values().shift, [(a + b) / 2, (a + b) / 2, (c + d) / 2, (c + d) / 2, e]);
    parameters.dispose();
  });

  it("a multiple of log priors is LA with that tau", () => {
    const counts = [80, 15, 5];
    const parameters = lossParameters({ counts, search: ["shift"], sharing: logPriorMultiple() });
    parameters.variables[0].assign(tf.tensor1d([1.5]));
    // The free parameter is float32.
    assertClose(parameters.found().shift, baselines.logitAdjusted(counts, 1.5).shift);
    parameters.dispose();
  });

  it("maps attributes to parameters by standardised powers", () => {
    const sharing = attributeMap({ difficulty: [0, 2, 4], constant: [7, 7, 7] }, { degree: 2 });
    const z = Math.sqrt(1.5);
    const want = [
      [1, -z, 1.5, 0, 0],
      [1, 0, 0, 0, 0],
      [1, z, 1.5, 0, 0],
    ];
    assertClose(dictionaryOf(sharing, [9, 5, 2]).flat(), want.flat(), { relative: 1e-12, absolute: 1e-12 });
  });
});

describe("start points", () => {
  const counts = [60, 30, 10];

  it("have the published values", () => {
    assert.deepEqual(crossEntropyStart(counts).shift, [0, 0, 0]);
    assertClose(
      logitAdjustedStart(counts, { tau: 2 }).shift,
      [0.6, 0.3, 0.1].map((p) => 2 * Math.log(p)),
    );
    assertClose(temperatureStart(counts, { gamma: 0.5 }).scale, [1, Math.SQRT1_2, Math.sqrt(1 / 6)]);
    assertClose(weightedStart(counts).weight, [100 / 180, 100 / 90, 100 / 30]);
  });

  it("consistent with an objective is zero for cross-entropy, logit adjustment for the balanced one", () => {
    assert.deepEqual(consistentStart(counts, crossEntropyObjective()).shift, [0, 0, 0]);
    const balanced = consistentStart(counts, balancedObjective({ counts })).shift;
    const adjusted = logitAdjustedStart(counts).shift;
    const difference = balanced.map((value, k) => value - adjusted[k]);
    assertClose(difference, new Array(3).fill(Math.log(3)));
  });

  it("consistent with an objective of classes is the same for all groups", () => {
    const cells = [
      [50, 10],
      [10, 20],
      [5, 5],
    ];
    assert.deepEqual(consistentStart(cells, crossEntropyObjective()).shift, [0, 0, 0, 0, 0, 0]);
    const want = [0.6, 0.6, 0.3, 0.3, 0.1, 0.1].map((p) => Math.log(3 * p));
    assertClose(consistentStart(cells, balancedObjective({ counts })).shift, want);
    // Logit adjustment of cells is another start: the priors within each group.
    assertClose(logitAdjustedStart(cells).shift.slice(0, 2), [Math.log(50 / 65), Math.log(10 / 35)]);
  });

  it("consistent with preferences and blends moves logits by log prior over target", () => {
    const preferred = consistentStart(counts, preferenceObjective({ counts, preference: [1, 1, 2] })).shift;
    assertClose(preferred, [Math.log(0.6 / 0.25), Math.log(0.3 / 0.25), Math.log(0.1 / 0.5)]);
    const blended = blendObjective(0.5, crossEntropyObjective(), balancedObjective({ counts }));
    const want = [0.6, 0.3, 0.1].map((p) => Math.log(p / (p / 2 + 1 / 6)));
    assertClose(consistentStart(counts, blended).shift, want);
    const withGroups = blendObjective(0.5, balancedObjective({ counts }), equalOpportunityObjective({ groups: 2 }));
    assertClose(
      consistentStart(counts, withGroups).shift,
      [0.6, 0.3, 0.1].map((p) => Math.log(3 * p)),
    );
  });

  it("consistent with the balanced objective has the balanced optimum as minimiser of the training loss", () => {
    // At f = log P(x | k), the adjusted softmax is the posterior of every x, so that the loss is stationary.
    const likelihood = [
      [0.5, 0.2, 0.1],
      [0.3, 0.3, 0.3],
      [0.2, 0.5, 0.6],
    ];
    const prior = [0.6, 0.3, 0.1];
    const { shift } = consistentStart(counts, balancedObjective({ counts }));
    for (const row of likelihood) {
      const joint = row.map((p, k) => p * prior[k]);
      const posterior = joint.map((p) => p / joint.reduce((a, b) => a + b, 0));
      const z = row.map((p, k) => Math.log(p) + shift[k]);
      assertClose(
        z.map((value) => Math.exp(value - logSumExp(z))),
        posterior,
        { relative: 1e-12, absolute: 0 },
      );
    }
  });

  it("keeps the shape of the temperatures through the sigmoid, unlike the released code", () => {
    const start = temperatureStart(counts, { gamma: 0.5 });
    const parameters = lossParameters({ counts, search: ["scale"], start });
    const { scale } = parameters.values();
    assertClose(
      scale,
      start.scale.map((value) => RELEASED_START_SCALE * value),
    );
    assertClose([RELEASED_START_SCALE], [0.7310586]);
    parameters.dispose();
  });

  it("without a prior is refused, naming the objective", () => {
    const objective = fBetaObjective({ counts });
    assert.throws(() => consistentStart(counts, objective), /"F-beta surrogate \(beta 1, macro\)" names no prior/);
  });
});

describe("loss parameters", () => {
  const counts = [60, 30, 10];
  const start = {
    name: "any",
    scale: [0.9, 0.5, 0.2],
    shift: [0.3, -0.2, 0.5],
    weight: [1, 2, 0.5],
  };

  it("give the loss of their values, whichever are searched", () => {
    for (const search of [["scale"], ["shift"], ["weight"], ["scale", "shift", "weight"]] as const) {
      const parameters = lossParameters({ counts, start, search, startScale: 0.6 });
      const { scale, shift, weight } = parameters.values();
      assertClose(
        scale,
        start.scale.map((s) => ((search as readonly string[]).includes("scale") ? 0.6 * s : s)),
      );
      const terms = LOGITS.map((row, i) => {
        const z = row.map((f, k) => scale[k] * f + shift[k]);
        return weight[LABELS[i]] * crossEntropyOf(z, LABELS[i]);
      });
      assertClose([lossOf(parameters.loss)], [mean(terms)], { what: search.join() });
      assertClose([lossOf(foundLoss(parameters.found()))], [mean(terms)], { what: `found ${search.join()}` });
      parameters.dispose();
    }
  });

  it("are differentiated through, by the closed form of the digest", () => {
    const parameters = lossParameters({ counts, start, search: ["scale", "shift"], startScale: 0.6 });
    const { scale, shift, weight } = parameters.values();
    const [byDelta, byShift] = [new Array<number>(3).fill(0), new Array<number>(3).fill(0)];
    LOGITS.forEach((row, i) => {
      const z = row.map((f, k) => scale[k] * f + shift[k]);
      row.forEach((f, k) => {
        const slope = (weight[LABELS[i]] * (Math.exp(z[k] - logSumExp(z)) - Number(k === LABELS[i]))) / LOGITS.length;
        byShift[k] += slope;
        byDelta[k] += slope * scale[k] * (1 - scale[k]) * f;
      });
    });
    tf.tidy(() => {
      const { z, y, batch } = batchOf();
      const [delta, l] = gradient(() => parameters.loss(z, y, batch), [...parameters.variables]);
      assertClose(delta.dataSync(), byDelta);
      assertClose(l.dataSync(), byShift);
    });
    parameters.dispose();
  });

  it("of cells act by the column of the sample's group", () => {
    const cells = [
      [30, 10],
      [5, 20],
    ];
    const shift = [0.1, -0.3, 0.6, 0.2];
    const cellStart = { name: "any", scale: [1, 0.5, 0.8, 0.3], shift, weight: [1, 2, 3, 4] };
    const parameters = lossParameters({ counts: cells, start: cellStart, search: ["shift", "weight"] });
    assert.deepEqual(parameters.cells.shape, [2, 2]);
    const [logits, labels, groups] = [
      [
        [1, -1],
        [0.5, 2],
        [-1, 0.3],
      ],
      [0, 1, 0],
      [0, 1, 1],
    ];
    const terms = logits.map((row, i) => {
      const cell = (k: number) => 2 * k + groups[i];
      const z = row.map((f, k) => cellStart.scale[cell(k)] * f + shift[cell(k)]);
      return cellStart.weight[cell(labels[i])] * crossEntropyOf(z, labels[i]);
    });
    const { loss } = parameters;
    for (const each of [loss, foundLoss(parameters.found())]) {
      const value = tf.tidy(() => {
        const { z, y, batch } = batchOf(logits, labels);
        return each(z, y, { ...batch, groups: tf.tensor1d(groups, "int32") }).dataSync()[0];
      });
      assertClose([value], [mean(terms)]);
    }
    assert.throws(() => lossOf(loss, logits, labels), /must have groups; received none/);
    const uniform = { classes: 2, groups: 2, scale: [1, 1, 1, 1], shift: [0, 0, 0, 0], weight: [2, 2, 2, 2] };
    const plain = tf.tidy(() => {
      const { z, y, batch } = batchOf(logits, labels);
      return foundLoss(uniform)(z, y, { ...batch, groups: tf.tensor1d(groups, "int32") }).dataSync()[0];
    });
    assertClose([plain], [2 * mean(logits.map((row, i) => crossEntropyOf(row, labels[i])))]);
    parameters.dispose();
  });

  it("lose a common factor of the scales where they are normalised, and nothing else", () => {
    const found = { ...baselines.logitAdjusted(counts, 1), scale: [0.5, 0.25, 0.1] };
    assert.deepEqual(normalizedScale(found), { ...found, scale: [1, 0.5, 0.2] });
  });

  it("refuse what they cannot use, quoting it", () => {
    const refused = (options: object, message: RegExp) =>
      assert.throws(() => lossParameters({ counts, ...options } as never), message);
    refused(
      { search: ["temperature"] },
      /search must be some of scale, shift, weight, each once, received \["temperature"\]/,
    );
    refused({ search: ["shift", "shift"] }, /received \["shift","shift"\]/);
    refused({ startScale: 1 }, /startScale must be in \(0, 1\), received 1/);
    refused({ counts: [5, 0] }, /counts must be positive integers.*received \[5,0\]/);
    refused({ counts: [[5, 1], [3]] }, /received \[\[5,1\],\[3\]\]/);
    refused({ start: crossEntropyStart([1, 2]) }, /start.scale must be 3 numbers, one per cell, received \[1,1\]/);
    refused({ groups: 2 }, /unknown option groups; accepted are counts/);
    assert.throws(() => frequencyClusters({ size: 0 }), /size must be an integer of at least 1, received 0/);
    assert.throws(() => attributeMap({}), /attributes must be at least one list/);
    assert.throws(() => attributeMap({ noise: [0, NaN] }), /attributes.noise must be finite numbers, received NaN/);
    assert.throws(() => dictionaryOf(attributeMap({ noise: [0] }), counts), /attributes.noise must be 3 numbers/);
    assert.throws(() => temperatureStart(counts, { gamma: -1 }), /gamma must be .* received -1/);
    assert.throws(() => foundLoss({ ...baselines.crossEntropy(counts), shift: [1] }), /shift must be 3 finite numbers/);
  });

  it("leave no tensor behind", () => {
    assertNoLeak(() => {
      const parameters = lossParameters({
        counts,
        search: ["scale", "shift", "weight"],
        sharing: frequencyDictionary(),
      });
      lossOf(parameters.loss);
      parameters.found();
      parameters.dispose();
    });
  });
});

describe("upper objectives", () => {
  const counts = [6, 3, 1];
  const losses = LOGITS.map((row, i) => crossEntropyOf(row, LABELS[i]));
  const inverse = counts.map((count) => 10 / (3 * count));

  it("of balance average as they say", () => {
    const weighted = mean(losses.map((loss, i) => loss * inverse[LABELS[i]]));
    assertClose([lossOf(balancedObjective({ counts }).loss)], [weighted]);
    const divided = weighted / mean(LABELS.map((label) => inverse[label]));
    assertClose([lossOf(balancedObjective({ counts, normalization: "weights" }).loss)], [divided]);
    const means = mean([losses[0], (losses[1] + losses[3]) / 2, losses[2]]);
    assertClose([lossOf(balancedObjective({ normalization: "classMeans" }).loss)], [means]);
  });

  it("of preferences weigh the means of the classes", () => {
    // With the batch as validation set: counts 1, 2, 1.
    const { loss } = preferenceObjective({ counts: [1, 2, 1], preference: [1, 3, 4] });
    const want = losses[0] / 8 + (3 / 8) * ((losses[1] + losses[3]) / 2) + losses[2] / 2;
    assertClose([lossOf(loss)], [want]);
  });

  it("of F-beta is the surrogate of the margin for two classes", () => {
    const logits = [
      [1, -0.5],
      [0.2, 0.9],
      [-2, 3],
      [0.1, 0],
    ];
    const labels = [0, 1, 1, 1];
    const { loss } = fBetaObjective({ counts: [8, 2], beta: 2 });
    const want = tf.tidy(
      () =>
        binary
          .surrogateFBeta({ beta: 2, prior: 0.2 })(tf.tensor1d(logits.map(([a, b]) => b - a)), tf.tensor1d(labels))
          .dataSync()[0],
    );
    assertClose([lossOf(loss, logits, labels)], [want]);
  });

  it("of macro F-beta averages one class against the rest", () => {
    const prior = [0.6, 0.3, 0.1];
    const terms = prior.map((p, k) => {
      const c = p / (1 - p);
      const q = LOGITS.map((row) => Math.exp(row[k] - logSumExp(row)));
      const of = (positive: boolean, f: (q: number) => number) =>
        mean(q.filter((_, i) => (LABELS[i] === k) === positive).map(f));
      return of(true, (x) => -Math.log(x)) + of(false, (x) => Math.log(c + x));
    });
    assertClose([lossOf(fBetaObjective({ counts }).loss)], [mean(terms)]);
  });

  it("blends two, and differs from neither at its ends", () => {
    const [a, b] = [crossEntropyObjective(), balancedObjective({ counts })];
    const [x, y] = [a, b].map(({ loss }) => lossOf(loss));
    assertClose([lossOf(blendObjective(0.25, a, b).loss)], [0.75 * x + 0.25 * y]);
    assert.equal(lossOf(blendObjective(0, a, b).loss), x);
    assert.equal(blendObjective(0.5, a, equalOpportunityObjective({ groups: 2 })).needsGroups, true);
  });

  it("refuse what they cannot use, quoting it", () => {
    assert.throws(() => balancedObjective({}), /counts must be validation samples per class \[K\], received undefined/);
    assert.throws(() => balancedObjective({ counts, normalization: "mean" as never }), /received "mean"/);
    assert.throws(() => preferenceObjective({ counts, preference: [1, 1] }), /preference must be 3 positive numbers/);
    assert.throws(() => fBetaObjective({ counts, beta: 0 }), /beta must be a positive finite number, received 0/);
    assert.throws(() => lossOf(fBetaObjective({ counts: [5, 5] }).loss), /of shape \[n, 2\], received \[4,3\]/);
    assert.throws(() => blendObjective(2, crossEntropyObjective(), crossEntropyObjective()), /lambda .* received 2/);
  });
});

describe("baselines", () => {
  it("are the losses of the losses room", () => {
    const counts = [60, 30, 10];
    const pairs = [
      [baselines.crossEntropy(counts), multiclass.crossEntropy()],
      [baselines.logitAdjusted(counts, 1.5), multiclass.logitAdjusted({ counts, tau: 1.5 })],
      [baselines.classDependentTemperature(counts, 0.3), multiclass.classDependentTemperature({ counts, gamma: 0.3 })],
      [baselines.vectorScaling(counts, 0.2, 1.2), multiclass.vectorScaling({ counts, gamma: 0.2, tau: 1.2 })],
      [
        baselines.weightedCrossEntropy(counts),
        multiclass.weightedCrossEntropy({ weight: multiclass.inverseFrequencyWeights(counts) }),
      ],
    ] as const;
    for (const [found, loss] of pairs) assertClose([lossOf(foundLoss(found))], [lossOf((z, y) => loss(z, y))]);
  });
});
