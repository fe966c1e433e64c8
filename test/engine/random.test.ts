import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { random } from "../../src/engine";

describe("random", () => {
  it("gives the same draws for the same seed, on every machine", () => {
    const generator = random(7);
    const draws = [generator.integer(1000), generator.integer(1000), generator.integer(1000)];
    assert.deepEqual(draws, FROZEN_DRAWS);
  });

  it("gives other draws for another seed", () => {
    const first = Array.from(
      { length: 8 },
      (
        (generator) => () =>
          generator.integer(1e6)
      )(random(1)),
    );
    const second = Array.from(
      { length: 8 },
      (
        (generator) => () =>
          generator.integer(1e6)
      )(random(2)),
    );
    assert.notDeepEqual(first, second);
  });

  it("draws normals with mean 0, variance 1 and no excess kurtosis", () => {
    const generator = random(3);
    const draws = Array.from({ length: 20_000 }, () => generator.normal());
    const moment = (power: number) => draws.reduce((sum, draw) => sum + draw ** power, 0) / draws.length;
    // Standard errors at n = 20,000: 0.007 (mean), 0.010 (variance), 0.069 (fourth moment); five of each.
    assert.ok(Math.abs(moment(1)) < 0.035, `mean ${moment(1)}`);
    assert.ok(Math.abs(moment(2) - 1) < 0.05, `variance ${moment(2)}`);
    assert.ok(Math.abs(moment(4) - 3) < 0.35, `fourth moment ${moment(4)}`);
  });

  it("shuffles into a permutation and leaves its argument alone", () => {
    const values = Int32Array.from({ length: 100 }, (_, index) => index);
    const shuffled = random(5).shuffle(values);
    assert.notDeepEqual(shuffled, values);
    assert.deepEqual(shuffled.slice().sort(), values);
    assert.equal(values[17], 17);
  });

  it("shuffles every value to every place equally often", () => {
    const generator = random(11);
    const first = [0, 0, 0, 0];
    for (let round = 0; round < 8000; round++) first[generator.shuffle([0, 1, 2, 3])[0]]++;
    // Chi-square with 3 degrees of freedom exceeds 16.3 once in 1,000 fair shuffles.
    const chiSquare = first.reduce((sum, count) => sum + (count - 2000) ** 2 / 2000, 0);
    assert.ok(chiSquare < 16.3, `counts ${first}`);
  });

  it("forks generators that do not depend on earlier draws and differ by purpose", () => {
    const generator = random(9);
    const before = generator.fork("data").next();
    generator.next();
    assert.equal(generator.fork("data").next(), before);
    assert.notEqual(generator.fork("model").next(), before);
  });

  it("names the seed or bound it cannot take", () => {
    assert.throws(() => random(1.5), /seed must be an integer .* received 1\.5/);
    assert.throws(() => random(2 ** 33), /received 8589934592/);
    assert.throws(() => random(1).integer(0), /bound must be an integer .* received 0/);
  });
});

/** xoroshiro128+ from seed 7, frozen: a change here changes every split and every initial weight of the kit. */
const FROZEN_DRAWS = [640, 630, 975];
