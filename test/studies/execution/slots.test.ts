import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { info } from "../../../src/engine";
import { requireDevice, resourcesOf, slotsOf, thisMachine } from "../../../src/studies/execution";

const machine = { cores: 8, memory: 16e9, gpus: [] };

describe("places for trials side by side", () => {
  it("are as many as cores and memory allow, at least one", () => {
    const count = (resources: object, parallel?: number) =>
      slotsOf("cpu", resourcesOf(resources), machine, parallel).length;
    assert.equal(count({ memory: 1 }), 8);
    assert.equal(count({ memory: 1, threads: 4 }), 2);
    assert.equal(count({ memory: 5 }), 3);
    assert.equal(count({ memory: 64, threads: 32 }), 1);
    assert.equal(count({ memory: 5 }, 6), 6);
    assert.throws(() => count({}, 0), /--parallel takes an integer above 0, received 0/);
  });

  it("give every process the threads its study asks for, however many there are", () => {
    for (const parallel of [1, 5]) {
      const slots = slotsOf("cpu", resourcesOf({ threads: 2 }), machine, parallel);
      assert.ok(slots.every(({ environment }) => environment.TF_NUM_INTRAOP_THREADS === "2"));
      assert.ok(slots.every(({ environment }) => environment.CUDA_VISIBLE_DEVICES === "-1"));
    }
  });

  it("have a GPU each, in turn", () => {
    const gpus = (parallel?: number) =>
      slotsOf("gpu", resourcesOf({ memory: 1 }), { ...machine, gpus: ["0", "3"] }, parallel).map(
        ({ environment }) => environment.CUDA_VISIBLE_DEVICES,
      );
    assert.deepEqual(gpus(), ["0", "3"]);
    assert.deepEqual(gpus(3), ["0", "3", "0"]);
    assert.deepEqual(thisMachine(2, {}).gpus, ["0", "1"]);
    assert.deepEqual(thisMachine(2, { CUDA_VISIBLE_DEVICES: "1" }).gpus, ["1"]);
    assert.deepEqual(thisMachine(2, { CUDA_VISIBLE_DEVICES: "-1" }).gpus, []);
  });
});

describe("a device that was asked for", () => {
  const cpu = { ...info(), device: "CPU: some", tensorflow: "2.21.0", backend: "tensorflow" };
  const gpu = { ...cpu, device: "GPU: some" };

  it("is a GPU where one answers, and an error that says why where none does", () => {
    const none = { names: [], reason: "not installed" };
    const one = { names: ["NVIDIA H100"], reason: "" };
    assert.equal(requireDevice("gpu", gpu, one), "gpu");
    assert.equal(requireDevice("auto", gpu, one), "gpu");
    assert.equal(requireDevice("auto", cpu, none), "cpu");
    assert.equal(requireDevice("cpu", gpu, one), "cpu");
    assert.throws(
      () => requireDevice("gpu", cpu, none),
      /runs on CPU: some; nvidia-smi: not installed; install NVIDIA/,
    );
    assert.throws(() => requireDevice("gpu", cpu, one), /sees NVIDIA H100; .*(COUNTERWEIGHT_WHEEL=gpu|CUDA_VISIBLE)/);
  });
});
