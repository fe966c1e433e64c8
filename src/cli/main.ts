#!/usr/bin/env node
import { Command, Option } from "commander";

import { info } from "../engine";
import { profiles, type Profile } from "../notebook/parameters";
import { addDataCommands } from "./data";
import { runTrialsAgain } from "./freshTrials";
import { INTERRUPTED, untilInterrupted } from "./interrupted";
import type { ReproduceOptions } from "./reproduce";
import { addRunsCommands } from "./runs";
import { addStudyCommands } from "./study/commands";

type ReproduceCommand = Omit<ReproduceOptions, "notebooks" | "profile"> & {
  readonly profile: Profile;
  readonly keepTrials?: boolean;
};

/** The `counterweight` command: a thin layer over the library. */
async function main(): Promise<void> {
  const program = new Command("counterweight").description("Learning from imbalanced and group-sensitive data");

  program
    .command("reproduce")
    .description("run notebooks headless and export their figures")
    .argument("[notebooks...]", "notebook files; default: all of notebooks/")
    .addOption(new Option("--profile <name>", "how much to compute").choices(profiles).default("laptop"))
    .option("--fresh", "run also what is finished and unchanged, trials of studies included")
    .option("--keep-trials", "with --fresh: read the stored trials, run the notebooks alone")
    .option("--jobs <n>", "most notebooks at a time (default: as many as there are cores)", Number)
    .option("--counts <file>", "write how many notebooks passed and failed, as JSON")
    .action(async (notebooks: string[], { keepTrials = false, ...options }: ReproduceCommand) => {
      const trials = options.fresh && !keepTrials ? await runTrialsAgain(notebooks, options.profile) : 0;
      if (trials === INTERRUPTED) return void (process.exitCode = INTERRUPTED);
      // Reads sources with the compiler, which the other commands need not load.
      const { reproduce } = await import("./reproduce");
      process.exitCode = await untilInterrupted(async (signal) => {
        const all = await reproduce({ notebooks, ...options, signal });
        return all.every(({ result }) => result === "ok") ? trials : 1;
      });
    });

  program
    .command("info")
    .description("tell which library and device compute")
    .action(() => {
      for (const [name, value] of Object.entries(info())) console.log(`${name.padEnd(12)}${value ?? "none"}`);
    });

  addDataCommands(program);
  addRunsCommands(program);
  addStudyCommands(program);

  await program.parseAsync();
}

main().catch((error: unknown) => {
  console.error(`counterweight: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
