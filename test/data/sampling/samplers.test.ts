import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { indexHash } from "../../../src/data/hash";
import {
  classBalancedSampler,
  effectiveNumber,
  effectiveNumberSampler,
  powerSampler,
  squareRootSampler,
} from "../../../src/data/sampling/classSamplers";
import { groupBalancedSampler } from "../../../src/data/sampling/groupBalancedSampler";
import { shuffledSampler, stratifiedSampler } from "../../../src/data/sampling/plainSamplers";
import type { Sampler, SamplerState } from "../../../src/data/sampling/sampler";

/** 800, 160 and 40 samples of three classes, mixed. */
const labels = Int32Array.from({ length: 1000 }, (_, index) => {
  const place = (index * 387) % 1000;
  return place < 800 ? 0 : place < 960 ? 1 : 2;
});
const groups = Int32Array.from(labels, (label, index) => ((index * 7919) % 10 < 8 ? label % 2 : 1 - (label % 2)));
const binary = labels.map((label) => (label === 2 ? 1 : 0));
const base = { labels, batchSize: 64, seed: 3 };

const samplers: Record<string, (seed?: number) => Sampler> = {
  shuffledSampler: (seed = 3) => shuffledSampler({ ...base, seed }),
  classBalancedSampler: (seed = 3) => classBalancedSampler({ ...base, seed }),
  "classBalancedSampler, in every batch": (seed = 3) => classBalancedSampler({ ...base, seed, shares: "batch" }),
  squareRootSampler: (seed = 3) => squareRootSampler({ ...base, seed }),
  powerSampler: (seed = 3) => powerSampler({ ...base, seed, exponent: 0.25 }),
  effectiveNumberSampler: (seed = 3) => effectiveNumberSampler({ ...base, seed, beta: 0.99 }),
  groupBalancedSampler: (seed = 3) => groupBalancedSampler({ ...base, seed, groups }),
  stratifiedSampler: (seed = 3) => stratifiedSampler({ ...base, seed, labels: binary, minPositives: 5 }),
};

/** Hashes of the batches of epoch 0, laid end to end. */
const FROZEN: Record<string, string> = {
  shuffledSampler: "e371d007b7f57091",
  classBalancedSampler: "f89f64b30ef05f74",
  "classBalancedSampler, in every batch": "e729cfd8a66a481f",
  squareRootSampler: "6223184e170fbf89",
  powerSampler: "3a0e51a3f2fd6db3",
  effectiveNumberSampler: "750ac133c09d55e2",
  groupBalancedSampler: "6bf331d83550c1e9",
  stratifiedSampler: "ef2d4f75858d5710",
};

function shareOf(batches: readonly Int32Array[], of: ArrayLike<number>, values: number): number[] {
  const counts = new Array<number>(values).fill(0);
  batches.forEach((batch) => batch.forEach((index) => counts[of[index]]++));
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => count / total);
}

function timesEach(batches: readonly Int32Array[]): number[] {
  const times = new Array<number>(labels.length).fill(0);
  batches.forEach((batch) => batch.forEach((index) => times[index]++));
  return times;
}

