/**
 * Prints how far Hessian-vector products are from their float64 references, operation by operation, on each backend:
 *
 *     npm run probe               the table
 *     npm run probe -- --write    and puts it into src/engine/README.md
 *
 * Ends with status 1 when an operation is wrong or throws.
 */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { BACKENDS, setBackend } from "../support/backends";
import { probes } from "../../src/engine/probes/all";
import { isRight, measure, referenceOf, type Errors, type Reference } from "../../src/engine/probes/measure";

const README = join(__dirname, "../../src/engine/README.md");
const [START, END] = ["<!-- probes -->", "<!-- /probes -->"];
const TITLES: Record<string, string> = { tensorflow: "native", cpu: "JavaScript" };

function attempt(reference: Reference): Errors | Error {
  try {
    return measure(reference);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function cell(outcome: Errors | Error): string {
  if (outcome instanceof Error) return `throws: ${outcome.message.split("\n")[0]}`;
  return isRight(outcome) ? outcome.product.toExponential(0) : `wrong: ${JSON.stringify(outcome)}`;
}

/** A Markdown table whose columns are as wide as their widest cell. */
function markdown(rows: string[][]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const line = (row: string[]) => `| ${row.map((text, column) => text.padEnd(widths[column])).join(" | ")} |`;
  return [line(rows[0]), line(widths.map((width) => "-".repeat(width))), ...rows.slice(1).map(line)].join("\n");
}

const references = probes.map(referenceOf);
const outcomes = BACKENDS.map((backend) => {
  setBackend(backend);
  return references.map(attempt);
});
const rows = probes.map(({ name }, row) => [name, ...outcomes.map((column) => cell(column[row]))]);
const table = markdown([["operation", ...BACKENDS.map((backend) => TITLES[backend])], ...rows]);
console.log(table);

if (process.argv.includes("--write")) {
  if (BACKENDS.length < 2)
    throw new Error("--write needs both backends, and the native addon was not compiled: run `npm run setup`");
  const text = readFileSync(README, "utf8");
  const [start, end] = [text.indexOf(START), text.indexOf(END)];
  if (start < 0 || end < start) throw new Error(`${README} must hold the lines ${START} and ${END}, in this order`);
  writeFileSync(`${README}.part`, `${text.slice(0, start)}${START}\n\n${table}\n\n${text.slice(end)}`);
  renameSync(`${README}.part`, README);
}
if (outcomes.flat().some((outcome) => outcome instanceof Error || !isRight(outcome))) process.exitCode = 1;
