import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { random, tf } from "../../../src/engine";
import { onEachBackend } from "../../support/backends";
import { assertClose, assertNoLeak, take } from "../../support/numeric";
import { derivatives } from "../derivatives";
import { factories, needed, variants } from "./everyLoss";

/** Central differences of float32 values: rounding 1e-7 / step and curvature step^2 meet near here. */
const STEP = 1e-2;
const DIFFERENCE = { relative: 5e-3, absolute: 1e-4 };
/** Sums in another order differ by roundings. */
const REORDERED = { relative: 1e-5, absolute: 1e-6 };

const draws = random(5).fork("logits");
const LOGITS = Array.from({ length: 12 }, () => 1.5 * draws.normal());
const DIRECTION = LOGITS.map(() => draws.normal());
const LABELS = [1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1, 0];

/** Batches at the edge of what a loss can be asked. */
const EDGES: readonly { readonly title: string; readonly logits: number[]; readonly labels: number[] }[] = [
  { title: "logits of +-100, right", logits: [100, -100, 100, -100], labels: [1, 0, 1, 0] },
  { title: "logits of +-100, wrong", logits: [100, -100, 100, -100], labels: [0, 1, 0, 1] },
  { title: "logits of +-100, right and wrong", logits: [100, -100, 100, -100], labels: [1, 1, 0, 0] },
  { title: "all logits 100", logits: [100, 100, 100], labels: [1, 0, 0] },
  { title: "all logits -100", logits: [-100, -100, -100], labels: [1, 0, 0] },
  { title: "logits of +-40 among small ones", logits: [40, -40, 0.1, 0], labels: [0, 1, 1, 0] },
  { title: "all logits 0", logits: [0, 0, 0, 0], labels: [1, 0, 0, 1] },
  { title: "all logits equal", logits: [1.5, 1.5, 1.5], labels: [1, 0, 0] },
  { title: "positives only", logits: [0.5, -1, 2], labels: [1, 1, 1] },
  { title: "negatives only", logits: [0.5, -1, 2], labels: [0, 0, 0] },
  { title: "positives only, logits of +-100", logits: [100, -100], labels: [1, 1] },
  { title: "negatives only, logits of +-100", logits: [100, -100], labels: [0, 0] },
  { title: "one positive", logits: [0.3], labels: [1] },
  { title: "one negative", logits: [0.3], labels: [0] },
  { title: "one positive at -100", logits: [-100], labels: [1] },
  { title: "one negative at 100", logits: [100], labels: [0] },
];

onEachBackend("every binary loss", () => {
  for (const { title, loss, isDifferentiated } of variants) {
    describe(title, () => {
      it("has a finite value, gradient and Hessian-vector product on every batch", () => {
        for (const { title: batch, logits, labels } of EDGES) {
          const direction = logits.map((_, index) => (index % 2 === 0 ? 1 : -0.5));
          const { value, gradient, product } = derivatives((z) => loss(z, labels), logits, direction);
          for (const [what, numbers] of Object.entries({ value: [value], gradient, product })) {
            assert.ok(numbers.every(Number.isFinite), `${batch}: ${what} ${numbers}`);
          }
        }
      });

      it("has a finite value on an empty batch", () => {
        const [value] = take(loss(tf.tensor1d([]), tf.tensor1d([])));
        assert.ok(Number.isFinite(value), `value ${value}`);
      });

      it("does not depend on the order of the samples", () => {
        const order = Array.from(random(7).fork("order").shuffle(Array.from(LOGITS.keys())));
        const shuffle = (values: readonly number[]) => order.map((index) => values[index]);
        // A tie between a positive and a negative, and one between negatives.
        const tied = new Map([
          [1, 0],
          [4, 2],
        ]);
        const logits = LOGITS.map((_, index) => LOGITS[tied.get(index) ?? index]);
        const one = derivatives((z) => loss(z, LABELS), logits, DIRECTION);
        const other = derivatives((z) => loss(z, shuffle(LABELS)), shuffle(logits), shuffle(DIRECTION));
        assertClose([other.value], [one.value], { ...REORDERED, what: "value" });
        assertClose(other.gradient, shuffle(one.gradient), { ...REORDERED, what: "gradient" });
        assertClose(other.product, shuffle(one.product), { ...REORDERED, what: "Hessian-vector product" });
      });

      it("leaves no tensor behind", () => {
        const [z, y] = [tf.tensor1d(LOGITS), tf.tensor1d(LABELS)];
        assertNoLeak(() => loss(z, y).dispose());
        assertNoLeak(() => loss(z, LABELS).dispose());
        assertNoLeak(() => derivatives((logits) => loss(logits, y), LOGITS, DIRECTION));
        tf.dispose([z, y]);
      });

      it("takes labels as numbers, booleans or integers alike", () => {
        const z = tf.tensor1d(LOGITS);
        const want = take(loss(z, LABELS));
        for (const dtype of ["int32", "bool", "float32"] as const) {
          assert.deepEqual(take(loss(z, tf.tensor1d(LABELS, dtype))), want, dtype);
        }
      });

      if (!isDifferentiated) return;
      it("has the derivatives that differences of its values and gradients show", () => {
        const moved = (step: number) => LOGITS.map((logit, index) => logit + step * DIRECTION[index]);
        const at = (step: number) => derivatives((z) => loss(z, LABELS), moved(step), DIRECTION);
        const [before, here, after] = [-STEP, 0, STEP].map(at);
        const slope = here.gradient.reduce((sum, value, index) => sum + value * DIRECTION[index], 0);
        assertClose([slope], [(after.value - before.value) / (2 * STEP)], { ...DIFFERENCE, what: "gradient" });
        const curvature = after.gradient.map((value, index) => (value - before.gradient[index]) / (2 * STEP));
        assertClose(here.product, curvature, { ...DIFFERENCE, what: "Hessian-vector product" });
      });
    });
  }
});

describe("every binary loss's factory", () => {
  for (const [name, factory] of Object.entries(factories)) {
    it(`${name}: bears its card's name, takes the family's options, and names what it cannot take`, () => {
      assert.equal(factory.card.name, name);
      factory({ beta: 2, prior: 0.1, ...needed[name] });
      assert.throws(() => factory({ ...needed[name], gama: 2 }), {
        name: "RangeError",
        message: new RegExp(`^${name}: unknown option gama; accepted are .*beta`),
      });
      const loss = factory(needed[name]);
      assert.throws(() => loss(tf.zeros([2, 1]), [0, 1]), {
        name: "TypeError",
        message: `${name}: logits and labels must both have shape [n], received [2, 1] and [2]`,
      });
      assert.throws(() => loss(tf.zeros([3]), [0, 1]), /received \[3\] and \[2\]/);
    });
  }
});
