import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { anyLoss, scoreOriented } from "../../../src/losses/binary";
import { onEachBackend } from "../../support/backends";
import { assertClose } from "../../support/numeric";
import { fBeta, gradientOf, LABELS, LOGITS, logit, scores, sigmoid, softCounts, valueOf } from "./reference";

/** Warnings emitted while `work` runs; they arrive with the next turn of the event loop. */
async function warningsOf(work: () => void): Promise<string[]> {
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  await turn();
  const messages: string[] = [];
  const listen = (warning: Error & { code?: string }) => {
    if (warning.code === "COUNTERWEIGHT_DEAD_ZONE") messages.push(warning.message);
  };
  process.on("warning", listen);
  work();
  await turn();
  process.off("warning", listen);
  return messages;
}

describe("anyLoss", () => {
  const amplified = (L: number) => LOGITS.map((z) => sigmoid(L * (sigmoid(z) - 0.5)));

  for (const metric of ["accuracy", "gMean", "balancedAccuracy"] as const) {
    it(`${metric}: is one minus the metric of amplified counts`, () => {
      const want = 1 - scores[metric](softCounts(amplified(10), LABELS));
      assertClose([valueOf(anyLoss({ metric, amplification: 10 }), LOGITS, LABELS)], [want]);
    });
  }

  it("fBeta: is one minus F-beta of amplified counts, also at another prior", () => {
    for (const prior of [undefined, 0.02]) {
      const want = 1 - fBeta(softCounts(amplified(10), LABELS, prior), 2);
      assertClose([valueOf(anyLoss({ beta: 2, prior, amplification: 10 }), LOGITS, LABELS)], [want]);
    }
  });

  it("is the score-oriented loss with a logistic threshold at 1/2 of width 1 / amplification", () => {
    const logistic = scoreOriented({ score: "gMean", distribution: "logistic", mu: 0.5, delta: 1 / 20 });
    const loss = anyLoss({ metric: "gMean", amplification: 20 });
    assertClose([valueOf(loss, LOGITS, LABELS)], [valueOf(logistic, LOGITS, LABELS)]);
    assertClose(gradientOf(loss, LOGITS, LABELS), gradientOf(logistic, LOGITS, LABELS));
  });

  onEachBackend("anyLoss in float32", () => {
    it("has a gradient up to p near 1 with amplification 33, and none above p = 0.73 with the paper's 73", () => {
      const at = (amplification: number, p: number) =>
        gradientOf(anyLoss({ amplification }), [logit(p), logit(p)], [1, 0]);
      assert.ok(at(33, 0.999).every((value) => value !== 0));
      assert.ok(at(73, 0.72).every((value) => value !== 0));
      assert.deepEqual(at(73, 0.75).map(Math.abs), [0, 0]);
    });
  });

  it("warns of the dead zone once per factory call, and not below it or when the loss is called", async () => {
    const [message, ...others] = await warningsOf(() => {
      const loss = anyLoss({ amplification: 73 });
      for (let call = 0; call < 3; call++) valueOf(loss, LOGITS, LABELS);
    });
    assert.match(message, /amplification 73 .* p above 0\.73 have gradient 0 in float32; 33 is the largest/);
    assert.deepEqual(others, []);
    assert.deepEqual(await warningsOf(() => void anyLoss({ amplification: 33 })), []);
    assert.deepEqual(await warningsOf(() => void anyLoss()), []);
  });

  it("names the option it cannot take", () => {
    assert.throws(
      () => anyLoss({ amplification: 0 }),
      /anyLoss: amplification must be a positive finite number, received 0/,
    );
    assert.throws(
      () => anyLoss({ metric: "auc" as never }),
      /anyLoss: metric must be one of accuracy, fBeta, gMean, balancedAccuracy, received "auc"/,
    );
  });
});
