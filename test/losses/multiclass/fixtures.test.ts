import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";

import { tf } from "../../../src/engine";
import * as multiclass from "../../../src/losses/multiclass";
import { onEachBackend } from "../../support/backends";
import { assertClose } from "../../support/numeric";
import { derivativesOf, type AnyLoss } from "./support";

interface Case {
  loss: string;
  options: Record<string, unknown>;
  counts: number[];
  logits: number[][];
  labels: number[];
  value: number;
  gradient: number[][];
  v: number[][];
  hvp: number[][];
}

type Parametric = Omit<Case, "gradient"> & {
  weight: number[];
  scale: number[];
  shift: number[];
  gradient: { logits: number[][]; weight: number[]; scale: number[]; shift: number[] };
};

const ORACLE = join(__dirname, "../../oracle");

/** NAME.json, of the seed that the references were first made with, and NAME-2.json, ..., of others. */
const references = <T>(name: string) =>
  readdirSync(ORACLE)
    .filter((file) => new RegExp(`^${name}(-\\d+)?\\.json$`).test(file))
    .map((file) => ({ file, content: JSON.parse(readFileSync(join(ORACLE, file), "utf8")) as T }));

const factories = multiclass as unknown as Record<string, (options: object) => AnyLoss>;

/** Losses the references do not know: compared with their own float64 form in their own tests. */
const WITHOUT_REFERENCE = ["balancedCrossEntropy", "parametricCrossEntropy"];

describe("the references of the multiclass losses", () => {
  it("know every loss of the room that has a card", () => {
    const known = references<Case[]>("multiclass").flatMap(({ content }) => content.map(({ loss }) => loss));
    const losses = Object.entries(multiclass).flatMap(([name, value]) => ("card" in value ? [name] : []));
    assert.deepEqual([...new Set([...known, ...WITHOUT_REFERENCE])].sort(), losses.sort());
  });
});

onEachBackend("multiclass losses against float64 references", () => {
  for (const { file, content } of references<Case[]>("multiclass")) {
    for (const { loss, options, counts, logits, labels, value, gradient, v, hvp } of content) {
      it(`${file}: ${loss} ${JSON.stringify(options)}`, () => {
        const f = factories[loss]({ ...options, counts });
        const got = derivativesOf((z) => f(z, labels), [logits], [v]);
        assertClose([got.value], [value], { what: "value" });
        assertClose(got.gradient[0], gradient.flat(), { what: "gradient" });
        assertClose(got.hvp[0], hvp.flat(), { what: "hvp" });
      });
    }
  }

  for (const { file, content } of references<Parametric>("parametric")) {
    it(`${file}: parametricCrossEntropy, with the gradients of its parameters`, () => {
      const { logits, labels, weight, scale, shift, value, gradient, v, hvp } = content;
      const zero = weight.map(() => 0);
      const loss = (f: tf.Tensor, w: tf.Tensor, s: tf.Tensor, l: tf.Tensor) =>
        multiclass.parametricCrossEntropy({ weight: w, scale: s, shift: l })(f, labels);
      const got = derivativesOf(loss, [logits, weight, scale, shift], [v, zero, zero, zero]);
      assertClose([got.value], [value], { what: "value" });
      [gradient.logits.flat(), gradient.weight, gradient.scale, gradient.shift].forEach((want, i) =>
        assertClose(got.gradient[i], want, { what: `gradient in ${["logits", "weight", "scale", "shift"][i]}` }),
      );
      assertClose(got.hvp[0], hvp.flat(), { what: "hvp" });
    });
  }
});
