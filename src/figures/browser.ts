import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { ChildProcess } from "node:child_process";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { findChromium } from "./chromium";
import { PAGE_SCRIPT } from "./page";

/** A running Chromium whose page has plotly.js loaded. */
interface Warm {
  browser: Browser;
  page: Page;
  children: ChildProcess[];
}

/** The one Chromium of the process. It outlives a re-evaluation of this module, hence the process-wide key. */
interface Holder {
  warm?: Warm;
  /** The jobs so far, one after the other: they share a page. */
  queue: Promise<unknown>;
  /** Whether the end of the process has been given its handler. */
  closesAtExit: boolean;
}

const HOLDER = Symbol.for("counterweight.chromium");

function holder(): Holder {
  const scope = globalThis as { [HOLDER]?: Holder };
  return (scope[HOLDER] ??= { queue: Promise.resolve(), closesAtExit: false });
}

const FLAGS = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--font-render-hinting=none",
];

/**
 * Runs a job in the process's warm Chromium, after the jobs before it.
 *
 * @param job gets a page in which plotly.js is loaded.
 * @returns a promise of what the job returns. The browser starts with the first job, again if it died, and never keeps the
 *   process alive between jobs.
 * @throws Error when no Chromium is found or it does not start; whatever the job throws.
 */
export function withPage<T>(job: (page: Page) => Promise<T>): Promise<T> {
  const shared = holder();
  const turn = shared.queue.then(async () => {
    const warm = await warmUp(shared);
    for (const child of warm.children) child.ref();
    try {
      return await job(warm.page);
    } finally {
      for (const child of warm.children) child.unref();
    }
  });
  shared.queue = turn.catch(() => undefined);
  return turn;
}

/**
 * Closes the process's Chromium, after the exports under way; the next export starts one anew.
 *
 * @returns a promise that resolves when it has ended. Without one, nothing happens.
 */
export function close(): Promise<void> {
  const shared = holder();
  const turn = shared.queue.then(async () => {
    const warm = shared.warm;
    shared.warm = undefined;
    for (const child of warm?.children ?? []) child.ref();
    await warm?.browser.close();
  });
  shared.queue = turn.catch(() => undefined);
  return turn;
}

async function warmUp(shared: Holder): Promise<Warm> {
  if (shared.warm?.browser.isConnected() && !shared.warm.page.isClosed()) return shared.warm;
  const abandoned = shared.warm;
  shared.warm = undefined;
  await abandoned?.browser.close().catch(() => undefined);
  const warm = await launch(await findChromium());
  if (!shared.closesAtExit) {
    // Reached when nothing else is left to do: the browser then ends in good order and removes its profile.
    process.on("beforeExit", () => {
      if (holder().warm) void close();
    });
    shared.closesAtExit = true;
  }
  return (shared.warm = warm);
}

async function launch(executablePath: string): Promise<Warm> {
  const { chromium } = await import("playwright-core");
  const started: ChildProcess[] = [];
  const onStart = (message: unknown): void => {
    started.push((message as { process: ChildProcess }).process);
  };
  subscribe("child_process", onStart);
  let browser: Browser;
  try {
    browser = await chromium.launch({
      executablePath,
      headless: true,
      args: FLAGS,
      // Chromium's sandbox does not work for root.
      chromiumSandbox: process.getuid?.() !== 0,
      // An interrupt is for the cell that runs, not for the browser, and never ends the process.
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
    });
  } catch (error) {
    // The rest of playwright's message is the browser's own log; it stays with the cause.
    const [reason] = (error instanceof Error ? error.message : String(error)).split("\n");
    throw new Error(`Chromium at "${executablePath}" did not start: ${reason}`, { cause: error });
  } finally {
    unsubscribe("child_process", onStart);
  }
  // A warm browser must not hold the process back: neither its handle nor its pipes count.
  const children = started.filter((child) => child.spawnfile === executablePath);
  for (const child of children) {
    child.unref();
    for (const stream of child.stdio) (stream as { unref?: () => void } | null)?.unref?.();
  }
  try {
    for (const child of children) child.ref();
    const page = await (await browser.newContext()).newPage();
    // plotly.js comes from disk, so that no network is needed. Only a page that is a file itself may load a file; reading it
    // there takes half the time of sending it.
    await page.goto(pathToFileURL(require.resolve("plotly.js-dist/package.json")).href);
    await page.setContent('<!doctype html><meta charset="utf-8">');
    await page.addScriptTag({ url: pathToFileURL(require.resolve("plotly.js-dist")).href });
    await page.addScriptTag({ content: PAGE_SCRIPT });
    return { browser, page, children };
  } catch (error) {
    await browser.close().catch(() => undefined);
    throw error;
  } finally {
    for (const child of children) child.unref();
  }
}
