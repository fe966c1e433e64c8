import { join } from "node:path";

import { foreground } from "../core/foreground.mjs";
import { filesUnder } from "../core/files.mjs";
import { countsOf } from "./counts.mjs";

/**
 * @typedef {object} Place
 * @property {string} root
 * @property {string} scratch folder for the counts
 * @property {string[]} filters parts of paths; empty for all unit tests
 *
 * @typedef {object} Suite
 * @property {string} name
 * @property {string} title
 * @property {(place: Place) => Promise<import("./counts.mjs").Counts>} run
 */

/** @type {readonly Suite[]} */
export const SUITES = [
  {
    name: "types",
    title: "type check",
    run: ({ root }) =>
      asOne(root, [
        ["typescript/bin/tsc", "--noEmit"],
        ["typescript/bin/tsc", "--noEmit", "-p", "setup/tsconfig.json"],
        // The kernel compiles src with an older TypeScript of its own: what cells import must pass there, too.
        [
          "../vendor/kernel/node_modules/@tslab/typescript-for-tslab/bin/tsc",
          "--noEmit",
          "-p",
          "setup/tsconfig.kernel.json",
        ],
      ]),
  },
  {
    name: "lint",
    title: "lint (eslint, prettier)",
    run: ({ root }) =>
      asOne(root, [
        ["eslint/bin/eslint.js", "."],
        ["prettier/bin/prettier.cjs", "--check", "."],
      ]),
  },
  { name: "unit", title: "unit tests", run: unitTests },
  {
    name: "notebooks",
    title: "notebooks, smoke profile",
    run: async ({ root, scratch }) => {
      const counts = join(scratch, "notebooks.json");
      const command = [join(root, "dist", "cli", "main.js"), "reproduce", "--profile", "smoke", "--counts", counts];
      return countsOf(counts, await run(root, command));
    },
  },
];

/**
 * The files of unit tests, listed here because Node 20 takes no patterns.
 *
 * @param {string} root
 * @param {readonly string[]} filters
 */
export function unitTestFiles(root, filters) {
  return filesUnder(root, "test")
    .filter((name) => /\.test\.(ts|mts|mjs)$/.test(name))
    .filter((name) => filters.length === 0 || filters.some((filter) => name.includes(filter.replace(/^\.\//, ""))));
}

/** @param {Place} place */
async function unitTests({ root, scratch, filters }) {
  const files = unitTestFiles(root, filters);
  if (files.length === 0) {
    console.error(`no test file ${filters.length ? `matches ${filters.join(", ")}` : "found under test/"}`);
    return { passed: 0, failed: 1 };
  }
  const counts = join(scratch, "unit.json");
  const reporters = [
    ["spec", "stdout"],
    [join(root, "setup", "testing", "counting-reporter.mjs"), counts],
  ];
  const options = ["--import", "tsx", "--test", "--test-concurrency=2"];
  const reporting = reporters.flatMap(([reporter, to]) => [
    `--test-reporter=${reporter}`,
    `--test-reporter-destination=${to}`,
  ]);
  return countsOf(counts, await run(root, [...options, ...reporting, ...files]));
}

/**
 * Tools of node_modules in turn, counted as one.
 *
 * @param {string} root
 * @param {readonly (readonly string[])[]} tools
 */
async function asOne(root, tools) {
  let failed = 0;
  for (const [tool, ...rest] of tools) {
    if ((await run(root, [join(root, "node_modules", tool), ...rest])) !== 0) failed = 1;
  }
  return { passed: 1 - failed, failed };
}

/**
 * Runs Node at the root, its output shown; a signal that comes meanwhile ends the whole test.
 *
 * @param {string} root
 * @param {readonly string[]} words
 * @returns {Promise<number>} its exit code
 */
async function run(root, words) {
  const { code, signal } = await foreground(root, [process.execPath, ...words]);
  if (signal !== undefined) process.exit(130);
  return code;
}
