import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const ROOT = resolve(__dirname, "..", "..", "..");
const LOCK = join(ROOT, "setup", "requirements-cluster.txt");
const FOLDER = join(ROOT, ".setup", "snakemake");
const STAMP = join(FOLDER, "installed.txt");

/** The variable that names a Snakemake to use, such as one that the cluster has installed. */
export const SNAKEMAKE_VARIABLE = "COUNTERWEIGHT_SNAKEMAKE";

/**
 * The command of Snakemake: the one that COUNTERWEIGHT_SNAKEMAKE names, else the project's own.
 *
 * The project's own lies in an environment of its own, `.setup/snakemake`, which is made from the lock file
 * `setup/requirements-cluster.txt` at the first call, with the Python that the set-up has found. Nothing else asks for it.
 *
 * @param say told what is being done.
 * @returns its path.
 * @throws Error when it cannot be installed; nothing half-made is then left.
 */
export function snakemakeCommand(say: (line: string) => void): string {
  const named = process.env[SNAKEMAKE_VARIABLE];
  if (named) return named;
  const command = join(FOLDER, "bin", "snakemake");
  const wanted = `${ROOT}\n${readFileSync(LOCK, "utf8")}`;
  if (existsSync(command) && existsSync(STAMP) && readFileSync(STAMP, "utf8") === wanted) return command;
  const python = join(ROOT, ".venv", "bin", "python");
  if (!existsSync(python)) throw new Error(`${python} does not exist: run "npm run setup" first`);
  say("installing Snakemake into .setup/snakemake (once, some 300 MB)");
  rmSync(FOLDER, { recursive: true, force: true });
  // One small package of pure Python is published as its source alone.
  const kinds = ["--only-binary=:all:", "--no-binary=connection-pool"];
  const options = ["--require-hashes", ...kinds, "--no-input", "--quiet", "--disable-pip-version-check"];
  // Another installation's modules must not be seen from inside the environment.
  const environment = { ...process.env, PYTHONPATH: undefined, PYTHONHOME: undefined };
  const run = (program: string, words: string[]) =>
    execFileSync(program, words, { stdio: ["ignore", "inherit", "inherit"], env: environment });
  try {
    run(python, ["-m", "venv", FOLDER]);
    run(join(FOLDER, "bin", "python"), ["-m", "pip", "install", ...options, "-r", LOCK]);
  } catch (error) {
    rmSync(FOLDER, { recursive: true, force: true });
    throw new Error(
      `Snakemake could not be installed (${(error as Error).message}): name one in ${SNAKEMAKE_VARIABLE}, or see pip's lines above`,
      { cause: error },
    );
  }
  writeFileSync(STAMP, wanted);
  return command;
}
