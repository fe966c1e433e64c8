import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { tf } from "../../../src/engine";
import { crossEntropy, focal } from "../../../src/losses/multiclass";
import * as oracle from "../../../src/engine/probes/hyperDual";
import { onEachBackend } from "../../support/backends";
import { assertClose, take } from "../../support/numeric";
import { crossEntropyOf, derivativesOf, meanOver, normals } from "./support";

const logits = normals(5, 6, 4, 2);
const labels = [0, 3, 1, 2, 2, 0];
const direction = normals(6, 6, 4);
const weight = [0.3, 1, 4, 2];

onEachBackend("focal", () => {
  it("is (1 - p)^gamma times cross-entropy: (1 - 1/K)^gamma log K at equal logits", () => {
    const value = (gamma: number) => take(tf.tidy(() => focal({ gamma })(tf.zeros([3, 4]), [0, 1, 2])));
    assertClose(value(2), [(9 / 16) * Math.log(4)]);
    assertClose(value(0.5), [Math.sqrt(0.75) * Math.log(4)]);
  });

  for (const gamma of [0.5, 1, 1.5, 2, 3, 5]) {
    it(`gamma ${gamma}: value, gradient and Hessian-vector product agree with float64, weights included`, () => {
      const program = meanOver(4, (row, i) => {
        const loss = crossEntropyOf(row, labels[i]);
        return loss.neg().expm1().neg().pow(gamma).mul(loss).mul(weight[labels[i]]);
      });
      const got = derivativesOf((z) => focal({ gamma, weight })(z, labels), [logits], [direction]);
      const flat = logits.flat();
      assertClose(got.gradient[0], oracle.gradient(program, flat), { what: "gradient" });
      assertClose(got.hvp[0], oracle.hessianVectorProduct(program, flat, direction.flat()), { what: "hvp" });
    });

    it(`gamma ${gamma}: fades to nothing, with its derivatives, as p goes to 1`, () => {
      for (const margin of [20, 50, 200]) {
        const got = derivativesOf((z) => focal({ gamma })(z, [0]), [[[margin, 0]]], [[[1, -1]]]);
        // All three are at most (gamma + 1)^2 u^(gamma + 1) for u = -log p, of the size of exp(-margin).
        [got.value, ...got.gradient[0], ...got.hvp[0]].forEach((x) => assert.ok(Math.abs(x) < 1e-6, `${margin}: ${x}`));
      }
    });
  }

  it("is cross-entropy with gamma 0", () => {
    const both = [focal({ gamma: 0 }), crossEntropy()].map((f) =>
      derivativesOf((z) => f(z, labels), [logits], [direction]),
    );
    assert.deepEqual(both[0], both[1]);
  });

  it("lets a confident sample count less, relative to an uncertain one, than cross-entropy does", () => {
    const ratio = (loss: typeof focal | typeof crossEntropy) => {
      const [sure, unsure] = take(
        tf.tidy(() =>
          loss({ reduction: "none" })(
            tf.tensor2d([
              [3, 0],
              [0, 0],
            ]),
            [0, 0],
          ),
        ),
      );
      return sure / unsure;
    };
    assert.ok(ratio(focal) < 0.02 * ratio(crossEntropy));
  });
});

describe("focal's options", () => {
  it("say what they accept", () => {
    assert.throws(() => focal({ gamma: -1 }), /focal: gamma must be a non-negative finite number, received -1/);
    assert.throws(() => focal({ weight: [1, -1] }), /weight must be a non-negative finite number, K of them/);
  });
});
