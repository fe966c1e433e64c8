import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { type Page } from "playwright-core";

import { findChromium } from "../../src/figures";
import { openLab, PATIENCE, picture } from "./lab";
import { allDrawn, plotsOf } from "./storedPlots";

const NOTEBOOK = "notebooks/01-first-look.ipynb";
/** Committed notebooks whose plots hold packed arrays of bytes and of floats, tables of numbers among them. */
const PACKED = ["21-gradient-paths", "22-surrogate-anatomy"];

test("the first notebook in JupyterLab", { timeout: 6 * PATIENCE }, async (t) => {
  const executablePath = await findChromium().catch((error: Error) => error);
  if (executablePath instanceof Error) return t.skip(executablePath.message);

  const lab = await openLab(executablePath);
  t.after(() => lab.close());
  const { sandbox } = lab;
  const page = await lab.open(NOTEBOOK);
  await idle(page);

  await t.test("runs all cells from the menu, and shows the plot, the table and the passed assertions", async () => {
    await menu(page, "Run", "Run All Cells");
    await page.locator(".jp-OutputArea", { hasText: "every loss and seed was trained" }).last().waitFor();
    await idle(page);
    const plots = page.locator(".jp-OutputArea .js-plotly-plot");
    await plots.last().scrollIntoViewIfNeeded();
    await page.locator(".jp-OutputArea .js-plotly-plot .scatterlayer .trace").first().waitFor({ state: "attached" });
    await picture(page, "plot");
    assert.equal(await plots.count(), 2, "the images and the curves");
    const table = page.locator(".jp-OutputArea table", { hasText: "surrogate F-beta" });
    await table.first().scrollIntoViewIfNeeded();
    assert.match(await table.first().innerText(), /F2 at 1\/2[\s\S]*cross-entropy[\s\S]*\d\.\d{3}/);
    await picture(page, "table");
    assert.equal(await page.locator(".jp-OutputArea [data-mime-type='application/vnd.jupyter.error']").count(), 0);
    for (const kind of ["svg", "pdf", "png", "json"]) {
      assert.ok(existsSync(join(sandbox.root, "figures", `01-first-look.${kind}`)), kind);
    }
  });

  await t.test("runs an edited source file without a restart", async () => {
    const cell = await newCell(page);
    const question =
      'import { metrics } from "counterweight";\nmetrics.precision({ truePositives: 1, falsePositives: 1, falseNegatives: 0, trueNegatives: 0 })';
    assert.equal(await runCell(page, cell, question), "0.5");
    const file = "src/metrics/confusion.ts";
    const text = readFileSync(join(sandbox.root, file), "utf8");
    const edited = text.replace("truePositives / (truePositives + falsePositives)", "42");
    assert.notEqual(edited, text);
    sandbox.write(file, edited);
    assert.equal(await runCell(page, cell, question), "42");
    sandbox.write(file, text);
    assert.equal(await runCell(page, cell, question), "0.5");
  });

  await t.test("interrupts a training cell and goes on", async () => {
    const cell = await newCell(page);
    const endless = [
      'import { losses, models, tf, training } from "counterweight";',
      "const model = models.resNet({ depth: 8, width: 4, inputShape: [8, 8, 1], outputs: 1, seed: 1 });",
      "const reached = { steps: 0 };",
      "await training.fit({ model, steps: 1e9, loss: losses.binary.binaryCrossEntropy(), optimizer: training.sgd({ learningRate: 0.01 }),",
      "  batch: () => ({ inputs: tf.zeros([16, 8, 8, 1]), labels: tf.zeros([16]) }),",
      "  progress: { update: (done) => { reached.steps = done; if (done === 5) console.log('five steps done'); } } });",
    ].join("\n");
    await typeInto(page, cell, endless);
    await page.keyboard.press("Control+Enter");
    await cell.locator(".jp-OutputArea-output", { hasText: "five steps done" }).first().waitFor();
    await menu(page, "Kernel", "Interrupt Kernel");
    await cell
      .locator(".jp-OutputArea-output", { hasText: /interrupt/i })
      .first()
      .waitFor({ timeout: 5_000 });
    await picture(page, "interrupted");
    const next = await newCell(page);
    const first = Number(await runCell(page, next, "reached.steps"));
    await page.waitForTimeout(500);
    assert.ok(first >= 5, `reached ${first} steps`);
    assert.equal(
      Number(await runCell(page, next, "reached.steps + 0")),
      first,
      "training went on behind the interrupt",
    );
  });
});

test("committed notebooks in JupyterLab, neither trusted nor run", { timeout: 6 * PATIENCE }, async (t) => {
  const executablePath = await findChromium().catch((error: Error) => error);
  if (executablePath instanceof Error) return t.skip(executablePath.message);
  const lab = await openLab(executablePath, { wholeNotebook: true });
  t.after(() => lab.close());

  for (const name of PACKED) {
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

/** Waits until the kernel of the notebook has nothing to do. */
async function idle(page: Page): Promise<void> {
  await page.getByText("TypeScript (Counterweight) | Idle").waitFor();
}

async function menu(page: Page, name: string, entry: string): Promise<void> {
  await page.locator(".lm-MenuBar-item", { hasText: new RegExp(`^${name}$`) }).click();
  await page.locator(".lm-Menu-item .lm-Menu-itemLabel", { hasText: new RegExp(`^${entry}$`) }).click();
}

type Cell = ReturnType<Page["locator"]>;

/** Appends a code cell and returns it. */
async function newCell(page: Page): Promise<Cell> {
  const cells = page.locator(".jp-Notebook .jp-Cell");
  await cells.last().scrollIntoViewIfNeeded();
  await cells.last().locator(".jp-InputPrompt, .jp-MarkdownOutput").first().click();
  await page.keyboard.press("Escape");
  await page.keyboard.press("b");
  const selected = page.locator(".jp-Notebook .jp-Cell.jp-mod-active");
  const id = `cell-${await cells.count()}`;
  await selected.evaluate((element, name) => element.setAttribute("data-test-id", name), id);
  return page.locator(`[data-test-id='${id}']`);
}

/** Replaces the text of a cell. */
async function typeInto(page: Page, cell: Cell, code: string): Promise<void> {
  await cell.locator(".cm-content").click();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(code);
}

/** Runs a cell and returns the text of its result. */
async function runCell(page: Page, cell: Cell, code: string): Promise<string> {
  await typeInto(page, cell, code);
  const count = async () => Number((await cell.locator(".jp-InputPrompt").innerText()).replace(/\D/g, "")) || 0;
  const before = await count();
  await page.keyboard.press("Control+Enter");
  const deadline = Date.now() + PATIENCE;
  while ((await count()) <= before) {
    if (Date.now() > deadline) throw new Error(`the cell did not end: ${code}`);
    await page.waitForTimeout(100);
  }
  await idle(page);
  return (await cell.locator(".jp-OutputArea-output").last().innerText()).trim();
}