describe("every sampler", () => {
  for (const [name, make] of Object.entries(samplers)) {
    it(`${name}: reports the prior of its batches, which is the same in every epoch`, () => {
      const sampler = make();
      const of = name === "stratifiedSampler" ? binary : labels;
      const classes = sampler.dataPrior.length;
      assert.deepEqual(sampler.dataPrior, shareOf([Int32Array.from(of, (_, index) => index)], of, classes));
      for (const epoch of [0, 1, 5]) {
        const found = shareOf(sampler.epoch(epoch), of, classes);
        found.forEach((share, label) => assert.ok(Math.abs(share - sampler.samplingPrior[label]) < 1e-12));
      }
    });

    it(`${name}: goes on after a restored state as if it had not stopped, whatever was asked in between`, () => {
      const whole = make();
      const expected = Array.from({ length: 40 }, () => [...whole.next()]);
      const stopped = make();
      for (let step = 0; step < 23; step++) stopped.next();
      const state = JSON.parse(JSON.stringify(stopped.state())) as SamplerState;
      const resumed = make();
      resumed.at(3);
      resumed.epoch(7);
      resumed.restore(state);
      assert.deepEqual(
        Array.from({ length: 17 }, () => [...resumed.next()]),
        expected.slice(23),
      );
      assert.deepEqual(resumed.state(), whole.state());
      assert.deepEqual([...make().at(31)], expected[31]);
      assert.deepEqual(make().epoch(1).map((batch) => [...batch]), expected.slice(whole.batchesPerEpoch, 2 * whole.batchesPerEpoch)); // prettier-ignore
    });

    it(`${name}: gives the same batches for a seed, others for another, others in every epoch`, () => {
      const sampler = make();
      const hash = (epoch: number, of = sampler) => indexHash(of.epoch(epoch).flatMap((batch) => [...batch]));
      assert.equal(hash(0), FROZEN[name]);
      assert.notEqual(hash(1), hash(0));
      assert.notEqual(hash(0, make(4)), hash(0));
      assert.ok(sampler.epoch(0).every((batch) => batch.length > 0 && batch.length <= sampler.batchSize));
      assert.equal(sampler.epoch(0).length, sampler.batchesPerEpoch);
    });

    it(`${name}: keeps its batches to itself, and refuses a state that is not its own`, () => {
      const sampler = make();
      const first = [...sampler.at(0)];
      sampler.at(0).fill(0);
      sampler.epoch(0)[0].fill(0);
      assert.deepEqual([...sampler.at(0)], first);
      const state = sampler.state();
      assert.throws(() => sampler.restore({ ...state, seed: 4 }), /seed 3, received .* seed 4/);
      assert.throws(() => sampler.restore({ ...state, data: "0" }), /received .* data 0/);
      assert.throws(() => sampler.restore({ ...state, sampler: "other" }), /received other/);
      assert.throws(() => sampler.restore({ ...state, batch: sampler.batchesPerEpoch }), /a batch in \[0, /);
      assert.throws(() => sampler.restore({ ...state, epoch: -1 }), /received -1/);
      assert.throws(() => sampler.at(-1), /step .*received -1/);
      assert.throws(() => sampler.epoch(0.5), /epoch .*received 0.5/);
    });
  }
});

describe("class samplers", () => {
  it("draw every class equally, by square roots, by a power, or by effective numbers", () => {
    const close = (got: readonly number[], want: readonly number[]) => {
      const total = want.reduce((sum, share) => sum + share, 0);
      // Whole draws: each share is met to within one of 1,000.
      got.forEach((share, label) => assert.ok(Math.abs(share - want[label] / total) < 1e-3, `${got.join()}`));
    };
    close(classBalancedSampler(base).samplingPrior, [1, 1, 1]);
    close(squareRootSampler(base).samplingPrior, [Math.sqrt(800), Math.sqrt(160), Math.sqrt(40)]);
    close(powerSampler({ ...base, exponent: 0.25 }).samplingPrior, [800 ** 0.25, 160 ** 0.25, 40 ** 0.25]);
    const share = (count: number) => (count * (1 - 0.99)) / (1 - 0.99 ** count);
    close(effectiveNumberSampler({ ...base, beta: 0.99 }).samplingPrior, [share(800), share(160), share(40)]);
  });

  it("draw as the data are at exponent 1 and beta 0, and every class equally at exponent 0", () => {
    const { dataPrior } = shuffledSampler(base);
    assert.deepEqual(powerSampler({ ...base, exponent: 1 }).samplingPrior, dataPrior);
    assert.deepEqual(effectiveNumberSampler({ ...base, beta: 0 }).samplingPrior, dataPrior);
    assert.deepEqual(powerSampler({ ...base, exponent: 0 }).samplingPrior, classBalancedSampler(base).samplingPrior);
  });

  it("know effective numbers: 1 at beta 0, n towards 1, and in between", () => {
    assert.equal(effectiveNumber(50, 0), 1);
    assert.ok(Math.abs(effectiveNumber(50, 1 - 1e-9) - 50) < 1e-4);
    assert.equal(effectiveNumber(3, 0.5), 1.75);
    assert.equal(effectiveNumber(100_000, 0.5), 2);
  });

  it("repeat the samples of a class evenly, and leave none out that there are draws for", () => {
    const times = timesEach(classBalancedSampler(base).epoch(0));
    times.forEach((seen, index) => {
      const [few, many] = [
        [0, 1],
        [2, 3],
        [8, 9],
      ][labels[index]];
      assert.ok(seen === few || seen === many, `class ${labels[index]} came ${seen} times`);
    });
  });

  it("hold the shares in every batch where asked to", () => {
    const { samplingPrior } = classBalancedSampler(base);
    const counts = (batch: Int32Array) =>
      [0, 1, 2].map((label) => batch.filter((index) => labels[index] === label).length);
    for (const batch of classBalancedSampler({ ...base, shares: "batch" }).epoch(2)) {
      counts(batch).forEach((count, label) => assert.ok(Math.abs(count - batch.length * samplingPrior[label]) < 1.5));
    }
    const loose = classBalancedSampler(base).epoch(2).map(counts);
    assert.ok(loose.some(([first]) => Math.abs(first - 64 / 3) > 3));
  });

  it("can be told how many to draw, and from which samples", () => {
    const indices = Int32Array.from(labels, (_, index) => index).filter((index) => index % 2 === 0);
    const sampler = classBalancedSampler({ ...base, indices, draws: 96 });
    assert.deepEqual(
      sampler.epoch(0).map((batch) => batch.length),
      [64, 32],
    );
    assert.deepEqual(sampler.samplingPrior, [32 / 96, 32 / 96, 32 / 96]);
    assert.ok(sampler.epoch(0).every((batch) => batch.every((index) => index % 2 === 0)));
  });

  it("leave classes out that have no samples", () => {
    const { samplingPrior } = classBalancedSampler({ labels: [0, 0, 0, 2, 2], batchSize: 2, seed: 1, draws: 10 });
    assert.deepEqual(samplingPrior, [0.5, 0, 0.5]);
  });

  it("refuse impossible settings and say what they received", () => {
    assert.throws(() => classBalancedSampler({ ...base, batchSize: 0 }), /batchSize .*received 0/);
    assert.throws(() => classBalancedSampler({ ...base, draws: 2 }), /draws must be an integer in \[3, .*received 2/);
    assert.throws(() => classBalancedSampler({ ...base, labels: [] }), /no samples/);
    assert.throws(() => classBalancedSampler({ ...base, labels: [0, NaN] }), /received NaN/);
    assert.throws(() => classBalancedSampler({ ...base, seed: 2 ** 40 }), /seed/);
    assert.throws(() => classBalancedSampler({ ...base, shares: "step" as never }), /epoch or batch, received "step"/);
    assert.throws(() => powerSampler({ ...base, exponent: 2 }), /\[-1, 1\], received 2/);
    assert.throws(() => effectiveNumberSampler({ ...base, beta: 1 }), /\[0, 1\), received 1/);
  });
});

describe("groupBalancedSampler", () => {
  it("draws every cell of class and group equally, and reports the shift per cell", () => {
    const { cells, samplingPrior } = groupBalancedSampler({ ...base, groups });
    assert.ok(cells);
    for (const row of cells.samplingPrior) row.forEach((share) => assert.ok(Math.abs(share - 1 / 6) < 1e-3));
    samplingPrior.forEach((share) => assert.ok(Math.abs(share - 1 / 3) < 2e-3));
    const inCell = labels.filter((label, index) => label === 0 && groups[index] === 1).length;
    assert.equal(cells.dataPrior[0][1], inCell / 1000);
  });

  it("draws every group equally, within it as the data are", () => {
    const { cells } = groupBalancedSampler({ ...base, groups, over: "groups" });
    assert.ok(cells);
    const { dataPrior, samplingPrior } = cells;
    const ofGroup = (prior: typeof dataPrior, group: number) => prior.map((row) => row[group]);
    for (const group of [0, 1]) {
      const total = ofGroup(dataPrior, group).reduce((sum, share) => sum + share, 0);
      ofGroup(samplingPrior, group).forEach((share, label) =>
        assert.ok(Math.abs(share - dataPrior[label][group] / total / 2) < 1e-3),
      );
    }
  });

  it("leaves out cells that have no samples", () => {
    const { cells } = groupBalancedSampler({
      labels: [0, 0, 1, 1],
      groups: [0, 0, 0, 1],
      batchSize: 3,
      seed: 1,
      draws: 9,
    });
    assert.deepEqual(cells?.samplingPrior, [
      [1 / 3, 0],
      [1 / 3, 1 / 3],
    ]);
  });

  it("refuses groups that do not fit", () => {
    assert.throws(() => groupBalancedSampler({ ...base, groups: [0] }), /each of 1000 samples, received 1/);
    assert.throws(() => groupBalancedSampler({ ...base, groups: groups.map(() => -1) }), /received -1 at position 0/);
    assert.throws(
      () => groupBalancedSampler({ ...base, groups, over: "all" as never }),
      /cells or groups, received "all"/,
    );
  });
});

describe("stratifiedSampler", () => {
  /** 2,560 samples at a prior of about 0.01. */
  const rare = Int32Array.from({ length: 2560 }, (_, index) => (index % 100 === 7 ? 1 : 0));
  const positivesIn = (batch: Int32Array) => batch.reduce((sum, index) => sum + rare[index], 0);

  it("has its positives in every batch, where a quarter of plain batches has none", () => {
    const settings = { labels: rare, batchSize: 128, seed: 1 };
    const plain = shuffledSampler(settings);
    const batches = Array.from({ length: 30 }, (_, epoch) => plain.epoch(epoch)).flat();
    const empty = batches.filter((batch) => positivesIn(batch) === 0).length / batches.length;
    // 600 batches, 0.99^128 = 0.276, deviation 0.02.
    assert.ok(Math.abs(empty - 0.99 ** 128) < 0.06, `${empty} of plain batches have no positive`);
    const stratified = stratifiedSampler({ ...settings, minPositives: 4 });
    assert.ok(stratified.epoch(0).every((batch) => positivesIn(batch) >= 4));
    assert.ok(stratified.samplingPrior[1] > 0.03 && stratified.dataPrior[1] === 26 / 2560);
  });

  it("keeps the prior where the positives suffice", () => {
    const { dataPrior, samplingPrior } = stratifiedSampler({ labels: rare, batchSize: 128, seed: 1, minPositives: 1 });
    assert.deepEqual(samplingPrior, dataPrior);
  });

  it("deals out positions in the set, not in the subset it was given", () => {
    const indices = Int32Array.from({ length: 1280 }, (_, place) => 2 * place + 1);
    const sampler = stratifiedSampler({ labels: rare, indices, batchSize: 64, seed: 1, minPositives: 2 });
    const seen = new Set(sampler.epoch(0).flatMap((batch) => [...batch]));
    assert.deepEqual(
      [...seen].sort((a, b) => a - b),
      [...indices],
    );
  });

  it("refuses labels other than 0 and 1, no positives, and more of them than a batch", () => {
    const settings = { labels: rare, batchSize: 8, seed: 1, minPositives: 1 };
    assert.throws(() => stratifiedSampler({ ...settings, labels: [0, 1, 2] }), /0 or 1, received 2 at position 2/);
    assert.throws(() => stratifiedSampler({ ...settings, labels: [0, 0] }), /none of the 2 samples is positive/);
    assert.throws(() => stratifiedSampler({ ...settings, minPositives: 8 }), /\[1, 7\], received 8/);
    assert.throws(() => stratifiedSampler({ ...settings, indices: [0, 2] }), /none of the 2 samples is positive/);
  });
});
