#!/usr/bin/env node
/*
 * Everything that is checked, one suite after the other; a suite that fails stops no other. The last line counts over all.
 *
 *   node setup/test.mjs                      all
 *   node setup/test.mjs --only unit          one suite: types, lint, unit or notebooks
 *   node setup/test.mjs test/data losses     the unit tests whose path contains one of these
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { ROOT } from "./setup.mjs";
import { SUITES } from "./testing/suites.mjs";
import { summary } from "./testing/counts.mjs";

/**
 * @param {string[]} words of the command line
 * @returns {{ names: string[], filters: string[] }} which suites, and which unit tests
 */
function read(words) {
  const { values, positionals } = parseArgs({
    args: words,
    options: { only: { type: "string", multiple: true } },
    allowPositionals: true,
  });
  const known = SUITES.map((suite) => suite.name);
  const names = (values.only ?? []).flatMap((list) => list.split(","));
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`--only must be one of ${known.join(", ")}, received "${unknown}"`);
  if (positionals.length && !names.length) names.push("unit");
  return { names: names.length ? names : known, filters: positionals };
}

const scratch = mkdtempSync(join(tmpdir(), "counterweight-test-"));
process.on("exit", () => rmSync(scratch, { recursive: true, force: true }));
try {
  const { names, filters } = read(process.argv.slice(2));
  const results = [];
  for (const suite of SUITES.filter(({ name }) => names.includes(name))) {
    console.log(`\n== ${suite.title}`);
    const start = performance.now();
    const counts = await suite.run({ root: ROOT, scratch, filters });
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    results.push({ name: suite.name, seconds, ...counts });
  }
  console.log(summary(results));
  process.exitCode = results.some(({ failed }) => failed > 0) ? 1 : 0;
} catch (error) {
  console.error(error);
  console.log("0 passed, 1 failed");
  process.exitCode = 1;
}
