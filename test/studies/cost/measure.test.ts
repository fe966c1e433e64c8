import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";

import { makespan, measureWorks, trialCost, type Work } from "../../../src/studies/cost";

/** Work that takes what a list says, the last of it ever after, without waiting for it. */
function claimed(name: string, seconds: readonly number[], calls: string[] = []): Work {
  return {
    name,
    images: 10,
    times: 3,
    async repeat(tell, signal) {
      calls.push(name);
      for (let index = 0; !signal.aborted; index++) {
        tell(seconds[Math.min(index, seconds.length - 1)]);
        if (!signal.aborted) await delay(10);
      }
    },
  };
}

describe("measureWorks", () => {
  it("tells the median of what came after the warm-up, and measures works of one name once", async () => {
    const calls: string[] = [];
    const works = [claimed("slow start", [9, 2], calls), claimed("other", [1], calls), claimed("other", [5], calls)];
    const measured = await measureWorks(works, { seconds: 0.1 });
    assert.deepEqual(calls, ["slow start", "other"]);
    assert.deepEqual(
      measured.map(({ name, seconds, quartiles }) => ({ name, seconds, quartiles })),
      // The later of two works of one name is the one that is measured: they are equal by contract.
      [
        { name: "slow start", seconds: 2, quartiles: [2, 2] },
        { name: "other", seconds: 5, quartiles: [5, 5] },
      ],
    );
    assert.ok(measured.every(({ count }) => count >= 2 && count <= 6));
  });

  it("times once what takes longer than it is given", async () => {
    const once: Work = {
      name: "long",
      images: 1,
      times: 1,
      async repeat(tell, signal) {
        await delay(60);
        tell(0.06);
        assert.ok(signal.aborted);
      },
    };
    const [{ count, seconds }] = await measureWorks([once], { seconds: 0.02 });
    assert.deepEqual([count, seconds], [1, 0.06]);
  });

  it("ends when it is interrupted, and refuses no time at all", async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error("stopped")), 30);
    const endless = measureWorks([claimed("work", [1])], { seconds: 60, signal: stop.signal });
    await assert.rejects(endless, /stopped/);
    await assert.rejects(measureWorks([], { seconds: 0 }), /seconds must be a positive finite number, received 0/);
  });
});

describe("the estimate of a grid", () => {
  const measured = [
    { name: "step", images: 128, seconds: 0.5, quartiles: [0.5, 0.5] as const, processor: 1, count: 9 },
    { name: "update", images: 512, seconds: 4, quartiles: [4, 4] as const, processor: 8, count: 2 },
  ];

  it("adds up a trial's works, and names one that was not measured", () => {
    const works = [
      { name: "step", images: 128, times: 100 },
      { name: "update", images: 512, times: 5 },
    ];
    assert.deepEqual(trialCost(works, measured), { seconds: 70, images: 15_360 });
    assert.throws(
      () => trialCost([{ name: "flight", images: 1, times: 1 }], measured),
      /the work "flight" was not measured; measured were: "step", "update"/,
    );
  });

  it("gives the longest trial that is left to the device that is free first", () => {
    // 7 | 6 | 5 + 1 | 4 + 2 + 1 on four devices: 7 hours; in the order of the grid it would be 8.
    assert.equal(makespan([1, 1, 2, 4, 5, 6, 7], 4), 7);
    assert.equal(makespan([1, 1, 2, 4, 5, 6, 7], 1), 26);
    assert.equal(makespan([3, 2], 9), 3);
    assert.equal(makespan([], 4), 0);
    assert.throws(() => makespan([1], 0), /devices must be an integer above 0, received 0/);
  });
});
