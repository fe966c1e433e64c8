import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { scoreOriented, softFBeta } from "../../../src/losses/binary";
import { assertClose } from "../../support/numeric";
import { fBeta, gradientOf, LABELS, LOGITS, logit, mean, scores, sigmoid, softCounts, valueOf } from "./reference";

type Options = NonNullable<Parameters<typeof scoreOriented>[0]>;
type Distribution = NonNullable<Options["distribution"]>;

const clip = (x: number, low: number, high: number) => Math.min(Math.max(x, low), high);

/** Distribution functions of the threshold, from their definitions. */
const cdfs: Record<Distribution, (p: number, mu: number, delta: number) => number> = {
  uniform: (p) => p,
  logistic: (p, mu, delta) => sigmoid((p - mu) / delta),
  raisedCosine: (p, mu, delta) => {
    const t = clip((p - mu) / delta, -1, 1);
    return (1 + t + Math.sin(Math.PI * t) / Math.PI) / 2;
  },
  piecewiseLinear: (p, mu, delta) => {
    const m = Math.min(mu, 1 - mu);
    if (p < mu - m / 2) return (delta / (mu - m / 2)) * p;
    if (p > mu + m / 2) return 1 - (delta / (1 - mu - m / 2)) * (1 - p);
    return 0.5 + ((1 - 2 * delta) / m) * (p - mu);
  },
};

/** G(p) as the loss has it: one minus the specificity of a batch of one negative. */
const observed = (options: Options, p: number) =>
  valueOf(scoreOriented({ ...options, score: "specificity" }), [logit(p)], [0]);

describe("scoreOriented", () => {
  for (const [name, score] of Object.entries(scores)) {
    it(`${name}: is one minus the textbook score of the expected counts, also at another prior`, () => {
      for (const prior of [undefined, 0.05]) {
        const want = 1 - score(softCounts(LOGITS.map(sigmoid), LABELS, prior));
        const loss = scoreOriented({ score: name as Options["score"], prior });
        assertClose([valueOf(loss, LOGITS, LABELS)], [want], { what: `prior ${prior}` });
      }
    });
  }

  it("fBeta: takes beta", () => {
    const want = 1 - fBeta(softCounts(LOGITS.map(sigmoid), LABELS), 2);
    assertClose([valueOf(scoreOriented({ score: "fBeta", beta: 2 }), LOGITS, LABELS)], [want]);
  });

  for (const [distribution, cdf] of Object.entries(cdfs) as [Distribution, (typeof cdfs)[Distribution]][]) {
    it(`${distribution}: calls positive with the probability of its distribution function`, () => {
      for (const mu of [0.3, 0.5, 0.8]) {
        for (const p of [0.001, 0.1, 0.25, 0.3, 0.47, 0.5, 0.62, 0.8, 0.95, 0.999]) {
          const got = observed({ distribution, mu, delta: 0.15 }, p);
          assertClose([got], [cdf(p, mu, 0.15)], { what: `G(${p}) at mu ${mu}` });
        }
      }
    });

    it(`${distribution}: averages the loss over a list of locations`, () => {
      const mus = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
      const each = mus.map((mu) => scoreOriented({ distribution, mu, delta: 0.2 }));
      const together = scoreOriented({ distribution, mu: mus, delta: 0.2 });
      assertClose([valueOf(together, LOGITS, LABELS)], [mean(each.map((loss) => valueOf(loss, LOGITS, LABELS)))]);
      const gradients = each.map((loss) => gradientOf(loss, LOGITS, LABELS));
      assertClose(
        gradientOf(together, LOGITS, LABELS),
        LOGITS.map((_, index) => mean(gradients.map((gradient) => gradient[index]))),
      );
    });
  }

  it("with a uniform threshold and F1 is soft F1", () => {
    assertClose([valueOf(scoreOriented(), LOGITS, LABELS)], [valueOf(softFBeta(), LOGITS, LABELS)]);
    assertClose(gradientOf(scoreOriented(), LOGITS, LABELS), gradientOf(softFBeta(), LOGITS, LABELS));
  });

  it("has widths of 0.1, for piecewiseLinear of 0.2, where none is given", () => {
    assertClose([observed({ distribution: "raisedCosine" }, 0.45)], [cdfs.raisedCosine(0.45, 0.5, 0.1)]);
    assertClose([observed({ distribution: "logistic" }, 0.45)], [cdfs.logistic(0.45, 0.5, 0.1)]);
    assertClose([observed({ distribution: "piecewiseLinear" }, 0.45)], [cdfs.piecewiseLinear(0.45, 0.5, 0.2)]);
  });

  it("has gradient 0 outside the support of a raised cosine, and not outside the steep part of piecewiseLinear", () => {
    const far = [logit(0.2), logit(0.9)];
    assert.deepEqual(gradientOf(scoreOriented({ distribution: "raisedCosine" }), far, [1, 0]).map(Math.abs), [0, 0]);
    const pulled = gradientOf(scoreOriented({ distribution: "piecewiseLinear" }), far, [1, 0]);
    assert.ok(pulled[0] < 0 && pulled[1] > 0);
  });

  it("names the option it cannot take", () => {
    assert.throws(
      () => scoreOriented({ mu: 1 }),
      /scoreOriented: mu must be a number in \(0, 1\) or a non-empty list of numbers in \(0, 1\), received 1$/,
    );
    assert.throws(() => scoreOriented({ mu: [] }), /scoreOriented: mu must be .* received \[\]/);
    assert.throws(
      () => scoreOriented({ distribution: "piecewiseLinear", delta: 0.5 }),
      /scoreOriented: delta must be below 0.5 for piecewiseLinear, received 0.5/,
    );
    assert.throws(
      () => scoreOriented({ score: "F1" as never }),
      /scoreOriented: score must be one of f1, fBeta, .* received "F1"/,
    );
  });
});
