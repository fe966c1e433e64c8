import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";

import { findPython } from "../../setup/machine/python.mjs";
import { fakeTool, scratchFolder } from "./tools.mjs";

/** @type {import("../../setup/machine/advice.mjs").System} */
const DEBIAN = { family: "debian", python: "3.11", root: true };

/**
 * A Python that answers the question of what it is.
 *
 * @param {object} answer
 */
function answering(answer) {
  const usual = { version: [3, 12], implementation: "CPython", free: false, machine: "x86_64", venv: true };
  return `echo '${JSON.stringify({ ...usual, ...answer })}'`;
}

/**
 * @param {string[]} folders
 * @param {string} [named]
 */
function find(folders, named) {
  const environment = { PATH: folders.join(":"), ...(named && { COUNTERWEIGHT_PYTHON: named }) };
  return findPython({ environment, platform: "linux", arch: "x64" }, DEBIAN);
}

describe("finding Python", () => {
  it("passes over launchers that fail, and takes the next of that name on the PATH", () => {
    const folder = scratchFolder();
    const [shims, real] = [join(folder, "shims"), join(folder, "real")];
    for (const name of ["python3.13", "python3.11", "python3"])
      fakeTool(shims, name, "echo 'command not found' >&2; exit 127");
    const path = fakeTool(real, "python3.11", answering({ version: [3, 11] }));
    assert.equal(find([shims, real]), path);
  });

  it("prefers the newest in range, and refuses those that have no wheels", () => {
    const folder = scratchFolder();
    fakeTool(folder, "python3", answering({ version: [3, 14] }));
    fakeTool(folder, "python3.13", answering({ version: [3, 13], free: true }));
    const path = fakeTool(folder, "python3.12", answering({}));
    fakeTool(folder, "python3.11", answering({ version: [3, 11] }));
    assert.equal(find([folder]), path);
  });

  it("names the package that brings Python, and tells what it tried", () => {
    assert.throws(() => find([scratchFolder()]), {
      name: "SetupStop",
      message:
        "no Python 3.11 to 3.13 found. Install one: apt-get install python3.11 python3.11-venv; or set COUNTERWEIGHT_PYTHON to its path",
    });
    const folder = scratchFolder();
    const old = fakeTool(folder, "python3", answering({ version: [3, 9] }));
    const other = fakeTool(folder, "python3.12", answering({ machine: "aarch64" }));
    assert.throws(
      () => find([folder]),
      (/** @type {Error} */ error) => {
        assert.ok(error.message.includes(`${old} is version 3.9`));
        assert.ok(error.message.includes(`${other} is for aarch64, and Node is for x64`));
        assert.ok(!error.message.includes("\n"));
        return true;
      },
    );
  });

  it("names the venv package of the very version that lacks it, unless another Python has it", () => {
    const folder = scratchFolder();
    const bare = fakeTool(folder, "python3.12", answering({ venv: false }));
    assert.throws(() => find([folder]), {
      message: `${bare} has no venv module. Install it: apt-get install python3.12-venv`,
    });
    const whole = fakeTool(folder, "python3.11", answering({ version: [3, 11] }));
    assert.equal(find([folder]), whole);
  });

  it("takes the one that COUNTERWEIGHT_PYTHON names and no other", () => {
    const folder = scratchFolder();
    fakeTool(folder, "python3.12", answering({}));
    const named = fakeTool(join(folder, "own"), "mine", answering({ version: [3, 11] }));
    assert.equal(find([folder], named), named);
    const old = fakeTool(join(folder, "own"), "old", answering({ version: [3, 10] }));
    assert.throws(() => find([folder], old), {
      message: `COUNTERWEIGHT_PYTHON must name a Python 3.11 to 3.13, but ${old} is version 3.10`,
    });
    assert.throws(() => find([folder], "/nowhere/python"), {
      message: "COUNTERWEIGHT_PYTHON must name a Python 3.11 to 3.13, but /nowhere/python is no executable",
    });
  });
});
