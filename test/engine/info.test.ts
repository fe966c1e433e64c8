import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { describe, it } from "node:test";

import { info } from "../../src/engine";

describe("engine.info", () => {
  it("names library, backend, device and threads", () => {
    const { version, backend, device, threads, node, tensorflow } = info();
    assert.match(version, /^\d+\.\d+\.\d+$/);
    assert.ok(backend === "tensorflow" || backend === "cpu", backend);
    assert.match(device, /^(CPU|GPU): \S/);
    assert.ok(Number.isInteger(threads) && threads >= 1);
    assert.equal(node, process.version);
    assert.equal(tensorflow === null, backend !== "tensorflow");
  });

  it("tells the plain JavaScript backend when it was asked for", () => {
    const script = 'console.log(JSON.stringify(require("./src/engine").info()))';
    const env = { ...process.env, COUNTERWEIGHT_BACKEND: "js" };
    const output = execFileSync(process.execPath, ["--import", "tsx", "-e", script], { env, encoding: "utf8" });
    const told = JSON.parse(output.trim().split("\n").at(-1) ?? "") as { backend: string; tensorflow: null };
    assert.equal(told.backend, "cpu");
    assert.equal(told.tensorflow, null);
  });
});
