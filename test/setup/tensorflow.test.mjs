import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";

import { scratchFolder } from "./tools.mjs";

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const ADDONS = join(ROOT, "node_modules/@tensorflow/tfjs-node-gpu/lib/napi-v8");
const isNative = existsSync(join(ADDONS, "tfjs_binding.node"));
const needsNative = { skip: isNative ? false : "the native addon is not compiled here" };

const { quietly, withoutChatter } = createRequire(import.meta.url)("../../vendor/tfjs-node/quietly.js");

/** Loads both libraries, computes with each, and prints what came out. */
const PROGRAM = `
  const tf = require("@tensorflow/tfjs-node");
  const dfd = require("danfojs-node");
  const product = tf.matMul(tf.tensor2d([1, 2, 3, 4], [2, 2]), tf.tensor2d([5, 6, 7, 8], [2, 2]));
  const convolved = tf.conv2d(tf.ones([1, 4, 4, 1]), tf.ones([3, 3, 1, 1]), 1, "valid");
  const { values } = tf.topk(tf.tensor1d([1, 3, 2]), 2);
  console.log(JSON.stringify({
    backend: tf.getBackend(),
    backends: Object.keys(tf.engine().registry),
    one: dfd.tensorflow === tf,
    results: [product, convolved, values].map((tensor) => [...tensor.dataSync()]),
    means: [...new dfd.DataFrame({ a: [1, 2, 3], b: [4, 5, 9] }).mean({ axis: 0 }).values],
    scaled: new dfd.MinMaxScaler().fitTransform(new dfd.DataFrame({ a: [1, 2, 3] })).values.flat(),
  }));`;

/** To be loaded first: from then on the addon's file seems not to be there. */
const HIDING = `
  const fs = require("node:fs");
  const { existsSync } = fs;
  fs.existsSync = (path) => !String(path).endsWith("tfjs_binding.node") && existsSync(path);`;

const RESULTS = {
  one: true,
  results: [
    [19, 22, 43, 50],
    [9, 9, 9, 9],
    [3, 2],
  ],
  means: [2, 6],
  scaled: [0, 0.5, 1],
};

/**
 * @param {string} program
 * @param {NodeJS.ProcessEnv} environment
 * @param {string[]} options of Node
 */
function runNode(program, environment = {}, options = []) {
  const inherited = { ...process.env, COUNTERWEIGHT_BACKEND: undefined, TF_CPP_MIN_LOG_LEVEL: undefined };
  const env = { ...inherited, NODE_TEST_CONTEXT: undefined, ...environment };
  return spawnSync(process.execPath, [...options, "-e", program], { cwd: ROOT, env, encoding: "utf8" });
}

