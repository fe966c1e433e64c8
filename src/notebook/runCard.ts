import { Display } from "./display";
import { escapeHtml } from "./html";

/**
 * A small card of what a run was: library, device, seeds, data.
 *
 * @param info names with texts or numbers, shown in this order.
 * @returns a value that shows as the card in a notebook, as aligned lines elsewhere.
 * @throws RangeError when there is nothing in it.
 */
export function runCard(info: Readonly<Record<string, string | number>>): Display {
  const entries = Object.entries(info).map(([name, value]) => [name, String(value)] as const);
  if (entries.length === 0) throw new RangeError("runCard: info must hold at least one entry, received none");
  const width = Math.max(...entries.map(([name]) => name.length));
  const cell = "border:none;background:transparent;text-align:left;vertical-align:top";
  const rows = entries.map(
    ([name, value]) =>
      `<tr style="background:transparent"><td style="${cell};padding:0.15em 1.2em 0.15em 0.8em;opacity:0.7">${escapeHtml(name)}</td>` +
      `<td style="${cell};padding:0.15em 0;font-variant-numeric:tabular-nums">${escapeHtml(value)}</td></tr>`,
  );
  const card = "border-collapse:collapse;margin:0.3em 0;width:auto;table-layout:auto;border-left:3px solid #0072B2";
  return new Display({
    "text/html": `<table style="${card}"><tbody>${rows.join("")}</tbody></table>`,
    "text/plain": entries.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join("\n"),
  });
}
