"use strict";

/*
 * The one TensorFlow.js of the process: the native library where its addon was compiled, the JavaScript backend elsewhere.
 * danfojs-node asks for "@tensorflow/tfjs-node" too and gets this very module.
 *
 *   COUNTERWEIGHT_BACKEND=js       the JavaScript backend, whatever was compiled
 *   COUNTERWEIGHT_BACKEND=native   the native library, an error without it
 *   COUNTERWEIGHT_DEVICE=gpu       a GPU, an error where none answers
 *   COUNTERWEIGHT_DEVICE=cpu       the processor, GPUs or not
 *   TF_CPP_MIN_LOG_LEVEL=0         shows every line that TensorFlow writes while it starts
 */

const { existsSync } = require("node:fs");
const { dirname, join } = require("node:path");
const util = require("node:util");
const { quietly } = require("./quietly");

const ADDON = join("lib", "napi-v8", "tfjs_binding.node");

module.exports = onDevice(process.env.COUNTERWEIGHT_DEVICE ?? "");

/**
 * The library, on the device that was asked for.
 *
 * @param {string} device value of COUNTERWEIGHT_DEVICE
 */
function onDevice(device) {
  if (!["", "cpu", "gpu"].includes(device)) {
    throw new Error(`COUNTERWEIGHT_DEVICE must be "cpu" or "gpu" or unset, received "${device}"`);
  }
  // Both are read when the library meets its first GPU. Memory that is taken as it is needed lets processes share one.
  process.env.TF_FORCE_GPU_ALLOW_GROWTH ??= "true";
  if (device === "cpu") process.env.CUDA_VISIBLE_DEVICES = "-1";
  const tf = choose(process.env.COUNTERWEIGHT_BACKEND ?? "");
  const { isUsingGpuDevice } = /** @type {{ isUsingGpuDevice?: boolean }} */ (tf.backend());
  if (device !== "gpu" || isUsingGpuDevice) return tf;
  throw new Error(
    "a GPU was asked for (COUNTERWEIGHT_DEVICE=gpu) and none answers: look whether nvidia-smi and CUDA_VISIBLE_DEVICES show one, install " +
      "the CUDA build of TensorFlow with `COUNTERWEIGHT_WHEEL=gpu npm run setup`, see TensorFlow's reason with TF_CPP_MIN_LOG_LEVEL=0, " +
      "or unset the variable",
  );
}

/** @param {string} wanted value of COUNTERWEIGHT_BACKEND */
function choose(wanted) {
  if (!["", "js", "native"].includes(wanted)) {
    throw new Error(`COUNTERWEIGHT_BACKEND must be "js" or "native" or unset, received "${wanted}"`);
  }
  if (wanted === "js") return javaScript();
  const folder = dirname(require.resolve("@tensorflow/tfjs-node-gpu/package.json"));
  if (existsSync(join(folder, ADDON))) return native(dirname(join(folder, ADDON)));
  if (wanted === "") return javaScript();
  throw new Error('COUNTERWEIGHT_BACKEND is "native", but the native addon was not compiled: run `npm run setup`');
}

/** @param {string} folder where the addons lie */
function native(folder) {
  restoreUtilities();
  // Level 2 keeps errors and drops the chatter of TensorFlow's start; the library reads it once, when it is loaded.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "2";
  const load = () => require("@tensorflow/tfjs-node-gpu");
  try {
    return process.env.TF_CPP_MIN_LOG_LEVEL === "0" ? load() : quietly(join(folder, "quiet.node"), load);
  } catch (error) {
    const remedy = "run `npm run setup` to compile it anew, or set COUNTERWEIGHT_BACKEND=js for the JavaScript backend";
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`the native TensorFlow does not load: ${remedy}\n${reason}`, { cause: error });
  }
}

function javaScript() {
  const tf = require("@tensorflow/tfjs");
  tf.setBackend("cpu");
  // The backend greets at its first tensor and advises to install the native one: set-up has said so already.
  Object.assign(tf.backend(), { firstUse: false });
  return tf;
}

/** tfjs-node calls helpers of node:util that warn on Node 22 and are gone from Node 23 on. */
function restoreUtilities() {
  if (Number.parseInt(process.versions.node, 10) < 22) return;
  util.isNullOrUndefined = (value) => value === null || value === undefined;
  util.isArray = Array.isArray;
}
