import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";

import { breathe, cellSignal } from "../../src/engine";

const key = Symbol.for("counterweight.cellSignal");
const world = globalThis as { [key]?: AbortSignal };

describe("breathe", () => {
  afterEach(() => delete world[key]);

  it("lets timers and sockets be served before it returns", async () => {
    let served = false;
    setImmediate(() => (served = true));
    await breathe();
    assert.ok(served);
  });

  it("throws the reason of the signal it was given", async () => {
    const controller = new AbortController();
    controller.abort(new Error("stop here"));
    await assert.rejects(breathe(controller.signal), /stop here/);
  });

  it("obeys the signal of the running cell and none outside a kernel", async () => {
    assert.equal(cellSignal(), undefined);
    await breathe();
    world[key] = AbortSignal.abort(new Error("interrupted"));
    await assert.rejects(breathe(), /interrupted/);
  });
});
