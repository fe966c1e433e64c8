/**
 * The tabular benchmark: every loss on 102 tables, with logistic regression and one hidden layer.
 *
 *     node --import tsx test/bench/tabular.ts                  what is missing of data/results/tabular-benchmark.json
 *     node --import tsx test/bench/tabular.ts --model slp      one model
 *
 * The file is rewritten whole after every trial (a group of tables of one size): stopped and started again, it goes on. It asserts nothing.
 */
import { Command, Option } from "commander";

import { info } from "../../src/engine";
import {
  readTabularResults,
  TABULAR_RESULTS,
  tabularTrial,
  tabularTrials,
  writeTabularResults,
  type LearnerName,
  type TabularResults,
} from "../../src/studies/tabular";

async function main(): Promise<void> {
  const command = new Command()
    .addOption(new Option("--model <name>", "one of the models").choices(["slp", "mlp"]))
    .option("--file <path>", "where the results are", TABULAR_RESULTS)
    .parse();
  const { model, file } = command.opts<{ model?: LearnerName; file: string }>();
  let results: TabularResults = await readTabularResults(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
    return { engine: { ...info() } as unknown as TabularResults["engine"], trials: [], scores: [] };
  });
  for (const config of tabularTrials(model ? { models: [model] } : {})) {
    const text = JSON.stringify(config);
    if (results.trials.some((trial) => JSON.stringify(trial.config) === text)) continue;
    const start = Date.now();
    const scores = await tabularTrial(config);
    const seconds = Math.round((Date.now() - start) / 1000);
    results = {
      ...results,
      trials: [...results.trials, { config, seconds }],
      scores: [...results.scores, ...scores],
    };
    await writeTabularResults(file, results);
    console.log(`${config.model} ${config.tables.length} x ${config.tables[0]}: ${seconds} s`);
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
