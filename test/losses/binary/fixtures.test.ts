import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";

import { tf } from "../../../src/engine";
import { binaryCrossEntropy, surrogateFBeta, type BinaryLoss } from "../../../src/losses/binary";
import { assertClose, take } from "../../support/numeric";

interface Case {
  loss: string;
  options: Record<string, unknown>;
  logits: number[];
  labels: number[];
  value: number;
  gradient: number[];
}

const factories: Record<string, (options: never) => BinaryLoss> = { binaryCrossEntropy, surrogateFBeta };
const cases = JSON.parse(readFileSync(join(__dirname, "../../oracle/binary.json"), "utf8")) as Case[];
const known = cases.filter(({ loss }) => loss in factories);

describe("binary losses against float64 references", () => {
  it("has a reference for every loss of the room", () => {
    assert.deepEqual([...new Set(known.map(({ loss }) => loss))].sort(), Object.keys(factories).sort());
  });

  for (const { loss, options, logits, labels, value, gradient } of known) {
    it(`${loss} ${JSON.stringify(options)}: value and gradient`, () => {
      const f = factories[loss](options as never);
      const [z, y] = [tf.tensor1d(logits), tf.tensor1d(labels)];
      assertClose(take(f(z, y)), [value], { what: "value" });
      assertClose(take(tf.grad((x: tf.Tensor) => f(x, y))(z)), gradient, { what: "gradient" });
      tf.dispose([z, y]);
    });
  }
});
