import { readFileSync } from "node:fs";
import { join } from "node:path";

import { cardsOf, catalogue, describe, FAMILIES, markdownTable } from "../../src/losses/catalogue";
import { type LossFamily } from "../../src/losses/define";

export const README = join(__dirname, "../../src/losses/README.md");
const [START, END] = ["<!-- catalogue -->", "<!-- /catalogue -->"];

/** A table of each family's losses, and the card of every loss. */
export function catalogueText(): string {
  return (Object.keys(FAMILIES) as LossFamily[])
    .map((family) => {
      const rows = catalogue(family).map(({ loss, kind, options }) => [loss, kind, options && `\`${options}\``]);
      return [
        `### ${family}: ${FAMILIES[family].inputs} => scalar`,
        markdownTable([["loss", "built on", "options"], ...rows]),
        ...cardsOf(family).map((card) => describe({ card })),
      ].join("\n\n");
    })
    .join("\n\n");
}

/** The page with the catalogue as the cards have it now. */
export function withCatalogue(): string {
  const text = readFileSync(README, "utf8");
  const [start, end] = [text.indexOf(START), text.indexOf(END)];
  if (start < 0 || end < start) throw new Error(`${README} must hold the lines ${START} and ${END}, in this order`);
  return `${text.slice(0, start)}${START}\n\n${catalogueText()}\n\n${text.slice(end)}`;
}
