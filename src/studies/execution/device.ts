import { execFileSync } from "node:child_process";

import { info } from "../../engine";

/** What computes: a GPU or an error, the processor, or a GPU where one answers. */
export const devices = ["auto", "cpu", "gpu"] as const;
export type Device = (typeof devices)[number];

/**
 * The device that this process computes on, when one was asked for.
 *
 * @param asked "gpu", "cpu" or "auto".
 * @param engine library and device of the process.
 * @returns "gpu" or "cpu": which of them the library uses.
 * @throws Error when a GPU was asked for and none answers: with what the library runs on, what the driver says, and what to do.
 */
export function requireDevice(asked: Device, engine = info(), driver = driverAnswer()): "gpu" | "cpu" {
  const found = engine.device.startsWith("GPU") ? "gpu" : "cpu";
  if (asked !== "gpu" || found === "gpu") return asked === "cpu" ? "cpu" : found;
  const hidden = process.env.CUDA_VISIBLE_DEVICES;
  const remedy =
    driver.names.length === 0
      ? "install NVIDIA's driver, or ask for --device cpu"
      : hidden === "" || hidden === "-1"
        ? `CUDA_VISIBLE_DEVICES is "${hidden}", which hides it: unset it`
        : 'install the CUDA build of TensorFlow with "COUNTERWEIGHT_WHEEL=gpu npm run setup", or see TensorFlow\'s reason with TF_CPP_MIN_LOG_LEVEL=0';
  const sees =
    driver.names.length === 0 ? `nvidia-smi: ${driver.reason}` : `nvidia-smi sees ${driver.names.join(", ")}`;
  throw new Error(
    `a GPU was asked for and none answers: the library (${engine.backend}, TensorFlow ${engine.tensorflow ?? "none"}) runs on ${engine.device}; ${sees}; ${remedy}`,
  );
}

/** What NVIDIA's driver tells. */
export interface DriverAnswer {
  /** Of every GPU, in the driver's order. */
  readonly names: readonly string[];
  /** Why there are none. */
  readonly reason: string;
}

/** Asks NVIDIA's driver for the GPUs of this machine. */
export function driverAnswer(): DriverAnswer {
  try {
    const text = execFileSync("nvidia-smi", ["--query-gpu=name", "--format=csv,noheader"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      timeout: 20_000,
    });
    const names = text
      .split("\n")
      .map((name) => name.trim())
      .filter((name) => name !== "");
    return { names, reason: names.length === 0 ? "no GPU" : "" };
  } catch (error) {
    const { code, stderr, stdout } = error as NodeJS.ErrnoException & { stderr?: string; stdout?: string };
    const said = `${stdout ?? ""}${stderr ?? ""}`.trim().split("\n")[0];
    return { names: [], reason: code === "ENOENT" ? "not installed" : said || (error as Error).message };
  }
}
