import { relative } from "node:path";
import { Option, type Command } from "commander";

import { studyStatus, collect, devices } from "../../studies/execution";
import { storedOf } from "../../studies/core";
import { storedOrNone } from "../../studies/core/stored";
import { pruneResults } from "../../studies/core/results";
import { INTERRUPTED } from "../interrupted";
import { costText, measure, type CostOptions } from "./cost";
import { exportStudy, missingText } from "./export";
import {
  count,
  placesOf,
  selectionOf,
  studyOf,
  withModule,
  withPlaces,
  withRunning,
  withSelection,
  type RunOptions,
  type SelectionOptions,
  type StudyOptions,
} from "./options";
import { run } from "./run";
import { statusText, studyList, tablesText, writeFigures } from "./show";
import { snakemake, type SnakemakeOptions } from "./snakemake";
import { trial, type TrialOptions } from "./trial";

/**
 * Adds `counterweight study`: list, run, resume, status, table, figure, export, cost, snakemake, and what these and a cluster call: trial,
 * measure, collect, prune.
 */
export function addStudyCommands(program: Command): void {
  const study = program.command("study").description("experiments as grids of trials: run, look, export");
  const named = (name: string, description: string) =>
    study.command(name).description(description).argument("<study>", "name of the study, as in the list");

  withPlaces(study.command("list").description("list the studies and how much of them is stored")).action(
    async (options: StudyOptions) => console.log(await studyList(options)),
  );

  const parallel = ["--parallel <n>", "trials side by side (default: as cores, memory and GPUs allow)", count] as const;
  withRunning(withSelection(named("run", "run the trials that have no result yet")))
    .option(...parallel)
    .action(async (name: string, options: RunOptions) => {
      process.exitCode = await run(name, options);
    });

  withPlaces(named("resume", "go on with what the last run asked for"))
    .addOption(new Option("--device <name>", "what computes").choices(devices).default("auto"))
    .option(...parallel)
    .action(async (name: string, options: RunOptions) => {
      process.exitCode = await run(name, { ...options, resume: true });
    });

  withSelection(named("status", "tell how the trials stand"))
    .option("--all", "show every trial")
    .action(async (name: string, options: SelectionOptions & { all?: boolean }) =>
      console.log(await statusText(name, options)),
    );

  withPlaces(named("table", "print the tables"))
    .argument("[table]", "one of them")
    .action(async (name: string, which: string | undefined, options: StudyOptions) =>
      console.log(await tablesText(name, which, options)),
    );

  withPlaces(named("figure", "write the figures as SVG, PDF, PNG and JSON"))
    .argument("[figure]", "one of them")
    .option("--to <folder>", "where to (default: figures)")
    .action(async (name: string, which: string | undefined, options: StudyOptions & { to?: string }) => {
      for (const file of await writeFigures(name, which, options)) console.log(relative(process.cwd(), file));
    });

  withPlaces(named("export", "write tables, figures, configurations and methods into one folder"))
    .requiredOption("--to <folder>", "where to; an earlier export there is replaced")
    .action(async (name: string, options: StudyOptions & { to: string }) => {
      const found = await studyOf(name, options);
      const stored = await storedOf(found, options.profile, placesOf(options));
      for (const file of await exportStudy(found, stored, options.to)) console.log(`${options.to}/${file}`);
      if (stored.missing.length > 0) console.error(`note: ${missingText(found, stored)}`);
    });

  const seconds = ["--seconds <n>", "measure each kind of work for so long", count] as const;
  withSelection(named("cost", "measure this machine and estimate the hours that the grid takes on such devices"))
    .addOption(new Option("--device <name>", "what computes").choices(devices).default("auto"))
    .option(...seconds, 60)
    .option("--devices <n>", "how many such devices are reckoned with beside one", count, 4)
    .option("--by <label>", "the label that the rows of the table are of", "method")
    .option("--busy", "reckon with processor time: for a machine that others use meanwhile")
    .action(async (name: string, options: CostOptions) => {
      const text = await costText(name, options);
      if (text === undefined) process.exitCode = INTERRUPTED;
      else console.log(text);
    });

  withSelection(named("measure", "measure kinds of work in this process; cost calls it"))
    .option(...seconds, 60)
    .action(async (name: string, options: SelectionOptions & { seconds: number }) => {
      process.exitCode = await measure(name, options);
    });

  withRunning(withSelection(named("snakemake", "run the trials through Snakemake, on a cluster if you like")))
    .argument("[arguments...]", "for Snakemake itself, after --")
    .option("--executor <name>", "Snakemake's executor, such as slurm or local", "local")
    .option("--jobs <n>", "most trials at a time", count, 100)
    .option("--retries <n>", "times that a failed trial is tried again", Number, 2)
    .option("--write-only", "write the folder for Snakemake and tell the command")
    .action(async (name: string, words: string[], options: RunOptions & SnakemakeOptions) => {
      process.exitCode = await snakemake(name, words, options);
    });

  withSelection(named("collect", "store the results that lie in the trials' folders")).action(
    async (name: string, options: SelectionOptions) => {
      const [found, { profile }] = [await studyOf(name, options), options];
      const places = placesOf(options);
      const records = await collect({ study: found, profile, selection: selectionOf(options), places });
      console.log(`${records.length} results are in the trials' folders, all of them stored`);
    },
  );

  withPlaces(named("prune", "remove stored results that are of no trial of the grid as it is now")).action(
    async (name: string, options: StudyOptions) => {
      const [found, { profile }, places] = [await studyOf(name, options), options, placesOf(options)];
      const { stale } = await studyStatus(found, profile, {}, places);
      const current = (await storedOrNone(found, profile, places)).trials;
      const keys = new Set(current.map(({ key }) => key));
      const removed = stale === 0 ? 0 : await pruneResults(places, name, profile, ({ key }) => keys.has(key));
      console.log(`${removed} results removed`);
    },
  );

  withModule(named("trial", "run one trial in this process; other commands and clusters call it"))
    .requiredOption("--key <key>", "key of the trial, as in the status")
    .addOption(new Option("--device <name>", "what computes").choices(devices).default("auto"))
    .option("--results <folder>", "where stored results lie")
    .option("--runs <folder>", "where runs lie")
    .action(async (name: string, options: TrialOptions) => {
      process.exitCode = await trial(name, options);
    });
}
