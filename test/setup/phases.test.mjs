import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";

import { swapFolder, writeWhole } from "../../setup/core/files.mjs";
import { carryOut, isDone } from "../../setup/core/runner.mjs";
import { addon, addonPlace, whyNotNative } from "../../setup/phases/addon.mjs";
import { kernelspec, labSettings } from "../../setup/phases/jupyter.mjs";
import { packages } from "../../setup/phases/packages.mjs";
import { python } from "../../setup/phases/python.mjs";
import { fakeKit, fakeTool, scratchFolder } from "./tools.mjs";

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const SYSTEM_PATH = "/usr/bin:/bin";

describe("the phase of npm packages", () => {
  it("quotes npm's last words when npm fails, and is to be done again", async () => {
    const folder = scratchFolder();
    fakeTool(folder, "npm", "echo 'npm error code ENETUNREACH'; exit 1");
    const { kit } = fakeKit(folder, { environment: { PATH: folder } });
    await assert.rejects(carryOut(packages, kit), { name: "SetupStop", details: "npm error code ENETUNREACH" });
    assert.equal(isDone(packages, kit), false);
  });

  it("hides from npm what an outer npm run says of its own package", async () => {
    const folder = scratchFolder();
    fakeTool(folder, "npm", "env > seen; mkdir node_modules; touch node_modules/.package-lock.json");
    const environment = {
      PATH: `${folder}:${SYSTEM_PATH}`,
      npm_config_local_prefix: "/x",
      npm_config_registry: "mine",
    };
    const { kit } = fakeKit(folder, { environment });
    await carryOut(packages, kit);
    const seen = readFileSync(join(folder, "seen"), "utf8");
    assert.match(seen, /npm_config_registry=mine/);
    assert.doesNotMatch(seen, /local_prefix/);
    assert.equal(isDone(packages, kit), true);
    writeFileSync(join(folder, "package-lock.json"), "{}");
    assert.equal(isDone(packages, kit), false);
  });
});

describe("the phase of the Python environment", () => {
  const answer = { version: [3, 12], implementation: "CPython", free: false, machine: "x86_64", venv: true };

  /**
   * A Python whose environments hold a Python that runs this in the place of pip.
   *
   * @param {string} pip
   */
  function kitWithPip(pip) {
    const folder = scratchFolder();
    const script = `
case "$*" in
  *json.dumps*) echo '${JSON.stringify(answer)}';;
  *"-m venv"*) mkdir -p .venv/bin; cp "$0" .venv/bin/python;;
  *"-m pip"*) ${pip};;
esac`;
    const fake = fakeTool(join(folder, "tools"), "fake-python", script);
    mkdirSync(join(folder, "setup"));
    writeFileSync(join(folder, "setup", "requirements.txt"), "# one");
    return fakeKit(folder, { environment: { PATH: SYSTEM_PATH, COUNTERWEIGHT_PYTHON: fake, PYTHONPATH: "/elsewhere" } })
      .kit;
  }

  it("leaves no half-made environment when pip fails", async () => {
    const kit = kitWithPip("echo 'ERROR: No matching distribution found'; exit 1");
    await assert.rejects(carryOut(python, kit), { name: "SetupStop", details: /No matching distribution/ });
    assert.equal(existsSync(join(kit.root, ".venv")), false);
  });

  it("makes the environment anew after an interruption and when the lock file changes", async () => {
    const kit = kitWithPip('echo "$*" > pip-arguments; echo "path:$PYTHONPATH" > pip-path');
    mkdirSync(join(kit.root, ".venv", "left-over"), { recursive: true });
    await carryOut(python, kit);
    assert.equal(existsSync(join(kit.root, ".venv", "left-over")), false);
    assert.match(
      readFileSync(join(kit.root, "pip-arguments"), "utf8"),
      /--require-hashes --only-binary=:all: .*-r setup\/requirements\.txt/,
    );
    assert.equal(readFileSync(join(kit.root, "pip-path"), "utf8"), "path:\n");
    assert.equal(isDone(python, kit), true);
    writeFileSync(join(kit.root, "setup", "requirements.txt"), "# two");
    assert.equal(isDone(python, kit), false);
  });
});

