import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { bars, close, figure, findChromium, imageGrid, lines, save, type Figure } from "../../src/figures";

const thresholds = Array.from({ length: 50 }, (_, index) => (index + 1) / 51);
const score = thresholds.map((threshold) => 0.7 * Math.exp(-((threshold - 0.3) ** 2) / 0.1));
const curve: Figure = lines({
  series: [
    {
      name: "Surrogate <i>F</i><sub>β</sub>",
      x: thresholds,
      y: score,
      low: score.map((value) => value - 0.03),
      high: score.map((value) => value + 0.03),
    },
    { name: "Binary cross-entropy", x: thresholds, y: score.map((value) => value * 0.9) },
  ],
  xTitle: "Threshold τ",
  yTitle: "<i>F</i><sub>β</sub>, β<sup>2</sup> = 4",
  marks: [{ x: 0.3, label: "τ* = 0.30" }],
});

describe("figures.save", () => {
  const folder = mkdtempSync(join(tmpdir(), "counterweight-figures-"));
  const read = (path: string): string => readFileSync(path, "latin1");
  const poppler = spawnSync("pdffonts", ["-v"]).error === undefined;
  const noPoppler = poppler ? false : "poppler (pdfinfo, pdffonts, pdfimages, pdftotext) is not installed";
  const tool = (command: string, ...rest: string[]): string => execFileSync(command, rest, { encoding: "utf8" });
  let missing: string | undefined;
  let paths: Record<string, string> = {};

  before(async () => {
    missing = await findChromium().then(
      () => undefined,
      (error: Error) => error.message,
    );
    if (missing === undefined) paths = await save(curve, "curve", { folder });
  });
  after(async () => {
    await close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A test that needs a browser; without one it is skipped and says why. */
  function browserTest(name: string, body: () => Promise<void> | void, skip: string | false = false): void {
    it(name, { skip }, async (t) => (missing === undefined ? await body() : t.skip(missing)));
  }

  browserTest("returns the paths of the four files, and leaves no others", () => {
    assert.deepEqual(Object.keys(paths), ["svg", "pdf", "png", "json"]);
    assert.deepEqual(readdirSync(folder).sort(), ["curve.json", "curve.pdf", "curve.png", "curve.svg"]);
  });

  browserTest("writes the SVG in inches, with text as text", () => {
    const svg = readFileSync(paths.svg, "utf8");
    assert.match(svg, /^<svg [^>]*width="3.3in" height="2.31in" viewBox="0 0 316.8 221.76"/);
    assert.match(svg, /Threshold τ<\/text>/);
    assert.match(svg, /Liberation Sans/);
    assert.doesNotMatch(svg, /<image|<script|<foreignObject/);
  });

  browserTest("writes the PNG with 300 pixels to the inch, and says so in it", () => {
    const png = readFileSync(paths.png);
    assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [990, 693]);
    assert.equal(png.readUInt32BE(png.indexOf("pHYs") + 4), 11811);
  });

  browserTest("writes the JSON of the figure", () => {
    const { data, layout } = curve;
    assert.deepEqual(JSON.parse(readFileSync(paths.json, "utf8")), { data, layout });
  });

  browserTest(
    "gives the PDF one page of exactly the size of the figure",
    () => {
      const info = tool("pdfinfo", paths.pdf);
      assert.match(info, /Pages: +1\n/);
      assert.match(info, /Page size: +237.6 x 166.32 pts/);
    },
    noPoppler,
  );

  browserTest(
    "embeds every font in the PDF and rasterises nothing of a line plot",
    () => {
      const fonts = tool("pdffonts", paths.pdf).trim().split("\n").slice(2);
      assert.ok(fonts.length > 0);
      for (const font of fonts) assert.match(font, / yes +yes +yes +\d+ +0$/);
      assert.equal(tool("pdfimages", "-list", paths.pdf).trim().split("\n").length, 2);
    },
    noPoppler,
  );

  browserTest(
    "keeps Greek letters, sub- and superscripts in the PDF as text, and writes a PDF without errors",
    () => {
      const read = spawnSync("pdftotext", ["-layout", paths.pdf, "-"], { encoding: "utf8" });
      assert.equal(read.stderr, "");
      for (const text of ["Threshold τ", "τ* = 0.30", "Surrogate F"])
        assert.ok(read.stdout.includes(text), read.stdout);
      assert.match(read.stdout, /β/);
    },
    noPoppler,
  );

  browserTest("gives the same bytes again, in every format and after another figure was drawn", async () => {
    const first = Object.fromEntries(Object.entries(paths).map(([kind, path]) => [kind, read(path)]));
    const other = bars({
      categories: ["a", "b"],
      yTitle: "y",
      series: [{ name: "s", values: [1, 2], error: [0.1, 0.2] }],
    });
    await save(other, "bars", { folder, formats: ["svg"] });
    const again = await save(curve, "curve", { folder: join(folder, "again") });
    for (const [kind, path] of Object.entries(again)) assert.ok(read(path) === first[kind], `${kind} differs`);
  });

  browserTest("puts images into an SVG pixel by pixel", async () => {
    const image = Uint8Array.from({ length: 192 }, (_, index) => index);
    const { svg } = await save(imageGrid({ images: [image], shape: [8, 8, 3] }), "grid", { folder, formats: ["svg"] });
    assert.match(read(svg), /<image image-rendering="pixelated"[^>]*data:image\/png;base64/);
  });

  browserTest("leaves the old files alone when plotly does not know something in the figure", async () => {
    const before = read(paths.svg);
    const wrong = figure({ data: [{ type: "scatter", x: [1], y: [1], lineColour: "red" } as object] });
    await assert.rejects(save(wrong, "curve", { folder }), /figure "curve": .*lineColour/);
    assert.equal(read(paths.svg), before);
    await assert.rejects(save(wrong, "wrong", { folder }), /lineColour/);
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.startsWith("wrong") || name.endsWith(".part")),
      [],
    );
  });

  browserTest("starts a new browser after close", async () => {
    await close();
    const { svg } = await save(curve, "anew", { folder, formats: ["svg"] });
    assert.equal(read(svg), read(paths.svg));
  });

  browserTest("does not keep the process alive, and leaves no browser behind", async () => {
    const source = pathToFileURL(join(__dirname, "../../src/figures/index.ts")).href;
    const script = join(folder, "script.mts");
    const temporary = join(folder, "tmp");
    mkdirSync(temporary);
    writeFileSync(
      script,
      `import { figure, save } from ${JSON.stringify(source)};
       await save(figure({ data: [{ type: "bar", x: [1], y: [2] }] }), "ended", { folder: ${JSON.stringify(folder)} });
       console.log("saved");`,
    );
    const ended = spawnSync(process.execPath, ["--import", "tsx", script], {
      encoding: "utf8",
      timeout: 60_000,
      cwd: join(__dirname, "../.."),
      env: { ...process.env, TMPDIR: temporary },
    });
    assert.equal(ended.status, 0, ended.stderr);
    assert.equal(ended.stdout, "saved\n");
    assert.ok(existsSync(join(folder, "ended.pdf")));
    assert.deepEqual(
      readdirSync(temporary).filter((name) => name.startsWith("playwright")),
      [],
    );
  });

  it("writes JSON alone without a browser", async () => {
    const previous = process.env.COUNTERWEIGHT_CHROMIUM;
    process.env.COUNTERWEIGHT_CHROMIUM = "/nowhere/chrome";
    try {
      const written = await save(curve, "json-alone", { folder, formats: ["json"] });
      assert.deepEqual(Object.keys(written), ["json"]);
    } finally {
      if (previous === undefined) delete process.env.COUNTERWEIGHT_CHROMIUM;
      else process.env.COUNTERWEIGHT_CHROMIUM = previous;
    }
  });

  it("leaves no file behind when one cannot be put in its place", async () => {
    const target = join(folder, "blocked");
    mkdirSync(join(target, "plot.json", "in the way"), { recursive: true });
    await assert.rejects(save(curve, "plot", { folder: target, formats: ["json"] }));
    assert.deepEqual(readdirSync(target), ["plot.json"]);
  });

  it("refuses names that are no file name, formats it does not know and values that are no figure", async () => {
    for (const name of ["../up", "a/b", "", "plot.svg", ".hidden", "a b"]) {
      await assert.rejects(save(curve, name, { folder }), (error: Error) =>
        error.message.includes(JSON.stringify(name)),
      );
    }
    await assert.rejects(save(curve, "a", { folder, formats: ["gif" as "svg"] }), /received "gif"/);
    await assert.rejects(save(curve, "a", { folder, dpi: 0 }), /received 0/);
    await assert.rejects(save({ traces: [] } as unknown as Figure, "a", { folder }), /received \{ traces \}/);
    await assert.rejects(save(undefined as unknown as Figure, "a", { folder }), /received undefined/);
  });
});
