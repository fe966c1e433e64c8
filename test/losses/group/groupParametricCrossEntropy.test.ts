import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { tf } from "../../../src/engine";
import { binaryCrossEntropy } from "../../../src/losses/binary";
import { groupParametricCrossEntropy } from "../../../src/losses/group";
import { crossEntropy, parametricCrossEntropy } from "../../../src/losses/multiclass";
import { total } from "../../../src/engine/probes/hyperArray";
import * as oracle from "../../../src/engine/probes/hyperDual";
import { type HyperDual } from "../../../src/engine/probes/hyperDual";
import { onEachBackend } from "../../support/backends";
import { assertClose, take } from "../../support/numeric";
import { crossEntropyOf, derivativesOf, normals, rowsOf } from "../multiclass/support";
import { direction, groups, labels, logits, onBatch, valueOf } from "./support";

const [K, G, N] = [3, 2, 9];
const weight = normals(34, K, G).map((row) => row.map((x) => 1 + Math.abs(x)));
const scale = normals(35, K, G).map((row) => row.map((x) => 1 / (1 + Math.exp(-x))));
const shift = normals(36, K, G);

/** The loss of (f, w, s, l) that lie flat one after the other, by its definition: parameter (k, g) is at k G + g. */
function program(flat: HyperDual[]): HyperDual {
  const f = rowsOf(flat.slice(0, N * K), K);
  const [w, s, l] = rowsOf(flat.slice(N * K), K * G);
  const losses = f.map((row, i) => {
    const cell = (k: number) => k * G + groups[i];
    return crossEntropyOf(
      row.map((x, k) => x.mul(s[cell(k)]).add(l[cell(k)])),
      labels[i],
    ).mul(w[cell(labels[i])]);
  });
  return total(losses).div(losses.length);
}

