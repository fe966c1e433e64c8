import assert from "node:assert/strict";
import { it } from "node:test";

import { tf } from "../../../src/engine";
import { binaryCrossEntropy, softFBeta } from "../../../src/losses/binary";
import { macroAverage, microAverage } from "../../../src/losses/multilabel";
import { onEachBackend } from "../../support/backends";
import { assertClose, assertNoLeak } from "../../support/numeric";
import { derivativesOf } from "../multiclass/support";
import { direction, labels, logits, rare } from "./support";

const all = (loss: ReturnType<typeof microAverage>, y = labels) =>
  derivativesOf((z) => loss(z, y), [logits], [direction]);

onEachBackend("microAverage", () => {
  it("is the binary loss of all entries, its counts summed over labels", () => {
    const got = all(microAverage({ loss: softFBeta() }));
    const p = logits.flat().map((z) => 1 / (1 + Math.exp(-z)));
    const y = labels.flat();
    const sum = (f: (p: number, y: number) => number) => p.reduce((total, value, i) => total + f(value, y[i]), 0);
    const truePositives = sum((a, b) => a * b);
    const missed = sum((a, b) => (1 - a) * b);
    const raised = sum((a, b) => a * (1 - b));
    assertClose([got.value], [1 - (2 * truePositives) / (2 * truePositives + missed + raised)]);
    const flat = derivativesOf((z) => softFBeta()(z, y), [logits.flat()], [direction.flat()]);
    assertClose(got.gradient[0], flat.gradient[0]);
    assertClose(got.hvp[0], flat.hvp[0]);
  });

  it("differs from the macro average for a score, and not for a mean over samples", () => {
    const score = [microAverage({ loss: softFBeta() }), macroAverage({ loss: softFBeta() })].map((f) => all(f).value);
    assert.ok(Math.abs(score[0] - score[1]) > 0.01, `${score}`);
    const [micro, macro] = [microAverage, macroAverage].map((f) => all(f({ loss: binaryCrossEntropy() })));
    assertClose([micro.value], [macro.value]);
    assertClose(micro.gradient[0], macro.gradient[0]);
    assertClose(micro.hvp[0], macro.hvp[0]);
  });

  it("is finite where a label, or every label, has no positive", () => {
    for (const y of [rare, rare.map((row) => row.map(() => 0))]) {
      const got = all(microAverage({ loss: softFBeta() }), y);
      assert.ok([got.value, ...got.gradient[0], ...got.hvp[0]].every(Number.isFinite));
    }
  });

  it("leaves no tensor behind and says what it cannot take", () => {
    const f = microAverage({ loss: softFBeta() });
    const z = tf.tensor2d(logits);
    assertNoLeak(() => f(z, labels).dispose());
    assert.throws(() => f(z, labels.slice(1)), /microAverage: logits and labels must both have shape \[n, L\]/);
    z.dispose();
    assert.throws(() => microAverage({ loss: 1 as never }), /loss must be a binary loss, .* received 1/);
  });
});
