import { loadTabular, stratifiedSplit } from "../../data";
import { drawTask, syntheticTasks } from "./synthetic";
import { takeRows, type Table } from "./table";

/** The tables with real data, by their names in `data.loadTabular`. */
export const realTables = ["adult", "bank-marketing", "compas", "mammography", "oil-spill", "phoneme"] as const;

/** The names of all 102 tables of the benchmark: six of real data, 96 synthetic ones. */
export const benchmarkTables: readonly string[] = [...realTables, ...syntheticTasks.map(({ name }) => name)];

const MOST_ROWS = 2000;

/**
 * Loads or draws a table of the benchmark.
 *
 * Of a real table with more than 2,000 rows a stratified draw of 2,000 is taken. Missing numbers are the column's mean, with one more
 * column that says so.
 *
 * @param name one of `benchmarkTables`.
 * @param options.seed of the draw; default 1.
 * @returns the table.
 * @throws RangeError for an unknown name; what `data.loadTabular` throws where a file is missing.
 */
export async function benchmarkTable(name: string, { seed = 1 }: { seed?: number } = {}): Promise<Table> {
  const task = syntheticTasks.find((candidate) => candidate.name === name);
  if (task) return drawTask(task, { seed });
  if (!(realTables as readonly string[]).includes(name)) {
    throw new RangeError(
      `benchmarkTable: name must be one of ${realTables.join(", ")} or of a synthetic task such as ${syntheticTasks[0].name}, received ${JSON.stringify(name)}`,
    );
  }
  const { features, columns, labels, size } = await loadTabular({ name, standardize: false });
  const all = { name, columns: columns.length, features, labels };
  if (size <= MOST_ROWS) return all;
  const { indices } = stratifiedSplit({ labels, share: MOST_ROWS / size, seed }).validation;
  return takeRows(all, indices);
}
