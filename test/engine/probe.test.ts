import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { tf } from "../../src/engine";
import { repairTape } from "../../src/engine/derivatives/tape";
import { onEachBackend } from "../support/backends";
import { probes } from "../../src/engine/probes/all";
import { AGAINST_REFERENCE, isRight, measure, referenceOf } from "../../src/engine/probes/measure";

/** Kernels with a gradient that the table leaves out, and why. */
const LEFT_OUT: Record<string, string> = {
  ArgMin: "constant almost everywhere; ArgMax is probed",
  BroadcastTo: "tf.broadcastTo runs Tile",
  ComplexAbs: "complex numbers have no gradient in tfjs: throws",
  IsInf: "zero, as IsNan and IsFinite are",
  LogSoftmax: "tf.logSoftmax is a custom gradient",
  AvgPool3D: "throws at second order",
  MaxPool3D: "throws at second order",
  Conv3D: "throws at second order",
  Dilation2D: "throws at second order",
  LRN: "throws at second order",
};

const references = new Map(probes.map((probe) => [probe.name, referenceOf(probe)]));

/** Kernels that ran, in forward passes, gradients and gradients of gradients. */
const ran = new Set<string>();

onEachBackend("Hessian-vector products of every operation", () => {
  const engine = tf.engine();
  const runKernel = engine.runKernel;
  before(() => {
    engine.runKernel = function <T>(this: typeof engine, ...args: Parameters<typeof runKernel>): T {
      ran.add(args[0]);
      return runKernel.apply(this, args) as T;
    };
  });
  after(() => {
    engine.runKernel = runKernel;
  });

  for (const probe of probes) {
    it(probe.name, () => {
      const before = tf.memory().numTensors;
      const errors = measure(references.get(probe.name) as ReturnType<typeof referenceOf>);
      assert.ok(isRight(errors), `relative errors ${JSON.stringify(errors)}`);
      assert.equal(tf.memory().numTensors - before, 0, "tensors left behind");
    });
  }
});

describe("the probes", () => {
  it("have distinct names", () => {
    assert.equal(references.size, probes.length);
  });

  it("run every kernel that has a gradient, but for those that are left out for a reason", () => {
    const names = Object.values(tf).filter((value) => typeof value === "string");
    const differentiable = names.filter((name) => tf.getGradient(name) != null);
    assert.ok(differentiable.length > 100, `${differentiable.length} kernels with a gradient`);
    assert.deepEqual(differentiable.filter((name) => !ran.has(name) && !(name in LEFT_OUT)).sort(), []);
    assert.deepEqual(
      Object.keys(LEFT_OUT).filter((name) => ran.has(name)),
      [],
    );
  });

  it("see the wrong products that tfjs gives without the repair of its tape", () => {
    const keeper = tf.engine() as unknown as Record<PropertyKey, unknown>;
    keeper.addTapeNode = keeper[Symbol.for("counterweight.addTapeNode")];
    try {
      for (const name of ["x tanh x", "x exp x", "sigmoid^2", "log softmax"]) {
        const errors = measure(references.get(name) as ReturnType<typeof referenceOf>);
        assert.ok(errors.gradient < AGAINST_REFERENCE && errors.product > 0.05, `${name}: ${JSON.stringify(errors)}`);
      }
    } finally {
      repairTape();
    }
  });
});
