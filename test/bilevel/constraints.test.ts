import assert from "node:assert/strict";
import { it } from "node:test";

import { constraints, type Reparametrisation } from "../../src/bilevel";
import { gradient, hessianVectorProduct, tf } from "../../src/engine";
import { onEachBackend } from "../support/backends";
import { assertClose, assertNoLeak, take } from "../support/numeric";

const { box, sigmoid, simplex, softplus } = constraints;

const logistic = (u: number) => 1 / (1 + Math.exp(-u));
const free = [-3, -0.5, 0, 0.7, 4];

/** Each map with its formula and the first two derivatives of that, in float64. */
const cases: [string, Reparametrisation, (u: number) => number, (u: number) => number, (u: number) => number][] = [
  [
    "sigmoid",
    sigmoid(),
    logistic,
    (u) => logistic(u) * logistic(-u),
    (u) => logistic(u) * logistic(-u) * (1 - 2 * logistic(u)),
  ],
  [
    "sigmoid of scale 6",
    sigmoid({ scale: 6 }),
    (u) => logistic(6 * u),
    (u) => 6 * logistic(6 * u) * logistic(-6 * u),
    (u) => 36 * logistic(6 * u) * logistic(-6 * u) * (1 - 2 * logistic(6 * u)),
  ],
  [
    "box",
    box({ lower: -2, upper: 3 }),
    (u) => -2 + 5 * logistic(u),
    (u) => 5 * logistic(u) * logistic(-u),
    (u) => 5 * logistic(u) * logistic(-u) * (1 - 2 * logistic(u)),
  ],
  ["softplus", softplus(), (u) => Math.log1p(Math.exp(u)), logistic, (u) => logistic(u) * logistic(-u)],
];

onEachBackend("reparametrisations", () => {
  for (const [name, map, formula, first, second] of cases) {
    it(`${name} is its formula, with right first and second derivatives`, () => {
      assertClose(take(map.forward(tf.tensor1d(free))), free.map(formula));
      const u = tf.tidy(() => tf.variable(tf.tensor1d(free)));
      const total = () => tf.sum(map.forward(u));
      assertClose(gradient(total, [u]).flatMap(take), free.map(first));
      assertClose(hessianVectorProduct(total, [u], [tf.ones([free.length])]).flatMap(take), free.map(second));
      u.dispose();
    });

    it(`${name} is undone by its inverse`, () => {
      // Where the map is flat, float32 values do not tell the free ones apart.
      const steep = free.filter((u) => Math.abs(first(u)) > 1e-3);
      assertClose(take(map.inverse(steep.map(formula))), steep, { relative: 1e-3 });
      assertClose(take(tf.tidy(() => map.forward(map.inverse(free.map(formula))))), free.map(formula));
      assertClose(take(tf.tidy(() => map.inverse(map.forward(tf.tensor1d(steep))))), steep, { relative: 1e-3 });
      assertNoLeak(() => map.inverse(steep.map(formula)).dispose());
    });
  }

  it("simplex gives positive rows of sum 1; its inverse gives the free rows of mean 0", () => {
    const rows = [
      [1, -1, 0],
      [0.2, 3, -2],
    ];
    const map = simplex();
    const points = map.forward(tf.tensor2d(rows));
    assertClose(Array.from(tf.sum(points, -1).dataSync()), [1, 1]);
    const centred = rows.flatMap((row) => row.map((value) => value - row.reduce((a, b) => a + b) / 3));
    assertClose(take(map.inverse(points)), centred);
    assertClose(
      take(map.inverse([0.25, 0.25, 0.5])),
      [-1, -1, 2].map((value) => (value * Math.log(2)) / 3),
    );
    const u = tf.tidy(() => tf.variable(tf.tensor1d([1, 2, 3])));
    const [shift] = gradient(() => tf.sum(tf.mul(map.forward(u), tf.tensor1d([5, -1, 2]))), [u]).map(take);
    assertClose([shift.reduce((a, b) => a + b)], [0]);
    tf.dispose([u, points]);
  });

  it("softplus and its inverse keep their digits at both ends", () => {
    const map = softplus();
    assertClose(take(map.inverse([1e-6, 30])), [Math.log(1e-6), 30], { relative: 1e-6 });
    assertClose(take(map.forward(tf.tensor1d([-13.8, 80]))), [Math.log1p(Math.exp(-13.8)), 80]);
  });

  it("refuses values outside of the constraint and options out of range, quoting them", () => {
    assert.throws(() => sigmoid().inverse([0.2, 1]), /sigmoid: values must be in \(0, 1\), received 1/);
    assert.throws(() => box({ lower: 1, upper: 2 }).inverse(0.5), /values must be in \(1, 2\), received 0.5/);
    assert.throws(() => softplus().inverse([-1]), /softplus: values must be greater than 0, received -1/);
    assert.throws(() => simplex().inverse([0.5, 0.2]), /simplex: values must sum to 1, received a sum of 0.700000/);
    assert.throws(() => simplex().inverse([1.5, -0.5]), /simplex: values must be greater than 0, received -0.5/);
    assert.throws(() => box({ lower: 2, upper: 1 }), /lower must be below upper, both finite, received 2 and 1/);
    assert.throws(() => sigmoid({ scale: 0 }), /sigmoid: scale must be greater than 0, received 0/);
  });
});
