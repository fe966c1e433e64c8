/**
 * Loaded before anything else in the processes of a headless notebook (`node --require`): notes which files below `data/` it looks at,
 * so that a stored result that changes makes the notebooks that read it run again.
 *
 * Paths are appended, one a line, to the file that COUNTERWEIGHT_READS names; COUNTERWEIGHT_READS_BELOW is the folder. Whether a
 * path exists does not matter: a file that was looked for and not found counts, too.
 */
import fs from "node:fs";
import { resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** Functions of a path, which is their first argument. */
const READING = [
  "accessSync",
  "createReadStream",
  "existsSync",
  "open",
  "openSync",
  "readFile",
  "readFileSync",
  "readdirSync",
  "stat",
  "statSync",
] as const;
const READING_LATER = ["access", "open", "readFile", "readdir", "stat"] as const;

type Anything = (...args: unknown[]) => unknown;

const record = process.env.COUNTERWEIGHT_READS;
const below = process.env.COUNTERWEIGHT_READS_BELOW;
if (record !== undefined && below !== undefined) {
  const seen = new Set<string>();
  const append = fs.appendFileSync;
  const note = (asked: unknown): void => {
    const path = asked instanceof URL ? fileURLToPath(asked) : typeof asked === "string" ? resolve(asked) : undefined;
    if (path === undefined || seen.has(path) || !path.startsWith(below + sep)) return;
    seen.add(path);
    append(record, `${path}\n`);
  };
  const watch = (functions: Record<string, Anything>, names: readonly string[]): void => {
    for (const name of names) {
      const original = functions[name];
      functions[name] = function (this: unknown, ...args: unknown[]) {
        note(args[0]);
        return original.apply(this, args);
      };
      // Such as util.promisify.custom.
      Object.assign(functions[name], original);
    }
  };
  watch(fs as unknown as Record<string, Anything>, READING);
  watch(fs.promises as unknown as Record<string, Anything>, READING_LATER);
}
