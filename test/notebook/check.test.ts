import { describe, it } from "node:test";
import assert from "node:assert/strict";
import { check, inNotebook, parameters, show, type Checks } from "../../src/notebook";
import { inCell } from "./cell";

describe("notebook.check", () => {
  it("shows what holds, with the number of assertions in the metadata", () => {
    const messages = inCell(() =>
      check({
        "loss fell": true,
        "F at 0.5": { value: 0.7001, expected: 0.7, tolerance: 0.001 },
        gap: { value: 2, atLeast: 2, atMost: 3 },
      }),
    );
    assert.equal(messages.length, 1);
    assert.deepEqual(messages[0].message.metadata, { counterweight: { assertions: 3 } });
    assert.match(
      String(messages[0].message.data["text/plain"]),
      /F at 0\.5 +0\.7001 +0\.7 ± 0\.001[^]*3 assertions passed$/,
    );
  });

  it("lists everything that fails with its numbers, after showing what holds", () => {
    const messages = inCell(() =>
      assert.throws(
        () =>
          check({
            good: true,
            bad: false,
            far: { value: 1, expected: 2, tolerance: 0.5 },
            low: { value: 0, atLeast: 1 },
          }),
        (error: Error) => {
          assert.equal(
            error.message,
            "3 of 4 assertions failed\n  bad: false, must be true\n  far: 1, must be 2 ± 0.5\n  low: 0, must be at least 1",
          );
          return true;
        },
      ),
    );
    assert.deepEqual(messages[0].message.metadata, { counterweight: { assertions: 1 } });
  });

  it("takes the edge of the tolerance, and never NaN", () => {
    inCell(() => {
      check({ edge: { value: 1.5, expected: 1, tolerance: 0.5 }, same: { value: Infinity, expected: Infinity } });
      for (const entry of [{ expected: 1, tolerance: 9 }, { atLeast: 0 }, { atMost: 0 }]) {
        assert.throws(() => check({ a: { value: NaN, ...entry } }), /a: NaN, must be/);
      }
    });
  });

  it("refuses to check nothing", () => {
    assert.throws(() => check({}), /at least one assertion/);
    assert.throws(() => check({ a: { value: 1 } }), /"a" must have expected, atLeast or atMost/);
    assert.throws(() => check({ a: { value: 1, expected: NaN } }), /expected of "a".*received NaN/);
    assert.throws(() => check({ a: { value: 1, expected: 1, tolerance: -1 } }), /received -1/);
    assert.throws(() => check({ a: undefined } as unknown as Checks), /"a" must be a boolean/);
  });
});

describe("notebook.parameters", () => {
  const values = { smoke: { epochs: 1 }, laptop: { epochs: 5 }, paper: { epochs: 300 } };

  it("takes the profile from the environment, laptop without one", () => {
    assert.deepEqual(parameters(values, { COUNTERWEIGHT_PROFILE: "smoke" }), { profile: "smoke", epochs: 1 });
    assert.deepEqual(parameters(values, {}), { profile: "laptop", epochs: 5 });
  });

  it("quotes a profile that does not exist", () => {
    assert.throws(
      () => parameters(values, { COUNTERWEIGHT_PROFILE: "fast" }),
      /"smoke", "laptop", "paper", received "fast"/,
    );
    assert.throws(() => parameters({ smoke: {}, laptop: {} } as typeof values, {}), /received none for "paper"/);
  });
});

describe("notebook.show", () => {
  it("sends the rich forms to the cell, and texts as they are", () => {
    const messages = inCell(() => {
      assert.ok(inNotebook());
      show({ data: [], layout: {} });
      show("a\nb");
      show(new Map([["k", 1]]));
    });
    assert.ok("application/vnd.plotly.v1+json" in messages[0].message.data);
    assert.deepEqual(messages[1].message.data, { "text/plain": "a\nb" });
    assert.deepEqual(messages[2].message.data, { "text/plain": "Map(1) { 'k' => 1 }" });
  });

  it("prints text outside a notebook", (t) => {
    assert.ok(!inNotebook());
    const written = t.mock.method(process.stdout, "write", () => true);
    show([{ a: 1 }]);
    const [first] = written.mock.calls[0].arguments;
    written.mock.restore();
    assert.equal(first, "a\n─\n1\n─\n1 row × 1 column\n");
  });
});
