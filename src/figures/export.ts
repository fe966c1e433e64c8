import { randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { crc32 } from "node:zlib";
import type { Page } from "playwright-core";
import { withPage } from "./browser";
import { inches, toPixels, type Figure } from "./figure";
import { withoutDates, withPageSize } from "./pdf";
import { withResolution } from "./png";
import { PIXELS_PER_INCH } from "./theme";

/** The kinds of file a figure is saved as. */
export const formats = ["svg", "pdf", "png", "json"] as const;

/** A kind of file. */
export type Format = (typeof formats)[number];

/** Where and how a figure is saved. */
export interface SaveOptions {
  /** Folder of the files, made where it is missing; by default `figures` of the project. */
  folder?: string;
  /** Kinds of file, by default all four. */
  formats?: readonly Format[];
  /** Pixels per inch of the PNG, by default 300. */
  dpi?: number;
}

/**
 * Saves a figure as SVG, PDF (vector, its page exactly the figure, fonts embedded), PNG and JSON.
 *
 * @param figure the figure; its layout's width and height, in CSS pixels of 1/96 in, are its size on paper.
 * @param name file name without extension: letters, digits, hyphens and underscores.
 * @param options.folder folder, by default that of the variable COUNTERWEIGHT_FIGURES, or else `figures` of the project.
 * @param options.formats kinds of file, a selection of "svg", "pdf", "png", "json".
 * @param options.dpi pixels per inch of the PNG, in [36, 2400].
 * @returns a promise of the paths of the files, by kind. The same figure gives the same bytes with the same browser, and the
 *   same JSON everywhere.
 * @throws TypeError when it is no figure; RangeError when name, formats or dpi are none; Error when plotly does not know
 *   something in the figure, or no Chromium is found (JSON alone needs none). Files are then left as they were.
 */
export async function save(figure: Figure, name: string, options: SaveOptions = {}): Promise<Record<string, string>> {
  const {
    folder = process.env[FIGURES_VARIABLE] || join(projectRoot(), "figures"),
    formats: kinds = formats,
    dpi = 300,
  } = options;
  check(figure, name, kinds, dpi);
  const json = toJson(figure);
  const drawn = kinds.filter((kind) => kind !== "json");
  const rendered: Partial<Record<Format, Buffer>> = { json: Buffer.from(json) };
  if (drawn.length > 0) {
    await withPage(async (page) =>
      Object.assign(rendered, await render(page, json, sizeOf(figure), { name, drawn, dpi })),
    );
  }
  const files = kinds.map((kind) => ({
    kind,
    path: resolve(folder, `${name}.${kind}`),
    bytes: rendered[kind] as Buffer,
  }));
  await writeTogether(files);
  return Object.fromEntries(files.map(({ kind, path }) => [kind, path]));
}

/**
 * The JSON of a figure, one line per trace.
 *
 * @param figure the figure.
 * @returns a text ending in a newline, the same for the same figure.
 */
export function toJson({ data, layout }: Figure): string {
  const traces = data.map((trace) => JSON.stringify(trace)).join(",\n");
  return `{"data":[\n${traces}\n],\n"layout":${JSON.stringify(layout)}}\n`;
}

function check(figure: Figure, name: string, kinds: readonly Format[], dpi: number): void {
  if (!Array.isArray(figure?.data) || typeof figure.layout !== "object" || figure.layout === null) {
    throw new TypeError(`save: figure must have an array "data" and an object "layout", received ${describe(figure)}`);
  }
  if (typeof name !== "string" || !/^[A-Za-z0-9][A-Za-z0-9_-]*$/.test(name)) {
    const accepted = "letters, digits, hyphens and underscores, without folder or extension";
    throw new RangeError(`save: name must be of ${accepted}, received ${JSON.stringify(name)}`);
  }
  const unknown = kinds.find((kind) => !formats.includes(kind));
  if (unknown !== undefined || kinds.length === 0) {
    const received = unknown === undefined ? "none" : `"${unknown}"`;
    throw new RangeError(
      `save: formats must be among ${formats.map((kind) => `"${kind}"`).join(", ")}, received ${received}`,
    );
  }
  if (!(dpi >= 36 && dpi <= 2400)) throw new RangeError(`save: dpi must be in [36, 2400], received ${dpi}`);
}

function describe(value: unknown): string {
  return value !== null && typeof value === "object"
    ? `{ ${Object.keys(value).slice(0, 5).join(", ")} }`
    : String(value);
}

function sizeOf({ layout }: Figure): { width: number; height: number } {
  const { width, height } = layout;
  return inches({
    ...(width !== undefined && { width: width / PIXELS_PER_INCH }),
    ...(height !== undefined && { height: height / PIXELS_PER_INCH }),
  });
}

/** Draws a figure, given as JSON, in each of the formats. */
async function render(
  page: Page,
  json: string,
  size: { width: number; height: number },
  { name, drawn, dpi }: { name: string; drawn: readonly Format[]; dpi: number },
): Promise<Partial<Record<Format, Buffer>>> {
  const literal = json.trimEnd();
  const complaints = await page.evaluate<string[]>(`counterweight.validate(${literal})`);
  if (complaints.length > 0) throw new Error(`save: plotly does not accept figure "${name}": ${complaints.join("; ")}`);

  const pixels = { width: toPixels(size.width), height: toPixels(size.height) };
  const call = `counterweight.svg(${literal}, ${JSON.stringify(pixels)}, ${crc32(json)})`;
  const svg = toPaper(await page.evaluate<string>(call), size);
  const result: Partial<Record<Format, Buffer>> = {};
  for (const format of drawn) {
    if (format === "svg") result.svg = Buffer.from(svg);
    if (format === "pdf") result.pdf = await toPdf(page, svg, size, name);
    if (format === "png") {
      const [width, height] = [Math.round(size.width * dpi), Math.round(size.height * dpi)];
      const png = await page.evaluate<string>(`counterweight.png(${JSON.stringify(svg)}, ${width}, ${height})`);
      result.png = withResolution(Buffer.from(png, "base64"), dpi);
    }
  }
  return result;
}

/** plotly's SVG with its size in inches, and images shown pixel by pixel. */
function toPaper(svg: string, { width, height }: { width: number; height: number }): string {
  const view = `0 0 ${toPixels(width)} ${toPixels(height)}`;
  const root = svg.match(/^<svg[^>]*>/)?.[0];
  if (root === undefined) throw new Error(`save: plotly returned no SVG but "${svg.slice(0, 60)}"`);
  const bare = root.replace(/ (width|height|viewBox|style)="[^"]*"/g, "").slice(0, -1);
  const sized = `${bare} width="${width}in" height="${height}in" viewBox="${view}">`;
  return (sized + svg.slice(root.length)).replaceAll("<image ", '<image image-rendering="pixelated" ') + "\n";
}

async function toPdf(page: Page, svg: string, size: { width: number; height: number }, title: string): Promise<Buffer> {
  const sheet = await page.context().newPage();
  try {
    const style = "*{margin:0;padding:0}svg{display:block}";
    await sheet.setContent(`<!doctype html><meta charset="utf-8"><title>${title}</title><style>${style}</style>${svg}`);
    const pdf = await sheet.pdf({
      width: `${size.width}in`,
      height: `${size.height}in`,
      printBackground: true,
      pageRanges: "1",
    });
    return withPageSize(withoutDates(pdf), size);
  } finally {
    await sheet.close();
  }
}

/** Writes every file beside its place first, then moves all of them: a failure leaves the old files. */
async function writeTogether(files: readonly { path: string; bytes: Buffer }[]): Promise<void> {
  const parts = files.map(({ path, bytes }) => ({ path, bytes, part: `${path}.${randomUUID()}.part` }));
  try {
    for (const { path, bytes, part } of parts) {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(part, bytes);
    }
    for (const { path, part } of parts) await rename(part, path);
  } finally {
    for (const { part } of parts) await rm(part, { force: true });
  }
}

/** The variable that names the folder of exported figures, so that a trial run does not overwrite those of a paper. */
const FIGURES_VARIABLE = "COUNTERWEIGHT_FIGURES";

/** The folder above this file that holds the project's package.json. */
function projectRoot(): string {
  for (let folder = __dirname; ; folder = dirname(folder)) {
    const manifest = join(folder, "package.json");
    if (existsSync(manifest) && JSON.parse(readFileSync(manifest, "utf8")).name === "counterweight") return folder;
    if (folder === dirname(folder)) throw new Error(`save: no project found above "${__dirname}": name a folder`);
  }
}
