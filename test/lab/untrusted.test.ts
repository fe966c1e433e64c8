import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { type Page } from "playwright-core";

import { findChromium } from "../../src/figures";
import { ROOT } from "../kernel/kernel";
import { openLab, PATIENCE, picture } from "./lab";

/** Committed notebooks whose plots hold packed arrays of bytes and of floats, tables of numbers among them. */
const NOTEBOOKS = ["21-gradient-paths", "22-surrogate-anatomy"];
const PLOTLY = "application/vnd.plotly.v1+json";
const DRAWN = ".scatterlayer path, .contourlayer path";

interface Plot {
  data: { type: string; x?: unknown; y?: unknown; z?: unknown }[];
}

/** What is seen of a plot: places that curves and fills go through, and how many of them are no numbers. */
interface Drawn {
  traces: number;
  places: number;
  unknown: number;
}

test("committed notebooks in JupyterLab, neither trusted nor run", { timeout: 6 * PATIENCE }, async (t) => {
  const executablePath = await findChromium().catch((error: Error) => error);
  if (executablePath instanceof Error) return t.skip(executablePath.message);
  const lab = await openLab(executablePath, { wholeNotebook: true });
  t.after(() => lab.close());

  for (const name of NOTEBOOKS) {
    await t.test(`${name} shows every plot with what its packed arrays hold`, async () => {
      const stored = plotsOf(name);
      assert.ok(JSON.stringify(stored).includes(`"bdata"`), "no array is packed");
      const page = await lab.open(`notebooks/${name}.ipynb`);
      await page.locator(".jp-Notebook .jp-Cell").first().waitFor();
      const drawn = await allDrawn(page, name, stored.length);
      assert.equal(drawn.length, stored.length, "plots");
      for (const [index, plot] of drawn.entries()) {
        assert.equal(plot.traces, stored[index].data.length, `plot ${index + 1}: traces`);
        assert.equal(plot.unknown, 0, `plot ${index + 1}: places that are no numbers`);
        // A curve of one place is what is left of an array that was not read.
        assert.ok(plot.places > 2 * plot.traces, `plot ${index + 1}: ${plot.places} places, ${plot.traces} traces`);
      }
      await page.close();
    });
  }
});

function plotsOf(name: string): Plot[] {
  const notebook = JSON.parse(readFileSync(join(ROOT, "notebooks", `${name}.ipynb`), "utf8")) as {
    cells: { outputs?: { data?: Record<string, unknown> }[] }[];
  };
  const outputs = notebook.cells.flatMap((cell) => cell.outputs ?? []);
  return outputs.flatMap(({ data }) => (data?.[PLOTLY] === undefined ? [] : [data[PLOTLY] as Plot]));
}

/** Goes through the plots of the notebook in front (one opened before it is there again, behind it), and keeps a picture of each. */
async function allDrawn(page: Page, name: string, count: number): Promise<Drawn[]> {
  const plots = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-OutputArea .js-plotly-plot");
  await plots.nth(count - 1).waitFor({ state: "attached", timeout: 2 * PATIENCE });
  const drawn: Drawn[] = [];
  for (let index = 0; index < (await plots.count()); index++) {
    const plot = plots.nth(index);
    await plot.evaluate((element) => element.scrollIntoView({ block: "center" }));
    await plot.locator(DRAWN).first().waitFor({ state: "attached" });
    await picture(page, `${name}-${index + 1}`);
    drawn.push(await plot.evaluate(seen, DRAWN));
  }
  return drawn;
}

/** An element of the page, as far as it is looked at; a plot's element has its data too. */
interface PageElement {
  readonly data?: readonly unknown[];
  querySelectorAll(selector: string): Iterable<{ getAttribute(name: string): string | null }>;
}

/** Runs in the page. */
function seen(plot: PageElement, drawn: string): Drawn {
  const paths = [...plot.querySelectorAll(drawn)].map((path) => path.getAttribute("d") ?? "");
  return {
    traces: plot.data?.length ?? 0,
    places: paths.reduce((sum, path) => sum + (path.match(/[MLCQHVZ]/gi)?.length ?? 0), 0),
    unknown: paths.filter((path) => path.includes("NaN")).length,
  };
}
