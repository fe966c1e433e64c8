import { availableParallelism, freemem } from "node:os";

import { type Resources } from "../core";

/** A place for one trial at a time, with the environment of its process. */
export interface Slot {
  readonly environment: Readonly<Record<string, string>>;
}

/** What the machine has. */
export interface Machine {
  readonly cores: number;
  /** Bytes of free memory. */
  readonly memory: number;
  /** GPUs as CUDA_VISIBLE_DEVICES names them. */
  readonly gpus: readonly string[];
}

/** Threads and gigabytes of a trial, where a study does not say. */
const DEFAULTS = { threads: 1, memory: 2, minutes: 60 } as const;

/** The resources of a trial, with the defaults. */
export function resourcesOf(asked: Resources | undefined): Required<Resources> {
  return { ...DEFAULTS, ...asked };
}

/** What this machine has now; `gpus` as the driver counts them, or as CUDA_VISIBLE_DEVICES lists them. */
export function thisMachine(gpuCount: number, environment: NodeJS.ProcessEnv = process.env): Machine {
  const listed = environment.CUDA_VISIBLE_DEVICES?.split(",").map((name) => name.trim());
  const gpus = listed ?? Array.from({ length: gpuCount }, (_, index) => String(index));
  const allowed = process.constrainedMemory?.() ?? 0;
  // Without a limit the value is 0 or astronomically large.
  const memory = allowed > 0 ? Math.min(allowed, freemem()) : freemem();
  return { cores: availableParallelism(), memory, gpus: gpus.filter((name) => name !== "" && name !== "-1") };
}

/**
 * Places for trials to run side by side.
 *
 * On the CPU as many as cores and free memory allow; on GPUs one each, as long as cores and memory serve them. `parallel` wins over both; on
 * GPUs it shares them out in turn.
 *
 * @param device what computes.
 * @param resources what a trial asks for.
 * @param machine what there is.
 * @param parallel how many are wanted, at least 1.
 * @returns at least one place; each process has the threads its study asks for, whatever the number of places, so that results do not
 *   depend on it.
 * @throws RangeError when `parallel` is no integer above 0.
 */
export function slotsOf(
  device: "gpu" | "cpu",
  resources: Required<Resources>,
  machine: Machine,
  parallel?: number,
): Slot[] {
  if (parallel !== undefined && !(Number.isInteger(parallel) && parallel > 0)) {
    throw new RangeError(`--parallel takes an integer above 0, received ${parallel}`);
  }
  const { threads, memory } = resources;
  const room = Math.floor(machine.memory / (memory * 1e9));
  const places = device === "gpu" ? Math.max(1, machine.gpus.length) : Math.floor(machine.cores / threads);
  const count = parallel ?? Math.max(1, Math.min(places, room));
  return Array.from({ length: count }, (_, index) => ({
    environment: environmentOf(threads, device, machine.gpus[index % machine.gpus.length]),
  }));
}

/** Variables of a trial's process: its threads, and its GPU or none. */
export function environmentOf(threads: number, device: "gpu" | "cpu", gpu?: string): Record<string, string> {
  return {
    TF_NUM_INTRAOP_THREADS: String(threads),
    TF_NUM_INTEROP_THREADS: "1",
    OMP_NUM_THREADS: String(threads),
    // What was asked for here wins over a wish in the environment.
    COUNTERWEIGHT_DEVICE: device === "cpu" ? "cpu" : "",
    ...(device === "cpu" ? { CUDA_VISIBLE_DEVICES: "-1" } : gpu === undefined ? {} : { CUDA_VISIBLE_DEVICES: gpu }),
  };
}
