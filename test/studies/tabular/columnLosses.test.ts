import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { gradient, random, tf } from "../../../src/engine";
import { benchmarkLosses, lossesByName } from "../../../src/studies/tabular";
import { assertClose, assertNoLeak, take } from "../../support/numeric";

const [N, RATES, FOLDS, POSITIVES] = [40, 2, 3, 8];
const prior = POSITIVES / N;

/** Logits [n, rates, folds], and labels with the positives at places of their own in every fold. */
function columns() {
  const generator = random(7);
  const logits = Float32Array.from({ length: N * RATES * FOLDS }, () => 1.5 * generator.normal());
  const perFold = Array.from({ length: FOLDS }, () =>
    Array.from(generator.shuffle(Array.from({ length: N }, (_, row) => (row < POSITIVES ? 1 : 0)))),
  );
  const labels = Float32Array.from(
    { length: N * RATES * FOLDS },
    (_, place) => perFold[place % FOLDS][Math.floor(place / (RATES * FOLDS))],
  );
  return { logits, labels };
}
const column = (values: Float32Array, rate: number, fold: number) =>
  Array.from({ length: N }, (_, row) => values[(row * RATES + rate) * FOLDS + fold]);

describe("losses over columns", () => {
  for (const loss of benchmarkLosses) {
    it(`${loss.name}: value and gradient of every column are those of the public loss of that column alone`, () => {
      const { logits, labels } = columns();
      const setting = { prior };
      const whole = tf.variable(tf.tensor3d(logits, [N, RATES, FOLDS]));
      const y = tf.tensor3d(labels, [N, RATES, FOLDS]);
      const together = loss.columns(setting);
      const value = take(together(whole, y))[0];
      const got = Float32Array.from(take(gradient(() => together(whole, y), [whole])[0]));
      let sum = 0;
      for (let rate = 0; rate < RATES; rate++) {
        for (let fold = 0; fold < FOLDS; fold++) {
          const z = tf.variable(tf.tensor1d(column(logits, rate, fold)));
          const own = tf.tensor1d(column(labels, rate, fold));
          const single = loss.single(setting);
          sum += take(single(z, own))[0];
          assertClose(column(got, rate, fold), take(gradient(() => single(z, own), [z])[0]), {
            what: `gradient of column ${rate}, ${fold}`,
          });
          tf.dispose([z, own]);
        }
      }
      assertClose([value], [sum], { what: "sum of the columns" });
      tf.dispose([whole, y]);
    });
  }

  it("leave no tensor behind", () => {
    const { logits, labels } = columns();
    const [z, y] = [tf.tensor3d(logits, [N, RATES, FOLDS]), tf.tensor3d(labels, [N, RATES, FOLDS])];
    for (const loss of benchmarkLosses) {
      const together = loss.columns({ prior });
      assertNoLeak(() => together(z, y).dispose());
    }
    tf.dispose([z, y]);
  });

  it("name what is accepted where a loss is not known", () => {
    assert.throws(() => lossesByName(["crossEntropy", "hinge"]), /must be one of crossEntropy, .*received "hinge"/);
  });
});
