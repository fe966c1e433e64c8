/**
 * Prints what the registry knows of the data sets, as Markdown:
 *
 *     npm run datasets               the tables
 *     npm run datasets -- --write    and puts them into src/data/README.md
 */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { datasetTables, END, START } from "./datasetTables";

const README = join(__dirname, "../../src/data/README.md");
const tables = datasetTables();
console.log(tables);

if (process.argv.includes("--write")) {
  const text = readFileSync(README, "utf8");
  const [start, end] = [text.indexOf(START), text.indexOf(END)];
  if (start < 0 || end < start) throw new Error(`${README} must hold the lines ${START} and ${END}, in this order`);
  writeFileSync(`${README}.part`, `${text.slice(0, start)}${START}\n\n${tables}\n\n${text.slice(end)}`);
  renameSync(`${README}.part`, README);
}
