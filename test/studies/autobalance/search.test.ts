import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { hypergradient } from "../../../src/bilevel";
import { imagesFromArrays, personalizedAugmentation } from "../../../src/data";
import { flatten, gradient, hessianVectorProduct, random, tf, unflatten } from "../../../src/engine";
import { logisticRegression, mlp } from "../../../src/models";
import {
  balancedObjective,
  blendObjective,
  conjugateGradientMode,
  defaultMode,
  equalOpportunityObjective,
  fBetaObjective,
  frequencyClusters,
  learnedAugmentation,
  logitAdjustedStart,
  paperMode,
  searchLoss,
  worstGroupObjective,
  type SearchOptions,
  type SearchUpdate,
} from "../../../src/studies/autobalance";
import { batches, checkpointStore, fit, sgd } from "../../../src/training";
import { assertClose } from "../../support/numeric";
import { balancedLoss, COUNTS, inFolder, newModel, setting, source, TRAIN, VALIDATION } from "./support";

/** An update without its time, the one number that differs from run to run. */
const timeless = ({ seconds, ...update }: SearchUpdate) => (assert.ok(seconds > 0), update);
/** A Neumann series of six float32 products, and the sums beside it. */
const SERIES = 1e-3;

describe("a search", () => {
  it("lowers the balanced validation loss below that of its start, trained alike", async () => {
    for (const search of [["shift"], ["scale"], ["weight"], ["scale", "shift"]] as const) {
      const searched = setting({ steps: 300 }, { search });
      const plain = setting({}, { search });
      const { train, optimizer } = plain.options;
      await fit({ model: plain.model, loss: plain.parameters.loss, optimizer, batch: train, steps: 300 });
      const { updates } = await searchLoss(searched.options);
      const [before, after] = [plain, searched].map(({ model }) => balancedLoss(model, VALIDATION));
      assert.equal(updates.length, 50);
      assert.ok(after < 0.93 * before, `${search.join()}: ${after} after ${before}`);
      searched.dispose();
      plain.dispose();
    }
  });

  it("moves l and Delta of the head up and those of the tail down", async () => {
    const shifted = setting({ steps: 200 }, { search: ["shift"] });
    const { found, updates } = await searchLoss(shifted.options);
    assert.deepEqual(found.scale, [1, 1, 1]);
    assert.ok(found.shift[0] > found.shift[1] && found.shift[0] > found.shift[2] + 1, found.shift.join());
    assert.ok(updates.every(({ delta }) => delta === undefined));
    shifted.dispose();
    const scaled = setting({ steps: 200 }, { search: ["scale"] });
    const last = (await searchLoss(scaled.options)).updates.at(-1) as SearchUpdate;
    assert.ok(last.delta![0] > 1 && last.delta![1] < 1, last.delta!.join());
    scaled.dispose();
  });

  it("reports residual, products, eigenvalue and status of every update", async () => {
    const { options, dispose } = setting({ steps: 60, warmup: 0, every: 10 });
    const seen: number[] = [];
    const { updates } = await searchLoss({ ...options, onUpdate: ({ update }) => seen.push(update) });
    assert.deepEqual(seen, [0, 1, 2, 3, 4, 5]);
    assert.deepEqual(
      updates.map(({ step }) => step),
      [0, 10, 20, 30, 40, 50],
    );
    for (const update of updates) {
      assert.ok(update.residual! > 0 && update.residual! < 1, `residual ${update.residual}`);
      assert.ok(update.largestEigenvalue! > 0);
      assert.equal(update.gradientNorms.length, 2);
      assert.equal(update.status, "approximate");
    }
    // The eigenvalue is estimated once; later updates pay for the terms alone.
    assert.ok(updates[0].products > 5);
    assert.ok(updates.slice(1).every(({ products }) => products === 5));
    dispose();
  });

  it("solves its systems better by conjugate gradient than by the series", async () => {
    const residuals = async (more: Partial<SearchOptions>) => {
      const { options, dispose } = setting({ steps: 60, warmup: 30, every: 10, ...more });
      const { updates } = await searchLoss(options);
      dispose();
      return updates.map(({ residual }) => residual as number);
    };
    const [series, conjugate] = [
      await residuals({ mode: defaultMode({ terms: 8 }) }),
      await residuals({ mode: conjugateGradientMode({ damping: 0.01 }), trainingBatches: 1, validationBatches: 1 }),
    ];
    conjugate.forEach((residual, update) => assert.ok(residual < series[update] / 2, `${residual} ${series[update]}`));
  });

  it("leaves the loss alone between updates, also with momentum and decay of the outer optimizer", async () => {
    const outerOptimizer = sgd({ learningRate: 0.1, momentum: 0.9, weightDecay: 1e-2 });
    const { options, parameters, dispose } = setting({ steps: 30, warmup: 7, every: 4, outerOptimizer });
    const at = new Map<number, string>();
    const train = options.train;
    const watched = Object.assign(
      async (step: number) => {
        at.set(step, JSON.stringify(parameters.free()));
        return train(step);
      },
      { stepsPerEpoch: train.stepsPerEpoch },
    );
    const { updates } = await searchLoss({ ...options, train: watched });
    assert.deepEqual(
      updates.map(({ step }) => step),
      [7, 11, 15, 19, 23, 27],
    );
    for (let step = 1; step < 30; step++) {
      const due = step >= 7 && (step - 7) % 4 === 0;
      assert.equal(at.get(step) !== at.get(step - 1), due, `step ${step}`);
    }
    dispose();
    outerOptimizer.dispose();
  });

  it("that ends with its warm-up finds the loss it started from", async () => {
    const start = logitAdjustedStart(COUNTS);
    const { options, dispose } = setting(
      { steps: 10, warmup: 10, every: 1, mode: "paper" },
      { search: ["shift"], start },
    );
    const { found, updates } = await searchLoss(options);
    assert.equal(updates.length, 0);
    assertClose(found.shift, start.shift);
    dispose();
  });

  it("repeats itself bit for bit", async () => {
    const [one, two] = [setting({ steps: 40, warmup: 5 }), setting({ steps: 40, warmup: 5 })];
    const [a, b] = [await searchLoss(one.options), await searchLoss(two.options)];
    assert.deepEqual(a.updates.map(timeless), b.updates.map(timeless));
    assert.deepEqual(a.found, b.found);
    one.dispose();
    two.dispose();
  });

  it("goes on bit for bit after an interrupt", async () => {
    const minibatches = {
      train: source(TRAIN, 32, 5),
      validation: source(VALIDATION, 40, 6),
      checkpointEvery: { steps: 9 },
    };
    const long: Partial<SearchOptions> = { ...minibatches, steps: 70, warmup: 10, every: 3, validationBatches: 2 };
    const whole = setting(long);
    const unbroken = await searchLoss(whole.options);
    const weights = whole.model.parameters.map((variable) => Array.from(variable.dataSync()));
    await inFolder(async (folder) => {
      for (const stopAt of [4, 12]) {
        const abort = new AbortController();
        const part = setting({
          ...long,
          checkpoints: checkpointStore({ folder }),
          signal: abort.signal,
          onUpdate: ({ update }) => update === stopAt && abort.abort(new Error("stop here")),
        });
        await assert.rejects(searchLoss(part.options), /stop here/);
        part.dispose();
      }
      const last = setting({ ...long, checkpoints: checkpointStore({ folder }) });
      const resumed = await searchLoss(last.options);
      assert.deepEqual(resumed.updates.map(timeless), unbroken.updates.map(timeless));
      assert.deepEqual(resumed.found, unbroken.found);
      assert.deepEqual(resumed.history.loss, unbroken.history.loss);
      assert.deepEqual(
        last.model.parameters.map((variable) => Array.from(variable.dataSync())),
        weights,
      );
      last.dispose();
      const other = setting({ ...long, every: 5, checkpoints: checkpointStore({ folder }) });
      await assert.rejects(searchLoss(other.options), /a search whose every is 3, received 5/);
      other.dispose();
    });
    whole.dispose();
  });

  it("leaves no tensor behind", async () => {
    const before = tf.memory().numTensors;
    const { options, dispose } = setting(
      { steps: 30, warmup: 0, trainingBatches: 2 },
      { search: ["scale", "shift", "weight"] },
    );
    await searchLoss(options);
    dispose();
    assert.equal(tf.memory().numTensors, before);
    const failing = setting({ steps: 30, warmup: 3, objective: worstGroupObjective({ groups: 2 }) });
    const train = failing.options.validation;
    const ungrouped = (step: number) => {
      const { groups, ...rest } = train(step) as Awaited<ReturnType<typeof train>>;
      groups?.dispose();
      return rest;
    };
    await assert.rejects(
      searchLoss({ ...failing.options, validation: ungrouped }),
      /"worst group" needs validation batches with groups, received none/,
    );
    failing.dispose();
    assert.equal(tf.memory().numTensors, before);
  });

  it("refuses what it cannot use, quoting it", async () => {
    const refused = async (more: object, message: RegExp) => {
      const { options, dispose } = setting(more);
      await assert.rejects(searchLoss(options), message);
      dispose();
    };
    await refused({ warmup: -1 }, /warmup must be an integer of at least 0, received -1/);
    await refused({ every: 0 }, /every must be an integer of at least 1, received 0/);
    await refused({ trainingBatches: 1.5 }, /trainingBatches must be an integer of at least 1, received 1.5/);
    await refused({ validationBatches: 0 }, /validationBatches must be .* received 0/);
    await refused({ mode: "fast" }, /mode must be "default", "paper" or a mode, received "fast"/);
  });
});

