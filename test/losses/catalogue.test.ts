import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";

import { cardsOf, catalogue, describe as describeLoss, FAMILIES } from "../../src/losses/catalogue";
import * as losses from "../../src/losses";
import { type LossFamily } from "../../src/losses/define";
import { table } from "../../src/notebook";
import { README, withCatalogue } from "./page";

const FAMILY_NAMES = Object.keys(FAMILIES) as LossFamily[];

describe("the losses' cards", () => {
  for (const family of FAMILY_NAMES) {
    it(`${family}: bear the name they are exported under and their family`, () => {
      const room = FAMILIES[family].losses as Record<string, unknown>;
      assert.ok(cardsOf(family).length > 0);
      for (const card of cardsOf(family)) {
        assert.equal(card.family, family, card.name);
        assert.ok(card.name in room, `${family} exports no ${card.name}`);
      }
    });

    it(`${family}: have a formula with closed braces, a source, pitfalls and a description of every option`, () => {
      for (const { name, kind, formula, source, options, beware } of cardsOf(family)) {
        for (const [field, text] of Object.entries({ kind, formula, source, beware })) {
          assert.ok(text.trim().length > 3, `${name}: ${field}`);
        }
        const depths = [...formula.matchAll(/(?<!\\)[{}]/g)].map(([brace]) => (brace === "{" ? 1 : -1));
        assert.equal(
          depths.reduce((depth, step) => (depth < 0 ? depth : depth + step), 0),
          0,
          `${name}: braces of ${formula}`,
        );
        assert.ok(!formula.includes("$"), `${name}: dollar signs`);
        for (const [option, schema] of Object.entries(options)) {
          const described = describeLoss({ card: { ...cardsOf(family)[0], options: { [option]: schema } } });
          const [cells] = described.split("\n").filter((line) => line.startsWith(`| \`${option}\``));
          const [, , accepted, , meaning] = cells.split(/(?<!\\)\|/).map((cell) => cell.trim());
          assert.ok(meaning.length > 3, `${name}: ${option} has no description`);
          assert.ok(accepted.length > 3 && !accepted.startsWith("of type"), `${name}: ${option} accepts ${accepted}`);
        }
      }
    });
  }
});

describe("catalogue", () => {
  it("has a row per loss, family by family", () => {
    const rows = losses.catalogue();
    assert.deepEqual([...new Set(rows.map(({ family }) => family))], FAMILY_NAMES);
    assert.equal(rows.length, FAMILY_NAMES.flatMap((family) => catalogue(family)).length);
    assert.equal(new Set(rows.map(({ family, loss }) => `${family}.${loss}`)).size, rows.length);
  });

  it("shows defaults, what may be left out and what must be given", () => {
    const optionsOf = (name: string) => catalogue("binary").find(({ loss }) => loss === name)?.options;
    assert.equal(optionsOf("focal"), 'gamma = 2, alpha = 0.25, reduction = "mean"');
    assert.equal(optionsOf("softFBeta"), "beta = 1, prior?");
    assert.match(String(optionsOf("surrogateFBeta")), /^beta = 1, prior, normalization = "class"/);
  });

  it("is a table of the notebook", () => {
    const text = table(catalogue("binary"), { columns: ["loss", "kind", "options", "beware"] }).toString();
    assert.match(text, /surrogateFBeta +surrogate of F-beta/);
  });

  it("names a family it does not know", () => {
    assert.throws(
      () => catalogue("ordinal" as never),
      /catalogue: family must be one of binary, multiclass, multilabel, group, received "ordinal"/,
    );
  });
});

describe("a loss's description", () => {
  it("holds formula, options, pitfalls and source", () => {
    const text = losses.describe(losses.binary.tversky);
    assert.ok(text.startsWith("#### `binary.tversky`\n\n$$\n(1 - I)^\\gamma"));
    assert.ok(text.includes("| `fpWeight` | a non-negative finite number | 0.5 | a, weight of false positives |"));
    assert.ok(text.includes("| `prior` | a number in (0, 1) | none |"));
    assert.match(text, /\*\*Beware\.\*\* .*\n\n\*\*Source\.\*\* Salehi/);
    assert.match(losses.describe(losses.binary.surrogateFBeta), /`prior` \| a number in \(0, 1\) \| must be given \|/);
    assert.match(losses.describe(losses.binary.lovaszHinge), /No options\./);
  });
});

describe("src/losses/README.md", () => {
  it("holds the catalogue as the cards have it (node --import tsx test/losses/printCatalogue.ts --write)", () => {
    assert.ok(readFileSync(README, "utf8") === withCatalogue(), "the page is not what the cards say; write it anew");
  });
});
