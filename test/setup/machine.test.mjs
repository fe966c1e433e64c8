import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";

import { advice, systemOf } from "../../setup/machine/advice.mjs";
import { findCompiler, whatCompilerLacks } from "../../setup/machine/compiler.mjs";
import { chooseWheel, hasWheel, installedWheel } from "../../setup/machine/wheel.mjs";
import { nodeServes } from "../../setup/phases/node.mjs";
import { findNpm } from "../../setup/phases/packages.mjs";
import { fakeKit, fakeTool, scratchFolder } from "./tools.mjs";

const DEBIAN = systemOf("linux", 'ID=debian\nVERSION_ID="12"\n', true);

describe("Node's version", () => {
  it("is 20.19 or later, 22.12 or later, or 24 and later", () => {
    const accepted = ["20.19.0", "20.20.2", "22.12.0", "22.23.3", "24.0.0", "26.1.0"];
    const refused = ["18.20.0", "20.18.3", "21.7.0", "22.11.0", "23.11.0"];
    assert.deepEqual(accepted.filter(nodeServes), accepted);
    assert.deepEqual(refused.filter(nodeServes), []);
  });
});

describe("the advice on what to install", () => {
  it("names the packages of the system at hand", () => {
    const ubuntu = systemOf("linux", 'NAME="Ubuntu"\nID=ubuntu\nID_LIKE=debian\nVERSION_ID="24.04"\n', false);
    const mint = systemOf("linux", 'ID=linuxmint\nID_LIKE="ubuntu debian"\nVERSION_ID="22"\n', true);
    const fedora = systemOf("linux", "ID=fedora\nVERSION_ID=42\n", false);
    const rocky = systemOf("linux", 'ID="rocky"\nID_LIKE="rhel centos fedora"\nVERSION_ID="9.4"\n', true);
    const mac = systemOf("darwin", "", false);
    assert.equal(advice("python", DEBIAN), "apt-get install python3.11 python3.11-venv");
    assert.equal(advice("python", ubuntu), "sudo apt-get install python3.12 python3.12-venv");
    assert.equal(advice("venv", ubuntu, "3.11"), "sudo apt-get install python3.11-venv");
    assert.equal(advice("compiler", mint), "apt-get install g++");
    assert.equal(advice("compiler", fedora), "sudo dnf install gcc-c++");
    assert.equal(advice("python", rocky), "dnf install python3.12");
    assert.equal(advice("compiler", mac), "xcode-select --install");
    assert.equal(advice("python", mac), "brew install python@3.12");
    assert.equal(advice("compiler", systemOf("linux", "", true)), "g++ or clang++ with its standard library");
  });
});

describe("the C++ compiler", () => {
  /** @param {NodeJS.ProcessEnv} environment */
  const on = (environment) => ({ environment, platform: /** @type {const} */ ("linux") });

  it("is the one that CXX names with its arguments, else g++, c++ or clang++ from the PATH", () => {
    const folder = scratchFolder();
    const clang = fakeTool(folder, "clang++", "exit 0");
    assert.deepEqual(findCompiler(on({ PATH: folder })), [clang]);
    const gcc = fakeTool(folder, "g++", "exit 0");
    assert.deepEqual(findCompiler(on({ PATH: folder })), [gcc]);
    assert.deepEqual(findCompiler(on({ PATH: folder, CXX: "clang++ -stdlib=libc++" })), [clang, "-stdlib=libc++"]);
    assert.equal(findCompiler(on({ PATH: folder, CXX: "icpx" })), undefined);
  });

  it("is asked for by its package where there is none", () => {
    const lacking = whatCompilerLacks(on({ PATH: "" }), undefined, DEBIAN);
    assert.equal(lacking, "no C++ compiler found, install it: apt-get install g++");
    assert.match(whatCompilerLacks(on({ CXX: "icpx" }), undefined, DEBIAN) ?? "", /\(CXX is "icpx"\)/);
  });

  it("that lacks its headers is told from one that works", () => {
    const folder = scratchFolder();
    const error = "<stdin>:2:10: fatal error: string: No such file or directory";
    const bare = fakeTool(folder, "g++", `cat >/dev/null; echo '${error}' >&2; exit 1`);
    const whole = fakeTool(folder, "c++", "cat >/dev/null; exit 0");
    assert.equal(
      whatCompilerLacks(on({}), [bare], DEBIAN),
      `${bare} lacks the headers of C or C++ (${error}), install it: apt-get install g++`,
    );
    assert.equal(whatCompilerLacks(on({}), [whole], DEBIAN), undefined);
  });
});