onEachBackend("groupParametricCrossEntropy", () => {
  it("has right first, second and mixed derivatives in logits, weight, scale and shift together", () => {
    const at = [logits, weight, scale, shift];
    const along = [direction, ...[37, 38, 39].map((seed) => normals(seed, K, G))];
    const loss = (f: tf.Tensor, w: tf.Tensor, s: tf.Tensor, l: tf.Tensor) =>
      groupParametricCrossEntropy({ weight: w, scale: s, shift: l })(f, labels, groups);
    const got = derivativesOf(loss, at, along);
    const flat = at.flat(2);
    const ends = [N * K, N * K + K * G, N * K + 2 * K * G, N * K + 3 * K * G];
    const blocks = (values: number[]) => ends.map((end, i) => values.slice(i === 0 ? 0 : ends[i - 1], end));
    assertClose([got.value], [program(flat.map((x) => new oracle.HyperDual(x))).value]);
    blocks(oracle.gradient(program, flat)).forEach((want, i) => assertClose(got.gradient[i], want));
    blocks(oracle.hessianVectorProduct(program, flat, along.flat(2))).forEach((want, i) =>
      assertClose(got.hvp[i], want, { what: `hvp, block ${i}` }),
    );
  });

  it("is the same with plain numbers, tensors and variables", () => {
    const want = program([logits, weight, scale, shift].flat(2).map((x) => new oracle.HyperDual(x))).value;
    assertClose([onBatch(groupParametricCrossEntropy({ weight, scale, shift })).value], [want]);
    const tensors = [weight, scale, shift].map((x) => tf.tensor2d(x));
    const variables = tensors.map((x) => tf.variable(x));
    for (const [w, s, l] of [tensors, variables]) {
      assertClose([onBatch(groupParametricCrossEntropy({ weight: w, scale: s, shift: l })).value], [want]);
    }
    tf.dispose([tensors, variables]);
  });

  it("acts on logit k by the parameters of class k: the shift of a group moves its loss", () => {
    // The group losses of the public VS-loss code add the shift of the sample's own cell to every logit.
    const ownCell = (shifts: number[][]) =>
      tf.tidy(() => {
        const added = labels.map((y, i) => [0, 1, 2].map(() => shifts[y][groups[i]]));
        return crossEntropy()(tf.add(tf.tensor2d(logits), tf.tensor2d(added)), labels).dataSync()[0];
      });
    const plain = onBatch((z, y) => crossEntropy()(z, y)).value;
    const large = shift.map((row) => row.map((x) => 5 * x));
    assertClose([ownCell(large)], [plain]);
    const ours = onBatch(groupParametricCrossEntropy({ shift: large }));
    assert.ok(Math.abs(ours.value - plain) > 0.5, `${ours.value} and ${plain}`);
  });

  it("does not see a constant added to the shifts of a group", () => {
    const moved = shift.map((row) => row.map((x, g) => x + [7, -3][g]));
    const [got, want] = [moved, shift].map((l) => onBatch(groupParametricCrossEntropy({ scale, shift: l })));
    assertClose([got.value], [want.value]);
    assertClose(got.gradient[0], want.gradient[0]);
  });

  it("is parametricCrossEntropy where the groups have the same parameters, and cross-entropy without any", () => {
    const same = (x: number[][]) => x.map(([first]) => [first, first]);
    const ofClass = (x: number[][]) => x.map(([first]) => first);
    const options = { weight: same(weight), scale: same(scale), shift: same(shift) };
    const plain = parametricCrossEntropy({
      weight: ofClass(weight),
      scale: ofClass(scale),
      shift: ofClass(shift),
    });
    const pairs = [
      [onBatch(groupParametricCrossEntropy(options)), onBatch((z, y) => plain(z, y))],
      [onBatch(groupParametricCrossEntropy()), onBatch((z, y) => crossEntropy()(z, y))],
    ];
    for (const [got, want] of pairs) {
      assertClose([got.value], [want.value]);
      assertClose(got.gradient[0], want.gradient[0]);
      assertClose(got.hvp[0], want.hvp[0]);
    }
  });

  it("binary: logits [n] have the margin z (s_0 + s_1) / 2 + l_1 - l_0 of the group", () => {
    const [z, y, g] = [
      [0.7, -1.2, 2, 0.3],
      [1, 0, 0, 1],
      [0, 0, 1, 1],
    ];
    const [s, l] = [
      [
        [0.4, 1],
        [0.8, 2],
      ],
      [
        [1, 0],
        [0.5, -2],
      ],
    ];
    const margins = z.map((x, i) => (x * (s[0][g[i]] + s[1][g[i]])) / 2 + l[1][g[i]] - l[0][g[i]]);
    const want = take(tf.tidy(() => binaryCrossEntropy()(tf.tensor1d(margins), y)));
    assertClose([valueOf(groupParametricCrossEntropy({ scale: s, shift: l }), z, y, g)], want);
    const pairs = z.map((x) => [-x / 2, x / 2]);
    assertClose([valueOf(groupParametricCrossEntropy({ scale: s, shift: l }), pairs, y, g)], want);
  });
});

describe("groupParametricCrossEntropy's options", () => {
  it("say what they accept", () => {
    for (const wrong of [[1, 2], [[1, 2], [3]], [[NaN]], [], "1"]) {
      assert.throws(
        () => groupParametricCrossEntropy({ scale: wrong as never }),
        /scale must be a finite number, a matrix \[K\]\[G\] of them, or a tensor or variable \[K, G\], received/,
      );
    }
    assert.throws(() => groupParametricCrossEntropy({ weight: [[-1, 1]] }), /weight must be a non-negative/);
    assert.throws(
      () => groupParametricCrossEntropy({ scale: [[1, 1]], shift: [[1, 1, 1]] }),
      /must have the same number of groups, received 2 and 3/,
    );
    const loss = groupParametricCrossEntropy({ scale: [[1, 1]] });
    assert.throws(
      () => valueOf(loss, logits, labels, groups),
      /scale must have a row for each of 3 classes, received 1/,
    );
  });
});
