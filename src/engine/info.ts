import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";

import { tf } from "./tf";

/** What computes: printed on every run, so that a number can be traced to the library and machine that made it. */
export interface EngineInfo {
  /** Version of this library. */
  readonly version: string;
  /** `"tensorflow"` (native library) or `"cpu"` (plain JavaScript). */
  readonly backend: string;
  /** `"CPU: <model>"` or `"GPU: <name>"`. */
  readonly device: string;
  /** Threads that one operation may use. */
  readonly threads: number;
  /** Version of the native TensorFlow library; null on the JavaScript backend. */
  readonly tensorflow: string | null;
  readonly tfjs: string;
  readonly node: string;
}

interface NativeBackend {
  readonly isUsingGpuDevice?: boolean;
  readonly binding?: { readonly TF_Version?: string };
}

/**
 * Tells which library and device run the tensors of this process.
 *
 * @returns library version, backend, device, threads per operation, and the versions of TensorFlow, tfjs and Node.
 */
export function info(): EngineInfo {
  const backend = tf.getBackend();
  const native = backend === "tensorflow" ? (tf.backend() as unknown as NativeBackend) : undefined;
  return {
    version: packageVersion(),
    backend,
    device: native?.isUsingGpuDevice ? `GPU: ${gpuName()}` : `CPU: ${cpus()[0]?.model.trim() ?? "unknown"}`,
    threads: native ? operationThreads() : 1,
    tensorflow: native?.binding?.TF_Version ?? null,
    tfjs: tf.version.tfjs,
    node: process.version,
  };
}

/** TensorFlow takes its thread count from this variable, and all logical cores where it is unset or 0. */
function operationThreads(): number {
  return Number(process.env.TF_NUM_INTRAOP_THREADS) || availableParallelism();
}

function gpuName(): string {
  try {
    const names = execFileSync("nvidia-smi", ["--query-gpu=name", "--format=csv,noheader"], { encoding: "utf8" });
    return names.trim().split("\n")[0];
  } catch {
    return "name unknown (nvidia-smi does not answer)";
  }
}

function packageVersion(): string {
  const manifest = JSON.parse(readFileSync(join(__dirname, "..", "..", "package.json"), "utf8")) as { version: string };
  return manifest.version;
}
