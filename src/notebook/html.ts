/** A table of texts, ready to be set. */
export interface TextTable {
  header: readonly string[];
  rows: readonly (readonly string[])[];
  /** Which columns hold numbers and stand right-aligned. */
  numeric: readonly boolean[];
  caption?: string;
  /** A line below, for example how many rows there are. */
  note?: string;
}

/** The text with the characters that mean something to HTML replaced. */
export function escapeHtml(text: string): string {
  const names: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return text.replace(/[&<>"']/g, (character) => names[character]);
}

// Styles stand on the elements: JupyterLab removes <style> from untrusted notebooks. Colours are those of the text, so that
// light and dark themes both come out right, and JupyterLab's own stripes are switched off.
const THICK = "1.5px solid currentColor";
const THIN = "0.75px solid currentColor";
const CELL =
  "padding:0.25em 0.7em;border:none;background:transparent;font-variant-numeric:tabular-nums;white-space:nowrap";

/**
 * The table as HTML with horizontal rules alone (the look of LaTeX's booktabs).
 *
 * @param table texts; they are escaped here.
 * @returns one `<table>` element, with the note below it.
 */
export function tableToHtml({ header, rows, numeric, caption, note }: TextTable): string {
  const align = (column: number): string => `text-align:${numeric[column] ? "right" : "left"}`;
  const heads = header.map(
    (text, column) =>
      `<th style="${CELL};${align(column)};font-weight:600;border-top:${THICK};border-bottom:${THIN}">${escapeHtml(text)}</th>`,
  );
  const body = rows.map((row, index) => {
    const rule = index === rows.length - 1 ? `;border-bottom:${THICK}` : "";
    const cells = row.map((text, column) => `<td style="${CELL};${align(column)}${rule}">${escapeHtml(text)}</td>`);
    return `<tr style="background:transparent">${cells.join("")}</tr>`;
  });
  const title = caption
    ? `<caption style="caption-side:top;text-align:left;padding:0 0 0.4em;color:inherit">${escapeHtml(caption)}</caption>`
    : "";
  const style = "border-collapse:collapse;margin:0.3em 0;width:auto;table-layout:auto";
  const table =
    `<table style="${style}">${title}<thead><tr style="background:transparent">${heads.join("")}</tr></thead>` +
    `<tbody>${body.join("")}</tbody></table>`;
  return note ? `${table}<div style="opacity:0.7;font-size:90%">${escapeHtml(note)}</div>` : table;
}

/**
 * The table as aligned text for a terminal.
 *
 * @param table texts.
 * @returns lines without a trailing newline.
 */
export function tableToText({ header, rows, numeric, caption, note }: TextTable): string {
  const length = (text: string): number => Array.from(text).length;
  const widths = header.map((text, column) => Math.max(length(text), ...rows.map((row) => length(row[column]))));
  const line = (row: readonly string[]): string =>
    row
      .map((text, column) => {
        const space = " ".repeat(widths[column] - length(text));
        return numeric[column] ? space + text : text + space;
      })
      .join("  ")
      .trimEnd();
  const rule = "─".repeat(widths.reduce((sum, width) => sum + width, 0) + 2 * Math.max(widths.length - 1, 0));
  return [caption, line(header), rule, ...rows.map(line), rule, note].filter((part) => part !== undefined).join("\n");
}
