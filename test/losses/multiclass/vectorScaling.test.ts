import assert from "node:assert/strict";
import { it } from "node:test";

import {
  classDependentTemperature,
  classDependentTemperatures,
  crossEntropy,
  logitAdjusted,
  logPriors,
  parametricCrossEntropy,
  vectorScaling,
} from "../../../src/losses/multiclass";
import { onEachBackend } from "../../support/backends";
import { assertClose } from "../../support/numeric";
import { derivativesOf, normals, type AnyLoss } from "./support";

const counts = [500, 40, 8];
const weight = [0.5, 1, 3];
const logits = normals(17, 5, 3);
const labels = [0, 1, 2, 2, 0];
const all = (loss: AnyLoss) => derivativesOf((z) => loss(z, labels), [logits], [normals(18, 5, 3)]);
const assertSame = (got: ReturnType<typeof all>, want: ReturnType<typeof all>) => {
  assertClose([got.value], [want.value]);
  assertClose(got.gradient[0], want.gradient[0]);
  assertClose(got.hvp[0], want.hvp[0]);
};

onEachBackend("vectorScaling", () => {
  it("is the parametric cross-entropy at its factors, shifts and weights", () => {
    const parametric = parametricCrossEntropy({
      weight,
      scale: classDependentTemperatures(counts, 0.15),
      shift: logPriors(counts).map((x) => 1.3 * x),
    });
    assertSame(all(vectorScaling({ counts, gamma: 0.15, tau: 1.3, weight })), all(parametric));
  });

  it("is logitAdjusted with gamma 0, classDependentTemperature with tau 0, cross-entropy with both 0", () => {
    assertSame(all(vectorScaling({ counts, gamma: 0, tau: 1.2 })), all(logitAdjusted({ counts, tau: 1.2 })));
    const temperature = classDependentTemperature({ counts, gamma: 0.3 });
    assertSame(all(vectorScaling({ counts, gamma: 0.3, tau: 0 })), all(temperature));
    assertSame(all(vectorScaling({ counts, gamma: 0, tau: 0 })), all(crossEntropy()));
    assertSame(all(vectorScaling({ counts: [5, 5, 5] })), all(crossEntropy()));
  });

  it("says which options it cannot take", () => {
    assert.throws(
      () => vectorScaling({ counts, gamma: -1 }),
      /gamma must be a non-negative finite number, received -1/,
    );
    assert.throws(() => vectorScaling({ counts, tau: Infinity }), /tau must be a finite number, received Infinity/);
    assert.throws(() => vectorScaling({ counts, weight: [-1, 1, 1] }), /weight must be/);
  });
});