describe("paper mode", () => {
  it("is the published series on a quadratic, beyond an eigenvalue of 2 too", () => {
    // L = theta' H theta / 2 + theta' C alpha, F = <v, theta>: p = sum_(j = 0..5) (I - H)^j v, the hypergradient -C' p.
    const eigenvalues = [0.1, 1, 1.9, 2.5];
    const v = [1, -2, 0.5, 3];
    const c = [0.3, -1, 2, 0.7];
    const [theta, alpha] = [tf.variable(tf.tensor1d([1, 2, 3, 4])), tf.variable(tf.scalar(0.4))];
    const p = eigenvalues.map((h, i) => [0, 1, 2, 3, 4, 5].reduce((sum, j) => sum + (1 - h) ** j * v[i], 0));
    const want = -p.reduce((sum, value, i) => sum + c[i] * value, 0);
    const found = tf.tidy(() => {
      const inner = () =>
        tf.add(
          tf.mul(0.5, tf.sum(tf.mul(tf.square(theta), eigenvalues))),
          tf.mul(alpha, tf.sum(tf.mul(theta, c))),
        ) as tf.Scalar;
      const outer = () => tf.sum(tf.mul(theta, v)) as tf.Scalar;
      const problem = { inner: [theta], outer: [alpha], innerLoss: inner, outerLoss: outer };
      const { gradients, products, status } = hypergradient(problem, paperMode().method);
      return { gradient: gradients[0].dataSync()[0], products, status };
    });
    assertClose([found.gradient], [want], { relative: 1e-5 });
    assert.equal(found.products, 5);
    assert.equal(found.status, "diverged");
    tf.dispose([theta, alpha]);
  });

  it("makes the update of its formulas: series over frozen batches, mixed term in closed form, SGD with decay", async () => {
    const [T, V] = [2, 3];
    const { options, parameters, model, dispose } = setting(
      {
        steps: 21,
        warmup: 20,
        every: 20,
        mode: "paper",
        trainingBatches: T,
        validationBatches: V,
        train: source(TRAIN, 60, 3),
        validation: source(VALIDATION, 40, 4),
      },
      { start: { name: "any", scale: [1, 0.8, 0.5], shift: [0.2, 0.1, -0.4], weight: [1, 1.5, 2] } },
    );
    const start = parameters.values();
    // theta at the update: the same twenty steps without a search.
    const twin = newModel();
    const twinOptimizer = sgd({ learningRate: 0.5 });
    await fit({ model: twin, loss: parameters.loss, optimizer: twinOptimizer, batch: options.train, steps: 20 });
    const training = await Promise.all([20, 21].map(async (step) => options.train(step)));
    const validation = await Promise.all([0, 1, 2].map(async (step) => options.validation(step)));
    const theta = [...twin.parameters];
    const meanOf = (list: readonly tf.Tensor[]) => tf.div(tf.addN([...list]), list.length) as tf.Scalar;
    const trainLoss = () =>
      meanOf(training.map((batch) => parameters.loss(twin.apply(batch.inputs), batch.labels, batch)));
    const outerLoss = () =>
      meanOf(validation.map((batch) => options.objective.loss(twin.apply(batch.inputs), batch.labels, batch)));
    const [byDelta, byShift] = tf.tidy(() => {
      const v = flatten(gradient(outerLoss, theta));
      let [term, p] = [v as tf.Tensor, v as tf.Tensor];
      for (let j = 1; j <= 5; j++) {
        term = tf.sub(term, flatten(hessianVectorProduct(trainLoss, theta, unflatten(term as tf.Tensor1D, theta))));
        p = tf.add(p, term);
      }
      // A linear model: its logits along p are those of a model with weights p.
      const keep = theta.map((variable) => tf.clone(variable as tf.Tensor));
      const along = (inputs: tf.Tensor) => {
        unflatten(p as tf.Tensor1D, theta).forEach((value, index) => theta[index].assign(value));
        const u = twin.apply(inputs).arraySync() as number[][];
        theta.forEach((variable, index) => variable.assign(keep[index]));
        return u;
      };
      const sums = [0, 1].map(() => new Array<number>(3).fill(0));
      for (const { inputs, labels } of training) {
        const [f, u, y] = [twin.apply(inputs).arraySync() as number[][], along(inputs), labels.dataSync()];
        f.forEach((row, i) => {
          const z = row.map((value, k) => start.scale[k] * value + start.shift[k]);
          const total = z.reduce((sum, value) => sum + Math.exp(value), 0);
          const q = z.map((value) => Math.exp(value) / total);
          const b = q.reduce((sum, value, k) => sum + value * start.scale[k] * u[i][k], 0);
          const w = start.weight[y[i]] / f.length / T;
          row.forEach((value, m) => {
            const s = start.scale[m];
            sums[1][m] -= w * q[m] * (s * u[i][m] - b);
            const slope = u[i][m] * (q[m] - Number(m === y[i])) + value * q[m] * (s * u[i][m] - b);
            sums[0][m] -= w * s * (1 - s) * slope;
          });
        });
      }
      return sums;
    });
    const { updates } = await searchLoss(options);
    assert.equal(updates.length, 1);
    const [{ delta, shift, gradientNorms, learningRate, products, residual }] = updates;
    assert.deepEqual([learningRate, products], [0.01, 5]);
    assert.ok(residual! > 0);
    assertClose([gradientNorms[0], gradientNorms[1]], [Math.hypot(...byDelta), Math.hypot(...byShift)], {
      relative: SERIES,
    });
    // The step itself, decay included, from the float32 start.
    const moved = (after: readonly number[], before: readonly number[]) => after.map((x, k) => (x - before[k]) / -0.01);
    const decayed = (slope: readonly number[], at: readonly number[]) => slope.map((x, k) => x + 1e-4 * at[k]);
    const rounding = { relative: SERIES, absolute: 3e-5 };
    assertClose(moved(delta!, start.delta!), decayed(byDelta, start.delta!), rounding);
    assertClose(moved(shift, start.shift), decayed(byShift, start.shift), rounding);
    [...training, ...validation].forEach(({ inputs, labels, groups }) => tf.dispose([inputs, labels, groups!]));
    twin.dispose();
    twinOptimizer.dispose();
    dispose();
    assert.equal(model.parameters[0].isDisposed, true);
  });
});

