import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";

import { type Profile } from "../../notebook/parameters";
import { writeWhole } from "../../training/wholeFile";
import { type Places, type Resources, type Trial } from "../core";
import { studyFolder, TRIAL_FILES } from "../core/places";
import { environmentOf } from "./slots";

/** One rule for all trials: a marker says that a trial's process ended well; the results are in the trials' own folders. */
const SNAKEFILE = `# Written by "counterweight study snakemake". config.json names the trials and the command that runs one.

rule all:
    localrule: True
    input:
        expand("done/{key}", key=config["trials"])

rule trial:
    output:
        touch("done/{key}")
    threads: config["threads"]
    resources:
        **config["resources"]
    params:
        command=config["command"],
        log=lambda wildcards: config["log"].replace("KEY", wildcards.key)
    shell:
        "{params.command} --key {wildcards.key} >> {params.log} 2>&1"
`;

/** Minutes that a job has beyond those of its trial: Snakemake starts anew in every job, and waits for a busy disk or processor. */
const START = 10;

export interface SnakemakeFolderOptions {
  readonly study: string;
  readonly profile: Profile;
  readonly trials: readonly Trial[];
  /** The command of a trial, its key apart. */
  readonly command: readonly string[];
  readonly resources: Required<Resources>;
  readonly device: "gpu" | "cpu";
  readonly places?: Places;
}

/** The folder in which Snakemake works on a study's profile. */
export function snakemakeFolder(places: Places, study: string, profile: Profile): string {
  return join(studyFolder(places, study), `snakemake.${profile}`);
}

/**
 * Writes what Snakemake needs to run trials: a Snakefile, the same for all studies, and its configuration. What Snakemake knew of an earlier
 * run is removed: which trials have a result is told by their folders alone.
 *
 * @returns the words for Snakemake that any run takes.
 */
export async function writeSnakemakeFolder(options: SnakemakeFolderOptions): Promise<string[]> {
  const { study, profile, trials, command, resources, device, places = {} } = options;
  const folder = snakemakeFolder(places, study, profile);
  await rm(join(folder, "done"), { recursive: true, force: true });
  await rm(join(folder, ".snakemake"), { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  // On a node of a cluster, the queue says which GPUs a process sees.
  const variables = Object.entries(environmentOf(resources.threads, device)).map(([name, value]) => `${name}=${value}`);
  const config = {
    trials: trials.map(({ key }) => key),
    // Snakemake works in its own folder; the command is one of the folder that this process was started in.
    command: `cd ${quoted(process.cwd())} && ${["env", ...variables, ...command].map(quoted).join(" ")}`,
    log: quoted(join(studyFolder(places, study), "KEY", TRIAL_FILES.log)),
    threads: resources.threads,
    resources: {
      mem_mb: Math.ceil(resources.memory * 1000),
      runtime: resources.minutes + START,
      ...(device === "gpu" && { gpu: 1 }),
    },
  };
  await writeWhole(join(folder, "Snakefile"), SNAKEFILE);
  await writeWhole(join(folder, "config.json"), `${JSON.stringify(config, null, 2)}\n`);
  return [
    ...["--snakefile", join(folder, "Snakefile"), "--configfile", join(folder, "config.json"), "--directory", folder],
    // A failed trial stops no other; a killed Snakemake leaves nothing to unlock; markers alone count.
    ...["--keep-going", "--nolock", "--rerun-triggers", "mtime", "--scheduler", "greedy"],
  ];
}

/** A word as the shell takes it. */
function quoted(word: string): string {
  return /^[A-Za-z0-9_./:=,@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
