import assert from "node:assert/strict";
import { it } from "node:test";

import { tf } from "../../../src/engine";
import { classDependentTemperature, crossEntropy } from "../../../src/losses/multiclass";
import { onEachBackend } from "../../support/backends";
import { assertClose, take } from "../../support/numeric";
import { derivativesOf, normals, type AnyLoss } from "./support";

const counts = [256, 16, 1];
const logits = normals(15, 4, 3);
const labels = [0, 1, 2, 2];
const all = (loss: AnyLoss) => derivativesOf((z) => loss(z, labels), [logits], [normals(16, 4, 3)]);

onEachBackend("classDependentTemperature", () => {
  it("is cross-entropy of logits times (n_k / n_max)^gamma", () => {
    // gamma 1/4: factors 1, 1/2, 1/4.
    const value = take(
      tf.tidy(() => classDependentTemperature({ counts, gamma: 0.25 })(tf.tensor2d([[1, -2, 8]]), [2])),
    );
    assertClose(value, [Math.log(Math.exp(1) + Math.exp(-1) + Math.exp(2)) - 2]);
  });

  it("is cross-entropy with gamma 0, and with balanced counts", () => {
    const want = all(crossEntropy());
    for (const loss of [
      classDependentTemperature({ counts, gamma: 0 }),
      classDependentTemperature({ counts: [4, 4, 4], gamma: 1 }),
    ]) {
      const got = all(loss);
      assertClose([got.value], [want.value]);
      assertClose(got.gradient[0], want.gradient[0]);
      assertClose(got.hvp[0], want.hvp[0]);
    }
  });

  it("asks the raw logit of a rare class for a larger lead than that of a frequent one", () => {
    const loss = classDependentTemperature({ counts, gamma: 0.25, reduction: "none" });
    const [frequent, rare] = take(
      tf.tidy(() =>
        loss(
          tf.tensor2d([
            [2, 0, 0],
            [0, 0, 2],
          ]),
          [0, 2],
        ),
      ),
    );
    assert.ok(rare > frequent);
  });

  it("says which options it cannot take", () => {
    assert.throws(
      () => classDependentTemperature({ counts, gamma: -0.2 }),
      /gamma must be a non-negative finite number, received -0.2/,
    );
  });
});
