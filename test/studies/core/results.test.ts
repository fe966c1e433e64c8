import assert from "node:assert/strict";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { describe, it } from "node:test";

import { stored, studyNamed, type Study } from "../../../src/studies";
import { resultsFile } from "../../../src/studies/core/places";
import { addResults, pruneResults, readResults } from "../../../src/studies/core/results";
import { arithmetic } from "../fixtures/arithmetic";
import { arithmeticGrid, newPlaces, recordOf } from "./support";

describe("stored results", () => {
  it("are the same bytes whatever the order they came in, and left alone when nothing is new", async () => {
    const [a, b] = [newPlaces(), newPlaces()];
    const records = (await arithmeticGrid()).map((trial, index) => recordOf(trial, { sum: index }));
    await addResults(a, "arithmetic", "smoke", records);
    for (const record of [...records].reverse()) await addResults(b, "arithmetic", "smoke", [record]);
    const [file, other] = [a, b].map((places) => resultsFile(places, "arithmetic", "smoke"));
    assert.equal(readFileSync(file, "utf8"), readFileSync(other, "utf8"));
    const { ino, mtimeMs } = statSync(file);
    await addResults(a, "arithmetic", "smoke", records);
    assert.deepEqual([statSync(file).ino, statSync(file).mtimeMs], [ino, mtimeMs]);
  });

  it("keep other keys, and of one key the result that was finished later", async () => {
    const places = newPlaces();
    const [first, second] = await arithmeticGrid();
    const add = (...records: ReturnType<typeof recordOf>[]) => addResults(places, "arithmetic", "smoke", records);
    await add(recordOf(first, { sum: 1, hour: 2 }), recordOf(second));
    await add(recordOf(first, { sum: 2, hour: 1 }));
    const sums = async () => {
      const records = await readResults(places, "arithmetic", "smoke");
      return records.map(({ key, numbers }) => [key, (numbers as { sum: number }).sum]);
    };
    assert.deepEqual(new Map((await sums()) as [string, number][]).get(first.key), 1);
    await add(recordOf(first, { sum: 3, hour: 3 }));
    assert.deepEqual(new Map((await sums()) as [string, number][]).get(first.key), 3);
    assert.equal((await sums()).length, 2);
    assert.equal(await pruneResults(places, "arithmetic", "smoke", ({ key }) => key === first.key), 1);
    assert.equal((await sums()).length, 1);
  });

  it("lose none when several add at once", async () => {
    const places = newPlaces();
    const grid = await arithmeticGrid([1, 2, 3, 4, 5]);
    await Promise.all(grid.map((trial) => addResults(places, "arithmetic", "smoke", [recordOf(trial)])));
    assert.equal((await readResults(places, "arithmetic", "smoke")).length, 10);
  });

  it("that are damaged or another study's are refused, with the file named", async () => {
    const places = newPlaces();
    mkdirSync(places.results);
    const file = resultsFile(places, "arithmetic", "smoke");
    writeFileSync(
      file,
      '{"format":"counterweight results","version":1,"study":"arithmetic","profile":"smoke","trials":[{}]}',
    );
    await assert.rejects(
      readResults(places, "arithmetic", "smoke"),
      /arithmetic.smoke.json is not as expected: trials 0 key/,
    );
    writeFileSync(file, '{"format":"counterweight results","version":1,"study":"other","profile":"smoke","trials":[]}');
    await assert.rejects(readResults(places, "arithmetic", "smoke"), /holds results of other/);
  });
});

describe("reading a study's stored results", () => {
  it("gives the grid's order, what is missing, and seeds beyond the profile's own", async () => {
    const places = newPlaces();
    const grid = await arithmeticGrid([1, 2, 7]);
    const kept = grid.filter(({ labels }) => !(labels.method === "plus" && labels.seed === 2));
    await addResults(
      places,
      "arithmetic",
      "smoke",
      [...kept].reverse().map((trial) => recordOf(trial)),
    );
    const { trials, missing } = await stored(arithmetic, "smoke", places);
    assert.deepEqual(
      trials.map(({ labels }) => `${labels.method} ${labels.seed}`),
      ["plus 1", "plus 7", "twice 1", "twice 2", "twice 7"],
    );
    assert.deepEqual(
      missing.map(({ method, seed }) => `${method} ${seed}`),
      ["plus 2"],
    );
    assert.deepEqual(trials[0].numbers.curve, [0.1, 1 / 3]);
  });

  it("leaves out results of another numerics version or of other data", async () => {
    const places = newPlaces();
    await addResults(
      places,
      "arithmetic",
      "smoke",
      (await arithmeticGrid()).map((trial) => recordOf(trial)),
    );
    for (const changed of [{ version: 2 }, { dataHash: () => "other" }]) {
      const study: typeof arithmetic = { ...arithmetic, ...changed };
      await assert.rejects(stored(study, "smoke", places), /no stored results/);
    }
  });

  it("names the command to run when there are none", async () => {
    await assert.rejects(
      stored(arithmetic, "paper", newPlaces()),
      /no stored results of profile paper .*: run "npx counterweight study run arithmetic --profile paper"/,
    );
  });

  it("names the studies there are when asked for another", () => {
    const known: readonly Study[] = [arithmetic];
    assert.equal(studyNamed("arithmetic", known).name, "arithmetic");
    assert.throws(() => studyNamed("geometry", known), /no study "geometry"; there are: "arithmetic"/);
  });
});
