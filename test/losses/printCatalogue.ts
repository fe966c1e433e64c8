/**
 * Prints the catalogue of the losses as Markdown, made of their cards:
 *
 *     node --import tsx test/losses/printCatalogue.ts              the text
 *     node --import tsx test/losses/printCatalogue.ts --write      and puts it into src/losses/README.md
 */
import { renameSync, writeFileSync } from "node:fs";

import { catalogueText, README, withCatalogue } from "./page";

console.log(catalogueText());
if (process.argv.includes("--write")) {
  writeFileSync(`${README}.part`, withCatalogue());
  renameSync(`${README}.part`, README);
}
