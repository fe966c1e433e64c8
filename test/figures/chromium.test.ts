import { describe, it } from "node:test";
import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findChromium } from "../../src/figures";

describe("figures.findChromium", () => {
  const nowhere = { places: [], install: false };

  it("takes the variable before the PATH, and a command on the PATH before the usual places", async (t) => {
    const folder = mkdtempSync(join(tmpdir(), "counterweight-"));
    t.after(() => rmSync(folder, { recursive: true }));
    const [named, onPath, usual] = ["named", "chromium", "usual"].map((name) => join(folder, name));
    for (const path of [named, onPath, usual]) {
      writeFileSync(path, "");
      chmodSync(path, 0o755);
    }
    const rest = { places: [usual], install: false };
    assert.equal(await findChromium({ environment: { COUNTERWEIGHT_CHROMIUM: named, PATH: folder }, ...rest }), named);
    assert.equal(await findChromium({ environment: { PATH: `/nowhere:${folder}` }, ...rest }), onPath);
    assert.equal(await findChromium({ environment: { PATH: "/nowhere" }, ...rest }), usual);
  });

  it("quotes a variable that names no executable file", async () => {
    const environment = { COUNTERWEIGHT_CHROMIUM: "/nowhere/chrome", PATH: process.env.PATH };
    await assert.rejects(findChromium({ environment }), /COUNTERWEIGHT_CHROMIUM.*received "\/nowhere\/chrome"/);
    await assert.rejects(findChromium({ environment: { COUNTERWEIGHT_CHROMIUM: tmpdir() } }), /executable/);
  });

  it("says in one line what to install on each platform", async () => {
    const failure = async (platform: NodeJS.Platform): Promise<string> => {
      const found = findChromium({ environment: { PATH: "" }, platform, ...nowhere });
      return await found.then(
        () => assert.fail("a browser was found"),
        (error: Error) => error.message,
      );
    };
    assert.match(
      await failure("linux"),
      /^no Chrome.*apt-get install chromium fonts-liberation.*COUNTERWEIGHT_CHROMIUM.*$/,
    );
    assert.match(await failure("darwin"), /^no Chrome.*brew install --cask google-chrome.*$/);
  });
});
