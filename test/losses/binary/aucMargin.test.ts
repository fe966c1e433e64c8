import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { gradient, tf } from "../../../src/engine";
import { aucMargin, aucMarginState } from "../../../src/losses/binary";
import { assertClose, assertNoLeak, take } from "../../support/numeric";
import { gradientOf, LABELS, LOGITS, mean, sigmoid, valueOf } from "./reference";

const scoresOf = (label: number) => LOGITS.filter((_, index) => LABELS[index] === label).map(sigmoid);
const [positives, negatives] = [scoresOf(1), scoresOf(0)];
const optimum = { a: mean(positives), b: mean(negatives), alpha: 1 + mean(negatives) - mean(positives) };

describe("aucMargin", () => {
  it("is the mean squared margin over all pairs of a positive and a negative, in closed form", () => {
    const pairs = positives.flatMap((h1) => negatives.map((h0) => (1 - (h1 - h0)) ** 2));
    assertClose([valueOf(aucMargin(), LOGITS, LABELS)], [mean(pairs)]);
  });

  it("at the solution of the inner problem has value and gradient of the closed form", () => {
    const loss = aucMargin(optimum);
    assertClose([valueOf(loss, LOGITS, LABELS)], [valueOf(aucMargin(), LOGITS, LABELS)]);
    assertClose(gradientOf(loss, LOGITS, LABELS), gradientOf(aucMargin(), LOGITS, LABELS));
  });

  it("is least in a and b and greatest in alpha there", () => {
    const at = (shift: object) => valueOf(aucMargin({ ...optimum, ...shift }), LOGITS, LABELS);
    const best = at({});
    for (const step of [-0.1, 0.1]) {
      assert.ok(at({ a: optimum.a + step }) > best);
      assert.ok(at({ b: optimum.b + step }) > best);
      assert.ok(at({ alpha: optimum.alpha + step }) < best);
    }
  });

  it("has the gradients of the min-max objective in variables a, b and alpha", () => {
    const [a, b, alpha] = [0.4, 0.3, 0.2].map((value) => tf.variable(tf.scalar(value)));
    const loss = aucMargin({ a, b, alpha });
    const got = gradient(() => loss(tf.tensor1d([...LOGITS]), [...LABELS]), [a, b, alpha]).map((g) => take(g)[0]);
    assertClose(got, [2 * (0.4 - optimum.a), 2 * (0.3 - optimum.b), 2 * (optimum.alpha - 0.2)]);
    tf.dispose([a, b, alpha]);
  });

  it("costs nothing for the margin once the mean scores are that far apart", () => {
    assertClose([valueOf(aucMargin({ margin: 0.5 }), [3, 3, -3, -3], [1, 1, 0, 0])], [0]);
  });

  it("drops the terms of an absent class", () => {
    const spread = (logits: readonly number[]) => {
      const h = logits.map(sigmoid);
      return mean(h.map((value) => (value - mean(h)) ** 2));
    };
    assertClose([valueOf(aucMargin(), [1, -2, 0.5], [0, 0, 0])], [spread([1, -2, 0.5])]);
    assertClose([valueOf(aucMargin(), [1, -2, 0.5], [1, 1, 1])], [spread([1, -2, 0.5])]);
  });

  it("names the options it cannot take", () => {
    assert.throws(
      () => aucMargin({ a: 0.5 }),
      /aucMargin: a, b and alpha must be given together or not at all, received 1 of them/,
    );
    assert.throws(
      () => aucMargin({ a: "x" as never }),
      /aucMargin: a must be a finite number, or a tensor or variable with one element, received "x"/,
    );
    assert.throws(() => aucMargin({ a: tf.zeros([2]) }), /received a tensor of shape \[2\]/);
  });
});

describe("aucMarginState", () => {
  const z = tf.tensor1d([...LOGITS]);
  const y = tf.tensor1d([...LABELS]);

  it("goes to the solution of the inner problem", () => {
    const state = aucMarginState({ learningRate: 0.3 });
    for (let step = 0; step < 40; step++) state.update(z, y);
    const { a, b, alpha } = state.values();
    assertClose([a, b, alpha], [optimum.a, optimum.b, optimum.alpha]);
    state.dispose();
  });

  it("makes one step of gradient descent in a and b and of ascent in alpha", () => {
    const state = aucMarginState({ learningRate: 0.1, a: 0.4, b: 0.3, alpha: 0.2 });
    state.update(z, y);
    const { a, b, alpha } = state.values();
    const want = [0.4 - 0.2 * (0.4 - optimum.a), 0.3 - 0.2 * (0.3 - optimum.b), 0.2 + 0.2 * (optimum.alpha - 0.2)];
    assertClose([a, b, alpha], want);
    state.dispose();
  });

  it("keeps alpha from falling below 0, and leaves alone what an absent class would move", () => {
    const state = aucMarginState({ margin: 0.1, learningRate: 0.5, a: 0.4, b: 0.3, alpha: 0.2 });
    state.update(tf.tensor1d([-5, -5]), [0, 0]);
    assertClose([state.values().a, state.values().alpha], [0.4, 0.2]);
    state.update(tf.tensor1d([5, -5]), [1, 0]);
    assert.equal(state.values().alpha, 0);
    state.dispose();
  });

  it("is made anew from its values", () => {
    const state = aucMarginState({ a: 0.25, b: 0.5, alpha: 0.125 });
    const copy = aucMarginState(state.values());
    assert.deepEqual(copy.values(), { a: 0.25, b: 0.5, alpha: 0.125 });
    tf.dispose([state.a, state.b, state.alpha]);
    copy.dispose();
  });

  it("leaves no tensor behind", () => {
    assertNoLeak(() => {
      const state = aucMarginState();
      state.update(z, y);
      aucMargin({ a: state.a, b: state.b, alpha: state.alpha })(z, y).dispose();
      state.dispose();
    });
  });

  it("names the option it cannot take", () => {
    assert.throws(() => aucMarginState({ learningRate: 1 }), /learningRate must be a number in \(0, 0.5\], received 1/);
    assert.throws(() => aucMarginState({ alpha: -1 }), /alpha >= 0 must be finite numbers, received 0, 0, -1/);
  });
});
