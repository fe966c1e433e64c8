import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";

import { exportStudy } from "../../../src/cli/study/export";
import { stored, type Study } from "../../../src/studies";
import { addResults } from "../../../src/studies/core/results";
import { arithmeticGrid, newPlaces, recordOf } from "../../studies/core/support";
import { arithmetic } from "../../studies/fixtures/arithmetic";

async function exported() {
  const places = newPlaces();
  await addResults(
    places,
    "arithmetic",
    "smoke",
    (await arithmeticGrid()).map((trial, index) => recordOf(trial, { sum: index })),
  );
  const to = join(places.results, "out");
  return { study: arithmetic as Study, stored: await stored(arithmetic, "smoke", places), to };
}

describe("the export of a study", () => {
  it("holds tables, figures, configurations and methods, and every setting", async () => {
    const { study, stored, to } = await exported();
    const files = await exportStudy(study, stored, to);
    assert.deepEqual(files, [
      "configurations.json",
      "figures/sums.pdf",
      "figures/sums.svg",
      "methods.md",
      "methods.tex",
      "tables/sums.csv",
      "tables/sums.tex",
    ]);
    assert.ok(files.every((file) => existsSync(join(to, file))));
    const methods = readFileSync(join(to, "methods.md"), "utf8");
    for (const setting of ["seed", "method", "base", "wait", "optimizer.rate"]) {
      assert.ok(methods.includes(`\`${setting}\``), setting);
    }
    const { trials } = JSON.parse(readFileSync(join(to, "configurations.json"), "utf8")) as { trials: object[] };
    assert.equal(trials.length, 4);
    // A second one takes its place.
    writeFileSync(join(to, "old.txt"), "");
    await exportStudy(study, stored, to);
    assert.ok(!existsSync(join(to, "old.txt")));
  });

  it("leaves everything as it was when a figure cannot be made", async () => {
    const { study, stored, to } = await exported();
    await exportStudy(study, stored, to);
    const before = readFileSync(join(to, "methods.md"), "utf8");
    const broken: Study = {
      ...study,
      methods: () => "other",
      figures: () => ({ wrong: { data: [{ type: "nonsense" } as never], layout: {} } }),
    };
    await assert.rejects(exportStudy(broken, stored, to), /nonsense|does not accept/);
    assert.equal(readFileSync(join(to, "methods.md"), "utf8"), before);
    assert.deepEqual(
      readdirSync(join(to, "..")).filter((name) => name.startsWith(".")),
      [],
    );
  });

  it("does not replace a folder that is no export", async () => {
    const { study, stored, to } = await exported();
    mkdirSync(to);
    writeFileSync(join(to, "thesis.tex"), "");
    await assert.rejects(exportStudy(study, stored, to), /no earlier export .*: name another folder/);
    assert.deepEqual(readdirSync(to), ["thesis.tex"]);
  });
});
