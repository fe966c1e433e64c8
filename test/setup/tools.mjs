import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";

import { kitOf } from "../../setup/core/kit.mjs";

/** A folder of this test file's own, removed after its tests. */
export function scratchFolder() {
  const folder = mkdtempSync(join(tmpdir(), "counterweight-setup-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * Puts an executable shell script into a folder.
 *
 * @param {string} folder
 * @param {string} name
 * @param {string} script
 */
export function fakeTool(folder, name, script) {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

/**
 * A kit whose output is kept, on an x86-64 Linux with nothing on its PATH.
 *
 * @param {string} root
 * @param {Partial<import("../../setup/core/kit.mjs").Kit>} [changes]
 */
export function fakeKit(root, changes = {}) {
  const lines = { text: "" };
  const kit = kitOf(root, {
    environment: { PATH: "" },
    platform: "linux",
    arch: "x64",
    musl: false,
    output: { write: (text) => (lines.text += text) },
    ...changes,
  });
  return { kit, lines };
}