describe("the one TensorFlow of the process", () => {
  it("is native, is danfojs's too, and neither of them writes a line", needsNative, () => {
    const { stdout, stderr, status } = runNode(PROGRAM);
    assert.equal(stderr, "");
    assert.equal(status, 0);
    const { backend, backends, ...rest } = JSON.parse(stdout);
    assert.equal(backend, "tensorflow");
    assert.equal(backends.filter((/** @type {string} */ name) => name === "tensorflow").length, 1);
    assert.deepEqual(rest, RESULTS);
  });

  it("is the JavaScript backend when COUNTERWEIGHT_BACKEND asks for it, with the same results and as quiet", () => {
    const { stdout, stderr } = runNode(PROGRAM, { COUNTERWEIGHT_BACKEND: "js" });
    assert.equal(stderr, "");
    const { backend, backends, ...rest } = JSON.parse(stdout);
    assert.equal(backend, "cpu");
    assert.ok(!backends.includes("tensorflow"));
    assert.deepEqual(rest, RESULTS);
  });

  it("takes a GPU's memory as it is needed, unless it is told otherwise, wherever it is loaded from", () => {
    const program = 'require("@tensorflow/tfjs-node"); console.log(process.env.TF_FORCE_GPU_ALLOW_GROWTH)';
    const growth = (/** @type {string | undefined} */ set) =>
      runNode(program, { TF_FORCE_GPU_ALLOW_GROWTH: set }).stdout.trim();
    assert.deepEqual([growth(undefined), growth("false")], ["true", "false"]);
  });

  it("is an error where COUNTERWEIGHT_DEVICE asks for a GPU and none answers, and hides GPUs where it asks for the processor", () => {
    const program = 'require("@tensorflow/tfjs-node"); console.log(process.env.CUDA_VISIBLE_DEVICES)';
    const none = runNode(program, { COUNTERWEIGHT_DEVICE: "gpu", CUDA_VISIBLE_DEVICES: "-1" });
    assert.equal(none.status, 1);
    assert.match(
      none.stderr,
      /a GPU was asked for \(COUNTERWEIGHT_DEVICE=gpu\) and none answers: look whether nvidia-smi/,
    );
    assert.equal(runNode(program, { COUNTERWEIGHT_DEVICE: "cpu", CUDA_VISIBLE_DEVICES: "0" }).stdout.trim(), "-1");
    const other = runNode(program, { COUNTERWEIGHT_DEVICE: "tpu" });
    assert.match(other.stderr, /COUNTERWEIGHT_DEVICE must be "cpu" or "gpu" or unset, received "tpu"/);
  });

  it("is the JavaScript backend where the addon is absent, unless the native one is insisted on", () => {
    const preload = join(scratchFolder(), "absent.cjs");
    writeFileSync(preload, HIDING);
    const { stdout, stderr } = runNode(PROGRAM, {}, ["--require", preload]);
    assert.equal(stderr, "");
    const { backend, backends, ...rest } = JSON.parse(stdout);
    assert.equal(backend, "cpu");
    assert.ok(!backends.includes("tensorflow"));
    assert.deepEqual(rest, RESULTS);

    const insisting = runNode(PROGRAM, { COUNTERWEIGHT_BACKEND: "native" }, ["--require", preload]);
    assert.notEqual(insisting.status, 0);
    assert.match(insisting.stderr, /the native addon was not compiled: run `npm run setup`/);
  });

  it("refuses a backend that it does not know", () => {
    const { stderr, status } = runNode(PROGRAM, { COUNTERWEIGHT_BACKEND: "webgl" });
    assert.notEqual(status, 0);
    assert.match(stderr, /COUNTERWEIGHT_BACKEND must be "js" or "native" or unset, received "webgl"/);
  });

  it("shows TensorFlow's own lines at log level 0", needsNative, () => {
    const { stderr } = runNode(PROGRAM, { TF_CPP_MIN_LOG_LEVEL: "0" });
    assert.match(stderr, /cpu_feature_guard/);
  });
});

describe("what native code writes to stderr", () => {
  /** @param {string} work what is done while stderr is held back */
  const holding = (work) =>
    runNode(`
      const { writeSync } = require("node:fs");
      const { quietly } = require("./vendor/tfjs-node/quietly.js");
      const result = quietly(${JSON.stringify(join(ADDONS, "quiet.node"))}, () => { ${work} });
      writeSync(2, "after\\n");
      console.log(result);`);
  const LINES = '"I0000 00:00:1.1 1 port.cc:153] oneDNN is on\\nE0000 00:00:1.1 1 cuda.cc:1] no driver\\n"';

  it("is held back and shown again without the known chatter", needsNative, () => {
    const { stderr, stdout } = holding(`writeSync(2, ${LINES}); return 7;`);
    assert.equal(stderr, "E0000 00:00:1.1 1 cuda.cc:1] no driver\nafter\n");
    assert.equal(stdout, "7\n");
  });

  it("is shown whole when the work throws or the process aborts", needsNative, () => {
    for (const end of ['throw new Error("broken");', "process.abort();"]) {
      const { stderr, stdout } = holding(`writeSync(2, ${LINES}); ${end}`);
      assert.match(stderr, /oneDNN is on\nE0000 .* no driver\n/);
      assert.equal(stdout, "");
    }
  });

  it("passes through where the small addon is absent", () => {
    assert.equal(
      quietly("/nowhere/quiet.node", () => 5),
      5,
    );
  });

  it("is chatter only when it is an info or warning line of TensorFlow's log", () => {
    const chatter = [
      "WARNING: All log messages before absl::InitializeLog() is called are written to STDERR",
      "I0000 00:00:1795224958.166884    7963 port.cc:153] oneDNN custom operations are on.",
      "2026-01-01 10:00:00.123456: I tensorflow/core/util/port.cc:153] oneDNN custom operations are on.",
      "To enable the following instructions: AVX2 FMA, in other operations, rebuild TensorFlow.",
    ];
    const news = ["F0000 00:00:1.1 1 cpu.cc:9] needs AVX", "Illegal instruction", "WARNING: the disk is full"];
    assert.equal(withoutChatter(`${chatter.join("\n")}\n`), "");
    assert.equal(withoutChatter([...chatter, ...news, ""].join("\n")), `${news.join("\n")}\n`);
  });
});
