import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Page } from "playwright-core";

import { ROOT } from "../kernel/kernel";
import { PATIENCE, picture } from "./lab";

const PLOTLY = "application/vnd.plotly.v1+json";
const DRAWN = ".scatterlayer path, .contourlayer path";

/** A plot as the notebook keeps it. */
export interface Plot {
  data: { type: string; x?: unknown; y?: unknown; z?: unknown }[];
}

/** What is seen of a plot: places that curves and fills go through, and how many of them are no numbers. */
export interface Drawn {
  traces: number;
  places: number;
  unknown: number;
}

/** The plots of a committed notebook, in order. */
export function plotsOf(name: string): Plot[] {
  const notebook = JSON.parse(readFileSync(join(ROOT, "notebooks", `${name}.ipynb`), "utf8")) as {
    cells: { outputs?: { data?: Record<string, unknown> }[] }[];
  };
  const outputs = notebook.cells.flatMap((cell) => cell.outputs ?? []);
  return outputs.flatMap(({ data }) => (data?.[PLOTLY] === undefined ? [] : [data[PLOTLY] as Plot]));
}

/** Goes through the plots of the notebook, of which there must be so many, and keeps a picture of each. */
export async function allDrawn(page: Page, name: string, count: number): Promise<Drawn[]> {
  const plots = page.locator(".jp-NotebookPanel .jp-OutputArea .js-plotly-plot");
  await plots.nth(count - 1).waitFor({ state: "attached", timeout: 2 * PATIENCE });
  const drawn: Drawn[] = [];
  for (let index = 0; index < Math.max(count, await plots.count()); index++) {
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
