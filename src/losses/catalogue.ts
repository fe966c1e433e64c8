import * as binary from "./binary";
import { type LossCard, type LossFamily } from "./define";
import * as group from "./group";
import * as multiclass from "./multiclass";
import * as multilabel from "./multilabel";
import { accepted, defaultOf, descriptionOf, isOptional } from "./schema";

/** The families in the order of the catalogue, with what their losses are called with. */
export const FAMILIES: Readonly<Record<LossFamily, { readonly losses: object; readonly inputs: string }>> = {
  binary: { losses: binary, inputs: "(logits [n], labels [n] in {0, 1})" },
  multiclass: { losses: multiclass, inputs: "(logits [n, K], labels [n] in {0, ..., K - 1})" },
  multilabel: { losses: multilabel, inputs: "(logits [n, L], labels [n, L] in {0, 1})" },
  group: { losses: group, inputs: "(logits [n, K], labels [n], groups [n])" },
};

/** A loss as a row of a table. */
export type CatalogueRow = Readonly<
  Record<"loss" | "family" | "kind" | "options" | "formula" | "source" | "beware", string>
>;

/**
 * The losses of the library as rows of a table, made of their cards.
 *
 *     notebook.table(losses.catalogue("binary"), { columns: ["loss", "kind", "options", "beware"] })
 *
 * @param family `"binary"`, `"multiclass"`, `"multilabel"` or `"group"`; default all, in this order.
 * @returns rows { loss, family, kind, options, formula, source, beware }, by name within a family. In `options`, `gamma = 2` is an
 *   option with its default, `prior?` one without that may be left out, `prior` one that must be given. The formula is TeX.
 * @throws RangeError for an unknown family.
 */
export function catalogue(family?: LossFamily): CatalogueRow[] {
  const families = Object.keys(FAMILIES) as LossFamily[];
  if (family !== undefined && !families.includes(family)) {
    throw new RangeError(`catalogue: family must be one of ${families.join(", ")}, received ${JSON.stringify(family)}`);
  }
  return (family ? [family] : families).flatMap(cardsOf).map((card) => ({
    loss: card.name,
    family: card.family,
    kind: card.kind,
    options: Object.entries(card.options)
      .map(([name, schema]) => {
        const value = defaultOf(schema);
        return value === undefined ? `${name}${isOptional(schema) ? "?" : ""}` : `${name} = ${value}`;
      })
      .join(", "),
    formula: card.formula,
    source: card.source,
    beware: card.beware,
  }));
}

/** The cards of a family's losses, by name. */
export function cardsOf(family: LossFamily): LossCard[] {
  const hasCard = (value: unknown): value is { card: LossCard } => typeof value === "function" && "card" in value;
  const cards = Object.values(FAMILIES[family].losses)
    .filter(hasCard)
    .map(({ card }) => card);
  return cards.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * A loss's card as Markdown: formula, options, pitfalls, source.
 *
 *     notebook.markdown(losses.describe(losses.binary.focal))
 *
 * @param factory any loss factory of the library, or one of your own made with `defineLoss`.
 * @returns Markdown with the formula between double dollar signs.
 */
export function describe({ card }: { readonly card: LossCard }): string {
  const rows = Object.entries(card.options).map(([name, schema]) => [
    `\`${name}\``,
    accepted(schema),
    defaultOf(schema) ?? (isOptional(schema) ? "none" : "must be given"),
    descriptionOf(schema),
  ]);
  const options =
    rows.length > 0 ? [markdownTable([["option", "accepted", "default", "meaning"], ...rows])] : ["No options."];
  return [
    `#### \`${card.family}.${card.name}\``,
    `$$\n${card.formula}\n$$`,
    ...options,
    `**Beware.** ${card.beware}`,
    `**Source.** ${card.source}`,
  ].join("\n\n");
}

/** A Markdown table whose first row is its head. */
export function markdownTable(rows: readonly (readonly string[])[]): string {
  const line = (row: readonly string[]) => `| ${row.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(rows[0]), line(rows[0].map(() => "---")), ...rows.slice(1).map(line)].join("\n");
}
