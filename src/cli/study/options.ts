import { resolve } from "node:path";
import { InvalidArgumentError, Option, type Command } from "commander";

import { profiles, type Profile } from "../../notebook/parameters";
import { list, parseOnly, parseSeeds, studyNamed, type Places, type Selection, type Study } from "../../studies";
import { devices, type Device } from "../../studies/execution";

/** Options that all commands on a study have. */
export interface StudyOptions {
  readonly profile: Profile;
  readonly module?: string;
  readonly results?: string;
  readonly runs?: string;
}

/** Options that choose trials. */
export interface SelectionOptions extends StudyOptions {
  readonly only: readonly string[];
  readonly seeds?: string;
}

/** Options of running. */
export interface RunOptions extends SelectionOptions {
  readonly fresh?: boolean;
  readonly device: Device;
  readonly parallel?: number;
}

export function withModule(command: Command): Command {
  return command.option("--module <file>", "a module that exports studies of your own as `studies`");
}

export function withPlaces(command: Command): Command {
  return withModule(command)
    .addOption(new Option("--profile <name>", "which grid").choices(profiles).default("laptop"))
    .option("--results <folder>", "where stored results lie (default: data/results)")
    .option("--runs <folder>", "where runs lie (default: data/runs)");
}

export function withSelection(command: Command): Command {
  return withPlaces(command)
    .option(
      "--only <label=value,...>",
      "trials of these labels alone; a label named twice takes either value",
      (text: string, before: readonly string[]) => [...before, text],
      [] as readonly string[],
    )
    .option("--seeds <n>", "how many seeds, or which ones (1,4,7); default: those of the profile");
}

export function withRunning(command: Command): Command {
  return command
    .option("--fresh", "run also what has a result")
    .addOption(new Option("--device <name>", "what computes").choices(devices).default("auto"));
}

/** An argument that is an integer above 0. */
export function count(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new InvalidArgumentError(`It must be an integer above 0.`);
}

export function placesOf({ results, runs }: StudyOptions): Places {
  return {
    ...(results !== undefined && { results: resolve(results) }),
    ...(runs !== undefined && { runs: resolve(runs) }),
  };
}

export function selectionOf({ only, seeds }: SelectionOptions): Selection {
  const [accepted, chosen] = [parseOnly(only), parseSeeds(seeds)];
  return { ...(accepted && { only: accepted }), ...(chosen !== undefined && { seeds: chosen }) };
}

/** The studies of the kit, or those of a module of the user's own. */
export async function studiesOf({ module }: { readonly module?: string }): Promise<readonly Study[]> {
  if (module === undefined) return list;
  const exported = (await import(resolve(module))) as { readonly studies?: unknown };
  if (Array.isArray(exported.studies)) return exported.studies as Study[];
  throw new Error(
    `${module} must export an array \`studies\`, it exports ${Object.keys(exported).join(", ") || "nothing"}`,
  );
}

/** The study of a name, from where the options say. */
export async function studyOf(name: string, options: { readonly module?: string }): Promise<Study> {
  return studyNamed(name, await studiesOf(options));
}

/** The words that give a later process the same places and module. */
export function sharedWords({ module, results, runs }: StudyOptions): string[] {
  const words = { module, results, runs };
  return Object.entries(words).flatMap(([name, path]) => (path === undefined ? [] : [`--${name}`, resolve(path)]));
}

/** The command that runs this program anew, as this process was started: from `dist`, or from `src` through tsx. */
export function ownCommand(): string[] {
  return [process.execPath, ...process.execArgv, process.argv[1]];
}
