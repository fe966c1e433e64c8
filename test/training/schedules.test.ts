import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { tf } from "../../src/engine";
import {
  byEpoch,
  constant,
  cosine,
  deferred,
  linear,
  sequence,
  stepDecay,
  warmup,
  type Loss,
} from "../../src/training";
import { assertClose } from "../support/numeric";

describe("schedules", () => {
  it("fall by a factor at every milestone", () => {
    const rate = stepDecay({ base: 0.1, milestones: [2, 4], factor: 0.5 });
    assertClose([0, 1, 2, 3, 4, 100].map(rate), [0.1, 0.1, 0.05, 0.05, 0.025, 0.025]);
  });

  it("go along a straight line and stay at its end", () => {
    assertClose([0, 1, 4, 9].map(linear({ from: 1, to: 0.2, steps: 4 })), [1, 0.8, 0.2, 0.2]);
  });

  it("end their cosine where they are asked to", () => {
    assertClose([0, 5, 10, 20].map(cosine({ base: 1, steps: 10, end: 0.2 })), [1, 0.6, 0.2, 0.2]);
  });

  it("are warmed up on their own clock", () => {
    const rate = warmup(stepDecay({ base: 0.1, milestones: [6] }), 5);
    assertClose([0, 1, 4, 5, 6].map(rate), [0.02, 0.04, 0.1, 0.1, 0.01]);
  });

  it("follow each other, each on a clock of its own", () => {
    const rate = sequence(
      [linear({ from: 0, to: 1, steps: 4 }), 4],
      [constant(0.5), 2],
      [cosine({ base: 1, steps: 2 })],
    );
    assertClose([0, 3, 4, 5, 6, 7, 8].map(rate), [0, 0.75, 0.5, 0.5, 1, 0.5, 0]);
  });

  it("given per epoch stay the same throughout an epoch", () => {
    // AutoBalance and LDAM: warm-up by epochs, then falls at epochs 160 and 180.
    const rate = byEpoch(warmup(stepDecay({ base: 0.1, milestones: [160, 180], factor: 0.01 }), 5), 97);
    assertClose([0, 96, 97, 5 * 97, 160 * 97 - 1, 160 * 97].map(rate), [0.02, 0.02, 0.04, 0.1, 0.1, 0.001]);
  });

  it("name the number they cannot take", () => {
    assert.throws(() => stepDecay({ base: 0.1, milestones: [4, 2] }), /increasing integers from 0, received \[4, 2\]/);
    assert.throws(() => stepDecay({ base: 0.1, milestones: [1], factor: 0 }), /factor must be .* received 0/);
    assert.throws(() => linear({ from: -1, to: 1, steps: 3 }), /from must be at least 0, received -1/);
    assert.throws(() => cosine({ base: 0.1, steps: 3, end: 0.2 }), /end must be in \[0, 0.1\], received 0.2/);
    assert.throws(() => warmup(constant(1), 0), /steps must be a positive integer, received 0/);
    assert.throws(() => sequence(), /at least one schedule, received none/);
    assert.throws(() => sequence([constant(1)], [constant(2)]), /steps of part 0 must be .* received NaN/);
    assert.throws(() => byEpoch(constant(1), 1.5), /stepsPerEpoch must be .* received 1.5/);
  });
});

describe("deferred", () => {
  it("changes the loss at its epoch", () => {
    const [first, then]: Loss[] = [() => tf.scalar(1), () => tf.scalar(2)];
    const schedule = deferred({ first, then, from: 2 });
    assert.deepEqual(
      [0, 1, 2, 3].map((epoch) => schedule.at(epoch)),
      [first, first, then, then],
    );
    assert.throws(() => deferred({ first, then, from: 0 }), /from must be an epoch, .* received 0/);
  });
});
