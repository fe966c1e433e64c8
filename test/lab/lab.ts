import { spawn, type ChildProcess } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Page } from "playwright-core";

import { createSandbox, ROOT, type Sandbox } from "../kernel/kernel";

/** JupyterLab and a kernel both start, and TensorFlow and the library's types are loaded: tens of seconds on a busy machine. */
export const PATIENCE = 180_000;
const TOKEN = "counterweight-test";

/** JupyterLab on a copy of the project, and a browser. */
export interface Lab {
  readonly sandbox: Sandbox;
  /** Opens a notebook in a new page, by its path in the project. */
  open(notebook: string): Promise<Page>;
  close(): Promise<void>;
}

/**
 * Starts JupyterLab with settings, workspaces and signatures of its own, so that no notebook is trusted.
 *
 * @param executablePath of Chromium.
 * @param options.wholeNotebook whether cells out of view are in the page too; default false, as JupyterLab has it.
 */
export async function openLab(executablePath: string, { wholeNotebook = false } = {}): Promise<Lab> {
  const sandbox = createSandbox();
  const settings = mkdtempSync(join(tmpdir(), "counterweight-lab-"));
  for (const folder of ["src", "notebooks", "data/embedded"]) {
    cpSync(join(ROOT, folder), join(sandbox.root, folder), { recursive: true });
  }
  if (existsSync(join(ROOT, "data", "cache"))) {
    symlinkSync(join(ROOT, "data", "cache"), join(sandbox.root, "data", "cache"));
  }
  if (wholeNotebook) {
    const folder = join(settings, "config", "@jupyterlab", "notebook-extension");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "tracker.jupyterlab-settings"), JSON.stringify({ windowingMode: "none" }));
  }
  const { server, address } = await startServer(sandbox, settings);
  const browser = await chromium.launch({ executablePath, args: chromiumArguments(), timeout: PATIENCE });
  let pages = 0;
  return {
    sandbox,
    async open(notebook) {
      const page = await browser.newPage({ viewport: { width: 1200, height: 1400 } });
      page.setDefaultTimeout(PATIENCE);
      // A workspace of its own: in the common one, notebooks opened before come back beside it.
      await page.goto(`${address}/lab/workspaces/page-${++pages}/tree/${notebook}?token=${TOKEN}`);
      return page;
    },
    async close() {
      await browser.close();
      server.kill("SIGTERM");
      await new Promise((resolve) => (server.exitCode === null ? server.once("exit", resolve) : resolve(null)));
      sandbox.remove();
      rmSync(settings, { recursive: true, force: true });
    },
  };
}

/** Keeps a picture of what was seen, where COUNTERWEIGHT_PICTURES names a folder for it. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env.COUNTERWEIGHT_PICTURES;
  if (folder) await page.screenshot({ path: join(folder, `${name}.png`) });
}

/** What Chromium needs to start as root and to leave the network alone. */
function chromiumArguments(): string[] {
  const root = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  return [
    ...root,
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-sync",
  ];
}

function startServer(sandbox: Sandbox, settings: string): Promise<{ server: ChildProcess; address: string }> {
  for (const folder of ["config", "data", "runtime", "signatures"])
    mkdirSync(join(settings, folder), { recursive: true });
  const words = [
    "-m",
    "jupyterlab",
    "--no-browser",
    "--port=0",
    `--IdentityProvider.token=${TOKEN}`,
    `--ServerApp.root_dir=${sandbox.root}`,
  ];
  if (process.getuid?.() === 0) words.push("--allow-root");
  const env = {
    ...sandbox.env,
    COUNTERWEIGHT_PROFILE: "smoke",
    JUPYTER_CONFIG_DIR: join(settings, "config"),
    JUPYTER_DATA_DIR: join(settings, "signatures"),
    JUPYTER_RUNTIME_DIR: join(settings, "runtime"),
    JUPYTERLAB_SETTINGS_DIR: join(settings, "config"),
    JUPYTERLAB_WORKSPACES_DIR: join(settings, "data"),
  };
  const server = spawn(join(ROOT, ".venv", "bin", "python"), words, {
    env,
    cwd: sandbox.root,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let log = "";
  return new Promise((resolve, reject) => {
    server.stderr?.setEncoding("utf8").on("data", (part: string) => {
      log += part;
      const address = log.match(/http:\/\/(?:127\.0\.0\.1|localhost):\d+/)?.[0];
      if (address) resolve({ server, address });
    });
    server.once("exit", (code) => reject(new Error(`JupyterLab ended with code ${code}:\n${log}`)));
  });
}
