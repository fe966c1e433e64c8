import { relative, resolve } from "node:path";
import type { Command } from "commander";

import { table } from "../notebook/table";
import { compareRuns, findRun, lastNumbers, listRuns, type Json, type RunRecord } from "../training";
import { defaultRunsFolder } from "../training/runFiles";

interface RunsOptions {
  readonly folder: string;
}

/** Epochs that `show` tells at most, the last ones. */
const SHOWN = 20;

/**
 * Adds `counterweight runs list`, `counterweight runs show NAME` and `counterweight runs compare NAME NAME...`.
 *
 * A run is named by its name below the folder, or by the path of its directory.
 */
export function addRunsCommands(program: Command): void {
  const runs = program.command("runs").description("training runs: their settings, numbers and checkpoints");
  const folder = ["--folder <path>", "where runs lie", defaultRunsFolder] as const;

  runs
    .command("list")
    .description("list the runs, how they stand and their last numbers")
    .option(...folder)
    .action(async (options: RunsOptions) => console.log(await runList(resolve(options.folder))));

  runs
    .command("show")
    .description("tell a run's settings, environment, epochs and checkpoints")
    .argument("<name>", "name of the run, as in the list")
    .option(...folder)
    .action(async (name: string, options: RunsOptions) =>
      console.log(runCard(await findRun(name, resolve(options.folder)))),
    );

  runs
    .command("compare")
    .description("tell where runs differ: settings, environment, numbers")
    .argument("<names...>", "two runs or more; all are compared with the first")
    .option(...folder)
    .action(async (names: string[], options: RunsOptions) => {
      if (names.length < 2) throw new Error(`runs compare takes two runs or more, received ${names.length}`);
      const found = await Promise.all(names.map((name) => findRun(name, resolve(options.folder))));
      console.log(comparison(found));
    });
}

/** A table of the runs below a folder, as text. */
export async function runList(folder: string): Promise<string> {
  const { runs, unreadable } = await listRuns(folder);
  if (runs.length + unreadable.length === 0) return `no runs below ${folder}`;
  const rows = runs.map(({ description, status, epochs }) => ({
    name: description.name,
    status,
    created: description.created.slice(0, 16).replace("T", " "),
    epochs: epochs.length,
    step: epochs[epochs.length - 1]?.step ?? 0,
    ...lastNumbers(epochs),
  }));
  const wrong = unreadable.map((each) => `${each.folder} cannot be read: ${each.reason}`);
  return [...(rows.length > 0 ? [String(table(rows))] : []), ...wrong].join("\n");
}

/** All about one run, as text. */
export function runCard({ folder, description, status, result, epochs, sessions, checkpoints }: RunRecord): string {
  const { name, created, config, data, git, engine } = description;
  const facts = {
    folder,
    status: result?.message ? `${status}: ${result.message}` : status,
    created,
    commit: git ? `${git.commit}${git.dirty ? ", with changes" : ""}` : "none",
    library: `${String(engine.backend)}, TensorFlow ${String(engine.tensorflow)}, tfjs ${String(engine.tfjs)}`,
    device: `${String(engine.device)}, ${String(engine.threads)} threads`,
    processes: sessions.length,
    checkpoints: checkpoints.map((path) => relative(folder, path)).join(", ") || "none",
  };
  const rows = epochs.slice(-SHOWN).map(({ metrics, ...record }) => ({ ...record, ...metrics }));
  const left = epochs.length - rows.length;
  const caption = left > 0 ? `the last ${rows.length} of ${epochs.length} epochs` : "epochs";
  return [
    name,
    ...indented(facts),
    "config",
    ...indented(flattened(config as Json)),
    ...(data === null ? [] : ["data", ...indented(flattened(data as Json))]),
    rows.length > 0 ? `\n${String(table(rows, { caption }))}` : "no epoch is complete",
  ].join("\n");
}

/** Runs beside the first of them, as text. */
export function comparison([first, ...others]: readonly RunRecord[]): string {
  return others
    .map((other) => {
      const { settings, environment, sameEpochs, last } = compareRuns(first, other);
      const [a, b] = ["a", "b"];
      const places = [...settings, ...environment].map((place) => ({
        setting: place.path,
        [a]: shown(place.a),
        [b]: shown(place.b),
      }));
      const numbers = Object.entries(last).map(([metric, [left, right]]) => ({
        "last value": metric,
        [a]: left,
        [b]: right,
        "b - a": left === undefined || right === undefined ? undefined : right - left,
      }));
      const both = Math.min(first.epochs.length, other.epochs.length);
      return [
        `a  ${first.description.name} (${first.status}, ${first.epochs.length} epochs)`,
        `b  ${other.description.name} (${other.status}, ${other.epochs.length} epochs)`,
        places.length > 0 ? String(table(places)) : "settings and environment are the same",
        ...(numbers.length > 0 ? [String(table(numbers))] : []),
        `all numbers are the same, bit for bit, in the first ${sameEpochs} of ${both} epochs that both have`,
      ].join("\n");
    })
    .join("\n\n");
}

/** A JSON value as places and values: { "optimizer.learningRate": "0.1" }. */
function flattened(value: Json, path = ""): Record<string, string> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return { [path || "value"]: shown(value) };
  const parts = Object.entries(value as Readonly<Record<string, Json>>);
  return Object.assign(
    {},
    ...parts.map(([key, part]) => flattened(part, path === "" ? key : `${path}.${key}`)),
  ) as Record<string, string>;
}

const shown = (value: Json | undefined): string =>
  value === undefined ? "none" : typeof value === "string" ? value : JSON.stringify(value);

function indented(facts: Readonly<Record<string, string | number>>): string[] {
  const width = Math.max(0, ...Object.keys(facts).map((key) => key.length));
  return Object.entries(facts).map(([key, value]) => `  ${key.padEnd(width)}  ${value}`);
}
