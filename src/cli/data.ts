import { resolve } from "node:path";
import type { Command } from "commander";

import { fetchDataset, listDatasets } from "../data/inventory";
import { defaultFolder } from "../data/registry";
import { table } from "../notebook/table";
import { INTERRUPTED, untilInterrupted } from "./interrupted";

interface DataOptions {
  readonly folder: string;
}

/**
 * Adds `counterweight data list` and `counterweight data get NAME`.
 *
 * Both end with 0 when all went well and with 1 and a line on what went wrong otherwise; `get` ends with 130 when it was
 * interrupted, and goes on with what has arrived when it is called again.
 */
export function addDataCommands(program: Command): void {
  const data = program.command("data").description("the data sets that the kit knows, and their files");
  const folder = ["--folder <path>", "data folder", defaultFolder] as const;

  data
    .command("list")
    .description("list the data sets, and which of them are on disk")
    .option(...folder)
    .action(async (options: DataOptions) => console.log(await datasetList(resolve(options.folder))));

  data
    .command("get")
    .description("fetch a data set, with its checksums looked at")
    .argument("<name>", "name of the data set, as in the list")
    .option(...folder)
    .action(async (name: string, options: DataOptions) => {
      process.exitCode = await getDataset(name, resolve(options.folder));
    });
}

/** A table of the data sets, as text. */
export async function datasetList(folder: string): Promise<string> {
  const summaries = await listDatasets({ folder });
  const rows = summaries.map(({ name, kind, size, classes, onDisk, licence }) => ({
    name,
    kind,
    size,
    classes,
    "on disk": onDisk,
    licence,
  }));
  return String(table(rows));
}

/** Fetches a data set; returns the exit code. Errors other than an interruption are thrown. */
async function getDataset(name: string, folder: string): Promise<number> {
  return untilInterrupted(async (signal) => {
    try {
      const fetched = await fetchDataset(name, { folder, signal });
      console.log(`${name}: ${fetched ? "fetched into" : "is complete in"} ${folder}`);
      return 0;
    } catch (error) {
      if (!signal.aborted) throw error;
      console.error(`${name}: interrupted; what has arrived is kept, and the next call goes on with it`);
      return INTERRUPTED;
    }
  });
}