describe("the choice of TensorFlow's wheel", () => {
  it("follows the platforms that TensorFlow is published for", () => {
    assert.ok(
      hasWheel("linux", "x64", false) && hasWheel("linux", "arm64", false) && hasWheel("darwin", "arm64", false),
    );
    assert.ok(
      !hasWheel("linux", "x64", true) && !hasWheel("darwin", "x64", false) && !hasWheel("linux", "riscv64", false),
    );
    assert.equal(chooseWheel(fakeKit("/", { musl: true }).kit), "js");
  });

  it("is CUDA's where nvidia-smi answers, and the processor's where it fails", () => {
    const folder = scratchFolder();
    const environment = { PATH: `${folder}:/usr/bin:/bin` };
    fakeTool(folder, "nvidia-smi", "echo 'GPU 0: Some Card (UUID: GPU-1)'");
    assert.equal(chooseWheel(fakeKit("/", { environment }).kit), "gpu");
    assert.equal(chooseWheel(fakeKit("/", { environment, arch: "arm64" }).kit), "cpu");
    fakeTool(folder, "nvidia-smi", 'echo "couldn\'t communicate with the NVIDIA driver"; exit 9');
    assert.equal(chooseWheel(fakeKit("/", { environment }).kit), "cpu");
  });

  it("keeps an environment that holds more than is asked for, and replaces one that holds less", () => {
    const plain = fakeKit("/").kit;
    const js = fakeKit("/", { environment: { PATH: "", COUNTERWEIGHT_BACKEND: "js" } }).kit;
    assert.equal(chooseWheel(plain, "gpu"), "gpu");
    assert.equal(chooseWheel(js), "js");
    assert.equal(chooseWheel(js, "cpu"), "cpu");
    assert.equal(chooseWheel(plain, "js"), "cpu");
  });

  it("obeys COUNTERWEIGHT_WHEEL and refuses what it does not know", () => {
    const asked = (/** @type {string} */ wheel) => fakeKit("/", { environment: { COUNTERWEIGHT_WHEEL: wheel } }).kit;
    assert.equal(chooseWheel(asked("cpu"), "gpu"), "cpu");
    assert.throws(() => chooseWheel(asked("tpu")), {
      message: 'COUNTERWEIGHT_WHEEL must be "gpu", "cpu" or "js", received "tpu"',
    });
  });

  it("is read back from what is installed", () => {
    const { kit } = fakeKit(scratchFolder());
    assert.equal(installedWheel(kit), undefined);
    const packages = join(kit.root, ".venv", "lib", "python3.12", "site-packages");
    mkdirSync(join(packages, "tensorboard-2.21.0.dist-info"), { recursive: true });
    assert.equal(installedWheel(kit), undefined);
    mkdirSync(join(packages, "tensorflow_cpu-2.21.0.dist-info"));
    assert.deepEqual(installedWheel(kit), {
      folder: join(packages, "tensorflow"),
      name: "tensorflow_cpu-2.21.0",
      python: "python3.12",
    });
  });
});

describe("npm", () => {
  it("is the one that runs the script, else that on the PATH, else asked for by its package", () => {
    const folder = scratchFolder();
    const cli = fakeTool(folder, "npm-cli.js", "");
    const node = fakeTool(join(folder, "bin"), "node", "");
    const npm = fakeTool(join(folder, "path"), "npm", "");
    const kitWith = (/** @type {NodeJS.ProcessEnv} */ environment) => fakeKit(folder, { environment, node }).kit;
    assert.deepEqual(findNpm(kitWith({ npm_execpath: cli, PATH: join(folder, "path") })), [node, cli]);
    assert.deepEqual(findNpm(kitWith({ npm_execpath: "/opt/yarn.js", PATH: join(folder, "path") })), [npm]);
    assert.throws(() => findNpm(kitWith({ PATH: "" })), /^SetupStop: npm not found\. Install it: /);
  });
});
