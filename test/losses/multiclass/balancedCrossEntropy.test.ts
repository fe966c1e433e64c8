import assert from "node:assert/strict";
import { it } from "node:test";

import { tf } from "../../../src/engine";
import {
  balancedCrossEntropy,
  crossEntropy,
  inverseFrequencyWeights,
  weightedCrossEntropy,
} from "../../../src/losses/multiclass";
import { onEachBackend } from "../../support/backends";
import { assertClose, take } from "../../support/numeric";
import { derivativesOf, normals, type AnyLoss } from "./support";

const logits = normals(22, 7, 3);
const labels = [0, 0, 0, 0, 1, 1, 2];
const all = (loss: AnyLoss) => derivativesOf((z) => loss(z, labels), [logits], [normals(23, 7, 3)]);

onEachBackend("balancedCrossEntropy", () => {
  it("is the mean over the classes of the means over their samples", () => {
    const z = tf.tensor2d(logits);
    const l = take(crossEntropy({ reduction: "none" })(z, labels));
    const want = ((l[0] + l[1] + l[2] + l[3]) / 4 + (l[4] + l[5]) / 2 + l[6]) / 3;
    assertClose(take(balancedCrossEntropy()(z, labels)), [want]);
    z.dispose();
  });

  it("is, on the whole set, cross-entropy weighted by inverse frequencies", () => {
    const [got, want] = [
      all(balancedCrossEntropy()),
      all(weightedCrossEntropy({ weight: inverseFrequencyWeights([4, 2, 1]) })),
    ];
    assertClose([got.value], [want.value]);
    assertClose(got.gradient[0], want.gradient[0]);
    assertClose(got.hvp[0], want.hvp[0]);
  });

  it("leaves out a class that the batch does not have", () => {
    const z = tf.tensor2d(logits.slice(0, 6));
    const l = take(crossEntropy({ reduction: "none" })(z, labels.slice(0, 6)));
    const want = ((l[0] + l[1] + l[2] + l[3]) / 4 + (l[4] + l[5]) / 2) / 2;
    assertClose(take(balancedCrossEntropy()(z, labels.slice(0, 6))), [want]);
    z.dispose();
  });

  it("knows no options but those of its family", () => {
    assert.throws(() => balancedCrossEntropy({ weight: 1 } as never), /unknown option weight/);
  });
});
