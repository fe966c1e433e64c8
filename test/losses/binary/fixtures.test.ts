import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";

import { tf } from "../../../src/engine";
import * as binary from "../../../src/losses/binary";
import { onEachBackend } from "../../support/backends";
import { assertClose } from "../../support/numeric";
import { derivatives } from "../derivatives";

/** Made by PyTorch in float64, with three seeds. */
interface Case {
  readonly loss: string;
  readonly options: Record<string, unknown>;
  readonly logits: number[];
  readonly labels: number[];
  readonly value: number;
  readonly gradient: number[];
  readonly v: number[];
  readonly hvp: number[];
}

const FILES = ["binary", "binary-2", "binary-3"];
const CASES_PER_FILE = 28;
const factories = binary as unknown as Record<string, (options: unknown) => binary.BinaryLoss>;
const read = (name: string) => JSON.parse(readFileSync(join(__dirname, `../../oracle/${name}.json`), "utf8")) as Case[];

describe("binary losses against float64 references", () => {
  for (const name of FILES) {
    const cases = read(name);
    it(`${name}: every reference belongs to a loss of the room`, () => {
      assert.equal(cases.length, CASES_PER_FILE);
      assert.deepEqual(
        [...new Set(cases.map(({ loss }) => loss))].filter((loss) => !(loss in factories)),
        [],
      );
    });

    onEachBackend(name, () => {
      for (const { loss, options, logits, labels, value, gradient, v, hvp } of cases) {
        it(`${loss} ${JSON.stringify(options)}: value, gradient, Hessian-vector product`, () => {
          const y = tf.tensor1d(labels);
          const got = derivatives((z) => factories[loss](options)(z, y), logits, v);
          y.dispose();
          assertClose([got.value], [value], { what: "value" });
          assertClose(got.gradient, gradient, { what: "gradient" });
          assertClose(got.product, hvp, { what: "Hessian-vector product" });
        });
      }
    });
  }
});