describe("a search with more of the paper", () => {
  it("shares parameters within clusters, and finds one value for each", async () => {
    const { options, parameters, dispose } = setting(
      { steps: 60 },
      { search: ["shift"], sharing: frequencyClusters({ size: 2 }) },
    );
    const { found } = await searchLoss(options);
    assert.equal(parameters.variables[0].size, 2);
    assert.equal(found.shift[0], found.shift[1]);
    assert.notEqual(found.shift[0], found.shift[2]);
    dispose();
  });

  it("has parameters per class and group, and lowers a blend with DEO", async () => {
    const cells = [0, 1, 2].map((label) =>
      [0, 1].map((g) => TRAIN.labels.filter((y, i) => y === label && TRAIN.groups[i] === g).length),
    );
    const objective = blendObjective(
      0.3,
      balancedObjective({ normalization: "classMeans" }),
      equalOpportunityObjective({ groups: 2 }),
    );
    const { options, model, dispose } = setting({ steps: 200, objective }, { counts: cells });
    const [batch] = [await options.validation(0)];
    const measure = () => tf.tidy(() => objective.loss(model.apply(batch.inputs), batch.labels, batch).dataSync()[0]);
    const losses: number[] = [];
    const { found, updates } = await searchLoss({ ...options, onUpdate: () => losses.push(measure()) });
    assert.deepEqual([found.classes, found.groups, found.shift.length], [3, 2, 6]);
    assert.equal(updates[0].shift.length, 6);
    assert.ok(losses.at(-1)! < 0.95 * losses[0], `${losses[0]} to ${losses.at(-1)}`);
    tf.dispose([batch.inputs, batch.labels, batch.groups!]);
    dispose();
  });

  it("steers a loss towards F-beta", async () => {
    const objective = fBetaObjective({ counts: [40, 40, 40] });
    const { options, model, dispose } = setting({ steps: 200, objective }, { search: ["shift"] });
    const batch = await options.validation(0);
    const measure = () => tf.tidy(() => objective.loss(model.apply(batch.inputs), batch.labels, batch).dataSync()[0]);
    const losses: number[] = [];
    await searchLoss({ ...options, onUpdate: () => losses.push(measure()) });
    assert.ok(losses.at(-1)! < losses[0] - 0.05, `${losses[0]} to ${losses.at(-1)}`);
    tf.dispose([batch.inputs, batch.labels, batch.groups!]);
    dispose();
  });

  it("learns an augmentation alone, with the loss as it was, and wants something to learn", async () => {
    const images = () => tf.tidy(() => tf.reshape(tf.range(0, 96), [6, 4, 4, 1]).div(96)) as tf.Tensor4D;
    const bars = batches({
      inputs: (indices) => tf.tidy(() => tf.gather(images(), tf.tensor1d(Array.from(indices), "int32"))),
      labels: [0, 1, 2, 0, 1, 2],
      batchSize: 6,
      seed: 1,
    });
    const policy = personalizedAugmentation({ cells: 1, operations: ["brightness"] });
    const run = async (more: Partial<SearchOptions>) => {
      const model = logisticRegression({ inputShape: [4, 4, 1], outputs: 3 });
      const { options, dispose } = setting(
        { model, train: bars, validation: bars, steps: 6, warmup: 0, every: 2, ...more },
        { counts: [10, 5, 1], search: [], start: logitAdjustedStart([10, 5, 1]) },
      );
      try {
        const { updates, found } = await searchLoss(options);
        return { updates: updates.map(timeless), found };
      } finally {
        dispose();
      }
    };
    await assert.rejects(
      run({}),
      /parameters.search must be one or more where no augmentation is learned, received \[\]/,
    );
    const { updates, found } = await run({ augmentation: learnedAugmentation({ policy, by: "all", seed: 2 }) });
    assert.deepEqual(found.shift, logitAdjustedStart([10, 5, 1]).shift);
    assert.equal(updates[0].gradientNorms.length, 2);
    assert.notDeepEqual(updates[2].augmentation, updates[0].augmentation);
    policy.dispose();
  });

  it("learns augmentation per class by the same upper level, and resumes it", async () => {
    const size = 6;
    const draws = random(7);
    // Bars whose column tells the class: shifting them sideways is harmful.
    const labels = Array.from({ length: 30 }, (_, i) => i % 3);
    const pixels = labels.flatMap((label) =>
      Array.from({ length: size * size }, (_, p) => 255 * Number(p % size === 1 + label) * (0.5 + 0.5 * draws.next())),
    );
    const set = imagesFromArrays({
      images: Uint8Array.from(pixels),
      labels,
      shape: [size, size, 1],
      classNames: ["a", "b", "c"],
      name: "bars",
    });
    const bars = batches({
      inputs: (indices) =>
        tf.tensor4d(
          Array.from(indices).flatMap((index) =>
            Array.from(set.images.subarray(index * 36, index * 36 + 36), (x) => x / 255),
          ),
          [indices.length, size, size, 1],
        ),
      labels,
      batchSize: 30,
      seed: 1,
    });
    const run = async (more: Partial<SearchOptions>) => {
      const policy = personalizedAugmentation({ cells: 3, operations: ["translateX"] });
      const model = logisticRegression({ inputShape: [size, size, 1], outputs: 3 });
      const augmentation = learnedAugmentation({ policy, seed: 2 });
      const { options, dispose } = setting(
        { model, augmentation, train: bars, validation: bars, steps: 24, warmup: 4, every: 4, ...more },
        { counts: [10, 10, 10], search: ["shift"] },
      );
      try {
        const { updates } = await searchLoss(options);
        return updates.map(timeless);
      } finally {
        dispose();
        policy.dispose();
      }
    };
    const before = tf.memory().numTensors;
    const updates = await run({});
    assert.equal(updates.length, 5);
    const { gradientNorms, augmentation } = updates[0];
    assert.equal(gradientNorms.length, 3);
    assert.ok(gradientNorms[1] > 0 && gradientNorms[2] > 0, gradientNorms.join());
    assert.deepEqual([augmentation!.magnitudes.length, augmentation!.magnitudes[0].length], [1, 3]);
    const first = 0.5;
    const lastRow = updates[4].augmentation!.probabilities[0];
    assert.ok(
      lastRow.some((probability) => probability < first - 0.05),
      lastRow.join(),
    );
    await inFolder(async (folder) => {
      const abort = new AbortController();
      const stop = {
        signal: abort.signal,
        onUpdate: ({ update }: SearchUpdate) => void (update === 2 && abort.abort()),
      };
      await assert.rejects(run({ ...stop, checkpoints: checkpointStore({ folder }) }));
      assert.deepEqual(await run({ checkpoints: checkpointStore({ folder }) }), updates);
    });
    assert.equal(tf.memory().numTensors, before);
  });

  it("runs on a network with batch norm, whose running statistics only its own steps move", async () => {
    const model = () => mlp({ inputShape: 2, hidden: [5], outputs: 3, seed: 1, batchNorm: true });
    const searched = setting(
      { model: model(), steps: 12, warmup: 3, every: 3, outerOptimizer: sgd({ learningRate: () => 0, momentum: 0 }) },
      { search: ["shift"] },
    );
    const plain = setting({ model: model(), steps: 12 }, { search: ["shift"] });
    await searchLoss(searched.options);
    const { train, optimizer } = plain.options;
    await fit({ model: plain.model, loss: plain.parameters.loss, optimizer, batch: train, steps: 12 });
    const statistics = ({ model: m }: typeof plain) => m.statistics.map((variable) => Array.from(variable.dataSync()));
    assert.deepEqual(statistics(searched), statistics(plain));
    searched.dispose();
    plain.dispose();
  });
});
