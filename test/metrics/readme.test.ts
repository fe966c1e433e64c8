import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";

import * as metrics from "../../src/metrics";

describe("the README of the metrics", () => {
  it("names every function of the room", () => {
    const text = readFileSync(join(__dirname, "../../src/metrics/README.md"), "utf8");
    const missing = Object.keys(metrics).filter((name) => !text.includes(`\`${name}\``));
    assert.deepEqual(missing, []);
  });
});