describe("the phase of the addon", () => {
  const PLACE = "node_modules/@tensorflow/tfjs-node-gpu/lib/napi-v8";

  function kitWithWheel() {
    const folder = scratchFolder();
    mkdirSync(join(folder, ".venv/lib/python3.12/site-packages/tensorflow_cpu-2.21.0.dist-info"), { recursive: true });
    return fakeKit(folder, { environment: { PATH: "" } }).kit;
  }

  it("falls back on the JavaScript backend without a compiler, and tries again once there is one", async () => {
    const kit = kitWithWheel();
    await carryOut(addon, kit);
    assert.match(whyNotNative(kit) ?? "", /^no C\+\+ compiler found, install it: .*, then npm run setup$/);
    assert.equal(isDone(addon, kit), true);
    assert.equal(isDone(addon, { ...kit, retry: true }), false);
    const compiler = fakeTool(join(kit.root, "tools"), "g++", "exit 1");
    assert.equal(isDone(addon, { ...kit, environment: { CXX: compiler } }), false);
  });

  it("tells which compile failed, in one line", async () => {
    const kit = kitWithWheel();
    const script =
      'case "$*" in *fsyntax-only*) cat >/dev/null; exit 0;; esac; echo "x.cc:1: error: no such thing"; exit 1';
    const environment = { PATH: SYSTEM_PATH, CXX: fakeTool(join(kit.root, "tools"), "mine", script) };
    await carryOut(addon, { ...kit, environment });
    assert.match(
      whyNotNative(kit) ?? "",
      /^the addon does not compile: x\.cc:1: error: no such thing \(.*compile-1\.log\)$/,
    );
  });

  it("says so where the platform has no TensorFlow", async () => {
    const { kit } = fakeKit(scratchFolder(), { musl: true });
    await carryOut(addon, kit);
    assert.match(whyNotNative(kit) ?? "", /^TensorFlow is not published for linux x64 with musl$/);
  });

  it("puts a compiled addon back after npm has erased it, and takes away one that serves no longer", async () => {
    const kit = kitWithWheel();
    await carryOut(addon, kit);
    const [entry] = readdirSync(join(kit.state, "addon"));
    const cached = join(kit.state, "addon", entry);
    for (const file of ["tfjs_binding.node", "quiet.node"]) writeWhole(join(cached, file), `bytes of ${file}`);
    await carryOut(addonPlace, kit);
    const placed = join(kit.root, PLACE, "tfjs_binding.node");
    assert.equal(readFileSync(placed, "utf8"), "bytes of tfjs_binding.node");
    assert.equal(isDone(addonPlace, kit), true);
    writeFileSync(placed, "bytes of another one......");
    assert.equal(isDone(addonPlace, kit), false);
    await carryOut(addonPlace, kit);
    assert.equal(readFileSync(placed, "utf8"), "bytes of tfjs_binding.node");
    writeWhole(join(kit.root, ".venv/lib/python3.12/site-packages/tensorflow_cpu-2.22.0.dist-info/METADATA"), "");
    const newer = join(kit.root, ".venv/lib/python3.12/site-packages");
    assert.equal(readdirSync(newer).length, 2);
    await carryOut(addonPlace, { ...kit, arch: "arm64" });
    assert.equal(existsSync(placed), false);
  });
});

describe("the kernel's specification", () => {
  it("names Node and the launcher by absolute paths, and follows a change of Node", async () => {
    const { kit } = fakeKit(scratchFolder(), { node: "/opt/node-20/bin/node" });
    await carryOut(kernelspec, kit);
    const path = join(kit.root, ".venv/share/jupyter/kernels/counterweight/kernel.json");
    const spec = JSON.parse(readFileSync(path, "utf8"));
    assert.equal(spec.argv[0], "/opt/node-20/bin/node");
    assert.ok(spec.argv[1].startsWith(join(kit.root, "dist", "kernel")));
    assert.equal(spec.argv[2], "{connection_file}");
    assert.equal(spec.interrupt_mode, "signal");
    assert.equal(isDone(kernelspec, { ...kit, node: "/opt/node-24/bin/node" }), false);
  });
});

describe("JupyterLab's settings", () => {
  it("get the one entry, and keep what JupyterLab and its user wrote", async () => {
    const { kit } = fakeKit(scratchFolder());
    const path = join(kit.root, ".venv/etc/jupyter/labconfig/page_config.json");
    writeWhole(path, '{"disabledExtensions": {"theirs": true}, "lockedExtensions": {}}');
    await carryOut(labSettings, kit);
    const announcements = "@jupyterlab/apputils-extension:announcements";
    const settings = { disabledExtensions: { theirs: true, [announcements]: true }, lockedExtensions: {} };
    assert.deepEqual(JSON.parse(readFileSync(path, "utf8")), settings);
    writeWhole(path, JSON.stringify({ ...settings, more: 1 }));
    assert.equal(isDone(labSettings, kit), true);
    writeWhole(path, "{}");
    assert.equal(isDone(labSettings, kit), false);
  });
});

describe("a folder that is swapped in", () => {
  it("replaces the old one, also after a swap that was cut short", () => {
    const folder = scratchFolder();
    const [made, place] = [join(folder, "dist.new"), join(folder, "dist")];
    writeWhole(join(folder, "dist.old", "index.js"), "left over");
    writeWhole(join(made, "index.js"), "new");
    swapFolder(made, place);
    assert.deepEqual(readdirSync(folder), ["dist"]);
    assert.equal(readFileSync(join(place, "index.js"), "utf8"), "new");
  });
});

describe("set-up without Python", () => {
  it("stops with one line before anything is made, and counts as a failed test run", () => {
    const folder = scratchFolder();
    cpSync(join(ROOT, "setup"), join(folder, "setup"), { recursive: true });
    fakeTool(join(folder, "tools"), "npm", "exit 1");
    const env = { PATH: join(folder, "tools") };
    const { status, stdout, stderr } = spawnSync(process.execPath, ["setup/run.mjs", "test"], {
      cwd: folder,
      env,
      encoding: "utf8",
    });
    assert.equal(status, 1);
    assert.match(stderr, /^set-up: no Python 3\.11 to 3\.13 found\..* Install one: .*\n$/);
    assert.equal(stdout, "0 passed, 1 failed\n");
    assert.deepEqual(readdirSync(folder).sort(), [".setup", "setup", "tools"]);
  });
});
