import { spawn } from "node:child_process";
import { accessSync, constants, readFileSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Where to look for a browser, and what the machine is; the defaults are those of the running process. */
export interface ChromiumSearch {
  /** Environment variables: `COUNTERWEIGHT_CHROMIUM` (a path that wins over all others) and `PATH`. */
  environment?: NodeJS.ProcessEnv;
  /** `process.platform` of the machine. */
  platform?: NodeJS.Platform;
  /** Usual places that are looked at after the PATH. */
  places?: readonly string[];
  /** Whether apt-get may install one where none is found; by default on Debian as root. */
  install?: boolean;
}

/** The variable that names the Chrome or Chromium to use. */
export const CHROMIUM_VARIABLE = "COUNTERWEIGHT_CHROMIUM";

const COMMANDS = ["chromium", "google-chrome-stable", "google-chrome", "chromium-browser", "chrome"];
const USUAL_PLACES = [
  "/usr/bin/chromium",
  "/opt/google/chrome/chrome",
  "/snap/bin/chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];
const PACKAGES = ["chromium", "fonts-liberation"];

/**
 * Finds a Chrome or Chromium: the variable COUNTERWEIGHT_CHROMIUM, then the PATH, then the usual places, then, on Debian as
 * root, apt-get.
 *
 * @param search where to look; by default the environment of this process.
 * @returns a promise of the path of an executable file.
 * @throws Error of one line when COUNTERWEIGHT_CHROMIUM names no executable file, or when no browser is found and none can be
 *   installed; it names what to install on the platform at hand.
 */
export async function findChromium(search: ChromiumSearch = {}): Promise<string> {
  const { environment = process.env, platform = process.platform, places = USUAL_PLACES } = search;
  const named = environment[CHROMIUM_VARIABLE];
  if (named) {
    if (isExecutable(named)) return named;
    throw new Error(`${CHROMIUM_VARIABLE} must be the path of a Chrome or Chromium executable, received "${named}"`);
  }
  const folders = (environment.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  const candidates = [...COMMANDS.flatMap((command) => folders.map((folder) => join(folder, command))), ...places];
  const found = candidates.find(isExecutable);
  if (found) return found;

  if (search.install ?? isDebianRoot(platform)) {
    await installWithApt();
    const installed = USUAL_PLACES.find(isExecutable);
    if (installed) return installed;
  }
  throw new Error(`no Chrome or Chromium found, and exporting a figure needs one: ${advice(platform)}`);
}

function advice(platform: NodeJS.Platform): string {
  const orElse = `or set ${CHROMIUM_VARIABLE} to the path of one`;
  if (platform === "darwin") return `install Google Chrome (brew install --cask google-chrome), ${orElse}`;
  if (platform === "win32") return `install Google Chrome, ${orElse}`;
  return `install it (Debian: sudo apt-get install ${PACKAGES.join(" ")}; Fedora: sudo dnf install chromium liberation-sans-fonts), ${orElse}`;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Debian alone: Ubuntu's chromium package is a stub for snap, which runs in no container. */
function isDebianRoot(platform: NodeJS.Platform): boolean {
  if (platform !== "linux" || process.getuid?.() !== 0) return false;
  try {
    return /^ID=debian$/m.test(readFileSync("/etc/os-release", "utf8"));
  } catch {
    return false;
  }
}

async function installWithApt(): Promise<void> {
  process.stderr.write(
    `No Chrome or Chromium found: installing ${PACKAGES.join(" and ")} with apt-get (about a minute).\n`,
  );
  // Another process may be installing the same packages: wait for its lock.
  const options = ["-qq", "-o", "DPkg::Lock::Timeout=300"];
  await run("apt-get", [...options, "update"]);
  await run("apt-get", [...options, "install", "-y", "--no-install-recommends", ...PACKAGES]);
}

function run(command: string, parameters: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, parameters, {
      stdio: ["ignore", "ignore", "pipe"],
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
    let complaint = "";
    child.stderr.on("data", (chunk: Buffer) => (complaint = (complaint + chunk.toString()).slice(-2000)));
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) return resolve();
      const last = complaint.trim().split("\n").pop() ?? "";
      reject(new Error(`${command} ${parameters.join(" ")} ended with code ${code}: ${last}`));
    });
  });
}
