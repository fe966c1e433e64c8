import assert from "node:assert/strict";
import { it } from "node:test";

import {
  groupLogitAdjusted,
  groupLogPriors,
  groupParametricCrossEntropy,
  groupTemperatures,
  groupVectorScaling,
} from "../../../src/losses/group";
import { crossEntropy, vectorScaling } from "../../../src/losses/multiclass";
import { onEachBackend } from "../../support/backends";
import { assertClose } from "../../support/numeric";
import { type Derivatives } from "../multiclass/support";
import { counts, labels, onBatch, valueOf } from "./support";

const weight = [
  [1, 2],
  [3, 4],
  [5, 6],
];
const one = labels.map(() => 0);
const assertSame = (got: Derivatives, want: Derivatives) => {
  assertClose([got.value], [want.value]);
  assertClose(got.gradient[0], want.gradient[0]);
  assertClose(got.hvp[0], want.hvp[0]);
};

onEachBackend("groupVectorScaling", () => {
  it("has the factors (n_kg / n_max)^gamma, of the largest cell", () => {
    assert.deepEqual(groupTemperatures([[16, 1], [4, 16]], 0.5), [[1, 0.25], [0.5, 1]]); // prettier-ignore
    const want = Math.log(1 + Math.exp(1 * 3 - 0.25 * 8));
    const loss = groupVectorScaling({ counts: [[16, 1], [4, 16]], gamma: 0.5, tau: 0 }); // prettier-ignore
    assertClose([valueOf(loss, [[8, 3]], [0], [1])], [want]);
  });

  it("is the parametric loss at its factors, shifts and weights", () => {
    const want = groupParametricCrossEntropy({
      weight,
      scale: groupTemperatures(counts, 0.2),
      shift: groupLogPriors(counts).map((row) => row.map((x) => 1.3 * x)),
    });
    assertSame(onBatch(groupVectorScaling({ counts, gamma: 0.2, tau: 1.3, weight })), onBatch(want));
  });

  it("is groupLogitAdjusted with gamma 0, cross-entropy with tau 0 too, vectorScaling with one group", () => {
    assertSame(onBatch(groupVectorScaling({ counts, gamma: 0 })), onBatch(groupLogitAdjusted({ counts })));
    const plain = onBatch((z, y) => crossEntropy()(z, y));
    assertSame(onBatch(groupVectorScaling({ counts, gamma: 0, tau: 0 })), plain);
    const single = groupVectorScaling({ counts: [[600], [90], [10]], gamma: 0.2, tau: 1.1 });
    const ofClasses = vectorScaling({ counts: [600, 90, 10], gamma: 0.2, tau: 1.1 });
    assertSame(
      onBatch((z, y) => single(z, y, one)),
      onBatch((z, y) => ofClasses(z, y)),
    );
  });

  it("has a shift that acts, unlike one taken from the sample's own cell", () => {
    const [with0, with2] = [0, 2].map((tau) => onBatch(groupVectorScaling({ counts, tau })).value);
    assert.ok(Math.abs(with0 - with2) > 0.5, `${with0} and ${with2}`);
  });

  it("says which options it cannot take", () => {
    assert.throws(() => groupVectorScaling({ counts: [[0]] }), /counts must be a matrix or tensor \[K, G\]/);
    assert.throws(() => groupVectorScaling({ counts, gamma: -1 }), /gamma must be a non-negative finite number/);
    assert.throws(() => groupTemperatures(counts, -1), /gamma must be a non-negative finite number, received -1/);
    assert.throws(() => groupLogPriors([[1, -1]]), /groupLogPriors: counts must be a matrix or tensor \[K, G\]/);
  });
});
