import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, it } from "node:test";

const ROOT = join(__dirname, "../..");
/** What is loaded only by those who read a table, show it as a DataFrame, decode images or unpack a zip archive. */
const LATE = ["danfojs-node", "csv-parse", "sharp", "yauzl"];

describe("src/data", () => {
  it("loads none of the large libraries before they are needed", () => {
    const code =
      `require("./src/data");\n` +
      `console.log(JSON.stringify(Object.keys(require.cache).map((file) => file.split("node_modules/").at(-1))));`;
    const { stdout, stderr } = spawnSync(process.execPath, ["--import", "tsx", "-e", code], {
      cwd: ROOT,
      encoding: "utf8",
    });
    const loaded = JSON.parse(stdout || JSON.stringify([stderr])) as string[];
    assert.ok(loaded.length > 50, `${loaded}`);
    assert.deepEqual(
      loaded.filter((file) => LATE.some((library) => file.startsWith(`${library}/`))),
      [],
    );
  });
});
