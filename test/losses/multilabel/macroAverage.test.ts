import assert from "node:assert/strict";
import { it } from "node:test";

import { tf } from "../../../src/engine";
import { binaryCrossEntropy, softFBeta, surrogateFBeta, type BinaryLoss } from "../../../src/losses/binary";
import { macroAverage } from "../../../src/losses/multilabel";
import { onEachBackend } from "../../support/backends";
import { assertClose, assertNoLeak, take } from "../../support/numeric";
import { derivativesOf, normals } from "../multiclass/support";
import { columnOf, direction, labels, logits, rare } from "./support";

const binary = (loss: BinaryLoss, z: number[], y: number[]) => tf.tidy(() => loss(tf.tensor1d(z), y).dataSync()[0]);
const valueOf = (loss: ReturnType<typeof macroAverage>, z = logits, y = labels) =>
  tf.tidy(() => loss(tf.tensor2d(z), y).dataSync()[0]);

onEachBackend("macroAverage", () => {
  it("is the mean over labels of the binary loss, with its gradient and Hessian-vector product", () => {
    const loss = softFBeta({ beta: 2 });
    const got = derivativesOf((z) => macroAverage({ loss })(z, labels), [logits], [direction]);
    const columns = [0, 1, 2].map((l) =>
      derivativesOf((z) => loss(z, columnOf(labels, l)), [columnOf(logits, l)], [columnOf(direction, l)]),
    );
    assertClose([got.value], [columns.reduce((sum, { value }) => sum + value, 0) / 3]);
    for (const part of ["gradient", "hvp"] as const) {
      const want = logits.flatMap((_, i) => columns.map((column) => column[part][0][i] / 3));
      assertClose(got[part][0], want, { what: part });
    }
  });

  it("gives the loss of each label", () => {
    const loss = softFBeta();
    const want = [0, 1, 2].map((l) => binary(loss, columnOf(logits, l), columnOf(labels, l)));
    const z = tf.tensor2d(logits);
    const got = macroAverage({ loss }).perLabel(z, labels);
    assert.deepEqual(got.shape, [3]);
    assertClose(take(got), want);
    z.dispose();
  });

  it("takes one loss per label, such as ones with the label's own prior", () => {
    const losses = [0.1, 0.4, 0.02].map((prior) => surrogateFBeta({ prior }));
    const want = losses.map((loss, l) => binary(loss, columnOf(logits, l), columnOf(labels, l)));
    assertClose([valueOf(macroAverage({ loss: losses }))], [want.reduce((a, b) => a + b) / 3]);
    assert.throws(
      () => valueOf(macroAverage({ loss: losses.slice(1) })),
      /loss must be one loss or 3, one per label; received 2/,
    );
  });

  it("includes a label without positives by default: 1 for a soft F-beta, constant", () => {
    const loss = softFBeta();
    const [first, second] = [0, 1].map((l) => binary(loss, columnOf(logits, l), columnOf(rare, l)));
    assertClose([valueOf(macroAverage({ loss }), logits, rare)], [(first + second + 1) / 3]);
    const got = derivativesOf((z) => macroAverage({ loss })(z, rare), [logits], [direction]);
    assert.deepEqual(
      columnOf(logits, 2).map((_, i) => Math.abs(got.gradient[0][3 * i + 2])),
      Array(logits.length).fill(0),
    );
  });

  it("skips it where that is asked for: the average is over the other labels, with their derivatives", () => {
    const loss = softFBeta();
    const skip = macroAverage({ loss, withoutPositives: "skip" });
    const [first, second] = [0, 1].map((l) => binary(loss, columnOf(logits, l), columnOf(rare, l)));
    assertClose([valueOf(skip, logits, rare)], [(first + second) / 2]);
    const got = derivativesOf((z) => skip(z, rare), [logits], [direction]);
    const two = (rows: number[][]) => rows.map((row) => row.slice(0, 2));
    const want = derivativesOf((z) => macroAverage({ loss })(z, two(rare)), [two(logits)], [two(direction)]);
    const kept = (flat: number[]) => flat.filter((_, i) => i % 3 < 2);
    assertClose(kept(got.gradient[0]), want.gradient[0]);
    assertClose(kept(got.hvp[0]), want.hvp[0]);
  });

  it("is finite, and with skip 0, where no label has a positive", () => {
    const none = labels.map((row) => row.map(() => 0));
    for (const loss of [softFBeta(), surrogateFBeta({ prior: 0.1 }), binaryCrossEntropy()]) {
      for (const withoutPositives of ["include", "skip"] as const) {
        const f = macroAverage({ loss, withoutPositives });
        const got = derivativesOf((z) => f(z, none), [logits], [direction]);
        assert.ok([got.value, ...got.gradient[0], ...got.hvp[0]].every(Number.isFinite));
        if (withoutPositives === "skip") assert.equal(Math.abs(got.value), 0);
      }
    }
  });

  it("is finite at logits of +-100, on a batch of one, and on an empty one", () => {
    const f = macroAverage({ loss: surrogateFBeta({ prior: 0.05 }) });
    const extreme = [
      [100, -100, 100],
      [-100, 100, 0],
    ];
    for (const y of [
      [
        [1, 0, 0],
        [0, 1, 0],
      ],
      [
        [0, 1, 1],
        [1, 0, 1],
      ],
    ]) {
      const got = derivativesOf((z) => f(z, y), [extreme], [normals(43, 2, 3)]);
      assert.ok([got.value, ...got.gradient[0], ...got.hvp[0]].every(Number.isFinite));
    }
    assert.ok(Number.isFinite(valueOf(f, logits.slice(0, 1), labels.slice(0, 1))));
    const empty = tf.tidy(() => macroAverage({ loss: binaryCrossEntropy() })(tf.zeros([0, 3]), []).dataSync()[0]);
    assert.equal(empty, 0);
  });

  it("does not depend on the order of samples or labels, and takes labels of any dtype", () => {
    const f = macroAverage({ loss: softFBeta() });
    const want = valueOf(f);
    const order = [4, 2, 0, 5, 1, 3];
    const turned = (rows: number[][]) => order.map((i) => [...rows[i]].reverse());
    assertClose([valueOf(f, turned(logits), turned(labels))], [want], { relative: 1e-5 });
    for (const dtype of ["int32", "float32", "bool"] as const) {
      const value = tf.tidy(() => f(tf.tensor2d(logits), tf.tensor2d(labels, undefined, dtype)).dataSync()[0]);
      assert.equal(value, want, dtype);
    }
  });

  it("leaves no tensor behind, with its derivatives and where it throws", () => {
    const z = tf.tensor2d(logits);
    const f = macroAverage({ loss: softFBeta(), withoutPositives: "skip" });
    assertNoLeak(() => f(z, labels).dispose());
    assertNoLeak(() => f.perLabel(z, labels).dispose());
    assertNoLeak(() => derivativesOf((x) => f(x, labels), [logits], [direction]));
    assertNoLeak(() => assert.throws(() => f(z, labels.slice(1))));
    z.dispose();
  });

  it("says which losses, labels or logits it cannot take", () => {
    for (const wrong of [undefined, "softFBeta", [], [1]]) {
      assert.throws(
        () => macroAverage({ loss: wrong as never }),
        /loss must be a binary loss, \(logits \[n\], labels \[n\]\) => scalar, or a list of them, one per label, received/,
      );
    }
    assert.throws(
      () => macroAverage({ loss: softFBeta(), withoutPositives: "drop" as never }),
      /withoutPositives must be one of include, skip, received "drop"/,
    );
    const f = macroAverage({ loss: softFBeta() });
    assert.throws(
      () => valueOf(f, logits, labels.slice(1)),
      /must both have shape \[n, L\], received \[6, 3\] and \[5, 3\]/,
    );
    assert.throws(
      () => valueOf(f, logits, [...labels.slice(1), [0, 2, 0]]),
      /labels must be 0 or 1, received 2 in row 5, column 1/,
    );
    assert.throws(
      () => valueOf(f, logits, [...labels.slice(1), [0]]),
      /rows of equal length, received 3 and, in row 5, 1/,
    );
    const terms = binaryCrossEntropy({ reduction: "none" }) as unknown as BinaryLoss;
    assert.throws(
      () => valueOf(macroAverage({ loss: terms })),
      /a binary loss must give a scalar, received shape \[6\]/,
    );
  });
});
