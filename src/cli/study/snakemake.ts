import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

import { writeResultsOf } from "./collected";
import { makePlan, requireDevice, resourcesOf } from "../../studies/execution";
import { claim } from "../../studies/execution/claim";
import { snakemakeCommand } from "../../studies/execution/snakemakeEnvironment";
import { snakemakeFolder, writeSnakemakeFolder } from "../../studies/execution/snakemakeFolder";
import { INTERRUPTED } from "../interrupted";
import { ownCommand, placesOf, selectionOf, sharedWords, studyOf, type RunOptions } from "./options";

export interface SnakemakeOptions {
  readonly executor: string;
  readonly jobs: number;
  readonly retries: number;
  readonly writeOnly?: boolean;
}

/**
 * Runs a study's trials through Snakemake, on this machine or a cluster, and stores their results.
 *
 * @param words arguments for Snakemake itself, such as `--slurm-no-account`.
 * @returns the exit code: 0 when all have a result, 1 when not, 130 when interrupted.
 */
export async function snakemake(
  name: string,
  words: readonly string[],
  options: RunOptions & SnakemakeOptions,
): Promise<number> {
  const study = await studyOf(name, options);
  const [{ profile, fresh, device }, places, selection] = [options, placesOf(options), selectionOf(options)];
  // The nodes of a cluster may have GPUs where this machine has none: there, a trial itself sees whether one answers.
  const computing = device === "auto" ? requireDevice("auto") : device;
  const folder = snakemakeFolder(places, name, profile);
  const release = await claim(join(folder, "snakemake.lock"), {
    onWait({ pid, host }) {
      throw new Error(`process ${pid} on ${host} drives Snakemake on ${name}, profile ${profile}: wait for its end`);
    },
  });
  try {
    const plan = await makePlan({ study, profile, selection, fresh, places });
    const { grid, pending } = plan;
    console.log(`study ${name}, profile ${profile}: ${grid.length} trials, ${pending.length} to run`);
    const own = [...ownCommand(), "study", "trial", name, "--device", device, ...sharedWords(options)];
    const resources = resourcesOf(study.profiles[profile].resources);
    const fixed = await writeSnakemakeFolder({
      ...{ study: name, profile, trials: pending, command: own, resources, device: computing, places },
    });
    const { executor, jobs, retries } = options;
    const asked = ["--executor", executor, "--jobs", String(jobs), "--retries", String(retries), ...words];
    if (options.writeOnly) {
      console.log(["snakemake", ...fixed, ...asked].join(" "));
      console.log(`afterwards: counterweight study collect ${name} --profile ${profile}`);
      return 0;
    }
    const interrupted = pending.length > 0 && (await drive(snakemakeCommand(console.log), [...fixed, ...asked]));
    const complete = await writeResultsOf(study, { profile, selection, places });
    return interrupted ? INTERRUPTED : complete ? 0 : 1;
  } finally {
    await release();
  }
}

/**
 * Runs Snakemake to its end. An interrupt of this process cancels the jobs, which write their last checkpoints.
 *
 * @returns whether it was interrupted.
 */
async function drive(command: string, words: readonly string[]): Promise<boolean> {
  const child = spawn(command, words, { stdio: ["ignore", "inherit", "inherit"], detached: true });
  let interrupted = false;
  const interrupt = () => {
    interrupted = true;
    // Snakemake's word for "cancel what runs"; SIGTERM would let it run to its end.
    child.kill("SIGINT");
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, interrupt);
  try {
    await once(child, "exit");
    return interrupted;
  } finally {
    for (const signal of signals) process.off(signal, interrupt);
  }
}
