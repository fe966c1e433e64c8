import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(__dirname, "..", "..");
const FOLDER = join(ROOT, ".bench", "pytorch");
const REQUIREMENTS = join(__dirname, "peers", "requirements.txt");
const STAMP = join(FOLDER, "installed.txt");

/**
 * The Python of the benchmark's own environment, which holds PyTorch; made at the first call, from PyPI.
 *
 * @returns its path, or undefined where it cannot be made, which is said.
 */
export function pytorch(): string | undefined {
  const python = process.env.COUNTERWEIGHT_BENCH_PYTHON ?? join(FOLDER, "bin", "python");
  const wanted = readFileSync(REQUIREMENTS, "utf8");
  if (process.env.COUNTERWEIGHT_BENCH_PYTHON) return python;
  if (existsSync(STAMP) && readFileSync(STAMP, "utf8") === wanted) return python;
  console.log("bench: installing PyTorch into .bench/pytorch (some 5 GB with what it asks for; once)");
  rmSync(FOLDER, { recursive: true, force: true });
  try {
    execFileSync(join(ROOT, ".venv", "bin", "python"), ["-m", "venv", FOLDER], { stdio: "inherit" });
    const install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary=:all:"];
    execFileSync(python, [...install, "-r", REQUIREMENTS], { stdio: "inherit" });
  } catch (error) {
    console.log(`bench: PyTorch could not be installed, so nothing is compared with it (${(error as Error).message})`);
    return undefined;
  }
  writeFileSync(STAMP, wanted);
  return python;
}

/** Whether this PyTorch sees a GPU. */
export function seesGpu(python: string): boolean {
  return spawnSync(python, ["-c", "import sys, torch; sys.exit(not torch.cuda.is_available())"]).status === 0;
}
