import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { z } from "zod";

import { tf } from "../../src/engine";
import { defineLoss } from "../../src/losses/define";
import { definePerSampleLoss } from "../../src/losses/reduction";
import { assertClose, assertNoLeak, take } from "../support/numeric";

const CARD = { family: "binary", kind: "test", formula: "x", source: "none", beware: "nothing" } as const;

/** The message with which a factory of one option refuses a value. */
function refusal(schema: z.ZodType, value: unknown): string {
  const factory = defineLoss({ ...CARD, name: "made", options: { option: schema } }, () => () => 0);
  try {
    factory({ option: value } as never);
  } catch (error) {
    assert.ok(error instanceof RangeError);
    return error.message;
  }
  throw new Error(`${String(value)} was accepted`);
}

describe("defineLoss", () => {
  it("fills in defaults and hands over checked options", () => {
    const options = {
      gamma: z.number().default(2),
      mode: z.enum(["a", "b"]).default("b"),
      prior: z.number().optional(),
    };
    const factory = defineLoss({ ...CARD, name: "made", options }, (given) => () => given);
    assert.deepEqual(factory()(), { gamma: 2, mode: "b" });
    assert.deepEqual(factory({ gamma: 1, prior: 0.2 })(), { gamma: 1, mode: "b", prior: 0.2 });
    assert.deepEqual(factory({ gamma: undefined })(), { gamma: 2, mode: "b" });
  });

  it("carries its card", () => {
    const card = { ...CARD, name: "made", options: {} };
    assert.equal(defineLoss(card, () => () => 0).card, card);
  });

  it("ignores options of its family that it has no use for, whatever their value", () => {
    const factory = defineLoss({ ...CARD, name: "made", options: { beta: z.number() } }, (given) => () => given);
    assert.deepEqual(factory({ beta: 2, prior: "unused" })(), { beta: 2 });
    assert.throws(() => factory({ beta: "x" } as never), /made: beta must be a finite number, received "x"/);
  });

  it("names an unknown option and those it knows", () => {
    const factory = defineLoss({ ...CARD, name: "made", options: { gamma: z.number().default(1) } }, () => () => 0);
    assert.throws(() => factory({ gama: 1, gamma: 2 } as never), {
      name: "RangeError",
      message: "made: unknown option gama; accepted are gamma, beta, prior",
    });
  });

  it("names every option that is wrong, not only the first", () => {
    const factory = defineLoss(
      { ...CARD, name: "made", options: { a: z.number().positive(), b: z.boolean() } },
      () => () => 0,
    );
    assert.throws(() => factory({ a: 0, b: 1 } as never), {
      message: "made: a must be a positive finite number, received 0; b must be true or false, received 1",
    });
  });

  it("refuses options that are no object", () => {
    const factory = defineLoss({ ...CARD, name: "made", options: {} }, () => () => 0);
    for (const [given, quoted] of [
      [3, "3"],
      [null, "null"],
      [[1], "\\[1\\]"],
      ["x", '"x"'],
    ] as const) {
      assert.throws(() => factory(given as never), new RegExp(`made: options must be an object, received ${quoted}$`));
    }
  });

  const words: readonly [string, z.ZodType, unknown, string][] = [
    ["a number", z.number(), "2", 'a finite number, received "2"'],
    ["NaN", z.number(), NaN, "a finite number, received NaN"],
    ["infinity", z.number().positive(), Infinity, "a positive finite number, received Infinity"],
    ["an open interval", z.number().gt(0).lt(1), 1, "a number in (0, 1), received 1"],
    ["a half-open interval", z.number().min(0).lt(1), 2, "a number in [0, 1), received 2"],
    ["a lower bound", z.number().min(1), 0.5, "a finite number of at least 1, received 0.5"],
    ["an upper bound", z.number().lt(3), 3, "a finite number below 3, received 3"],
    ["an integer", z.int(), 1.5, "an integer, received 1.5"],
    ["a positive integer", z.int().positive(), 0, "a positive integer, received 0"],
    ["an integer in an interval", z.number().int().min(2).max(5), 6, "an integer in [2, 5], received 6"],
    ["nothing given", z.number(), undefined, "a finite number, received undefined"],
    ["a choice", z.enum(["mean", "sum"]), "max", 'one of mean, sum, received "max"'],
    ["a literal", z.literal(["auto", 2]), 3, '"auto" or 2, received 3'],
    ["a truth value", z.boolean(), "yes", 'true or false, received "yes"'],
    ["a list", z.array(z.number().positive()), 2, "a list of positive finite numbers, received 2"],
    ["a list's length", z.array(z.int()).min(2), [1], "a list of at least 2 integers, received [1]"],
    ["a fixed length", z.array(z.number()).length(3), [1], "a list of 3 finite numbers, received [1]"],
    ["an empty list", z.array(z.number()).min(1), [], "a non-empty list of finite numbers, received []"],
    ["a list of choices", z.array(z.enum(["a"])), "a", 'a list of elements, each one of a, received "a"'],
    ["a pair", z.tuple([z.number(), z.boolean()]), 1, "[a finite number, true or false], received 1"],
    ["a choice of kinds", z.union([z.int(), z.array(z.int())]), "x", 'an integer or a list of integers, received "x"'],
    ["a default", z.number().positive().default(1), -1, "a positive finite number, received -1"],
    [
      "a refinement",
      z.array(z.number()).refine((x) => x.length === 9, "a list that sums to 1"),
      [2],
      "a list that sums to 1, received [2]",
    ],
    ["a check of one's own", z.custom((x) => x === 1, "the number 1"), 2, "the number 1, received 2"],
    ["a check without words", z.custom((x) => x === 1).describe("the one"), 2, "the one, received 2"],
    ["a transform", z.array(z.number()).transform((x) => x.length), {}, "a list of finite numbers, received {}"],
    ["a tensor received", z.number(), tf.zeros([2, 3]), "a finite number, received a tensor of shape [2, 3]"],
    ["a function received", z.number(), () => 1, "a finite number, received a function"],
    ["not numbers in a list received", z.number(), [NaN, -Infinity], "a finite number, received [NaN,-Infinity]"],
  ];
  for (const [title, schema, value, message] of words) {
    it(`says in words what is accepted: ${title}`, () => {
      assert.equal(refusal(schema, value), `made: option must be ${message}`);
    });
  }

  it("points at the place inside a list", () => {
    assert.equal(
      refusal(z.array(z.int().positive()), [4, -2]),
      "made: option[1] must be a positive integer, received -2",
    );
  });

  it("cuts what it quotes", () => {
    const message = refusal(z.number(), Array(1000).fill(1));
    assert.ok(message.length < 150 && message.endsWith("..."), message);
  });
});

describe("definePerSampleLoss", () => {
  const squares = definePerSampleLoss(
    { ...CARD, name: "squares", options: { scale: z.number().default(1) } },
    ({ scale }) =>
      (x: tf.Tensor) =>
        tf.mul(scale, tf.square(x)),
  );

  it("gives the mean over samples, the sum or the terms", () => {
    const x = tf.tensor1d([1, 2, 3]);
    assertClose(take(squares()(x)), [14 / 3]);
    assertClose(take(squares({ scale: 2, reduction: "mean" })(x)), [28 / 3]);
    assertClose(take(squares({ reduction: "sum" })(x)), [14]);
    assertClose(take(squares({ reduction: "none" })(x)), [1, 4, 9]);
    x.dispose();
  });

  it("types the result by the reduction", () => {
    const x = tf.tensor1d([1]);
    const scalar: tf.Scalar = squares({ reduction: "sum" })(x);
    const terms: tf.Tensor1D = squares({ reduction: "none" })(x);
    assert.deepEqual([scalar.shape, terms.shape], [[], [1]]);
    tf.dispose([x, scalar, terms]);
  });

  it("reduces an empty batch to 0, or to no terms", () => {
    const x = tf.tensor1d([]);
    assert.deepEqual(take(squares()(x)), [0]);
    assert.deepEqual(take(squares({ reduction: "sum" })(x)), [0]);
    assert.deepEqual(take(squares({ reduction: "none" })(x)), []);
    x.dispose();
  });

  it("leaves no tensor behind", () => {
    const x = tf.tensor1d([1, 2]);
    for (const reduction of ["mean", "sum"] as const) assertNoLeak(() => squares({ reduction })(x).dispose());
    assertNoLeak(() => squares({ reduction: "none" })(x).dispose());
    x.dispose();
  });

  it("puts the option on the card and refuses others", () => {
    assert.deepEqual(Object.keys(squares.card.options), ["scale", "reduction"]);
    assert.throws(
      () => squares({ reduction: "max" } as never),
      /squares: reduction must be one of mean, sum, none, received "max"/,
    );
  });
});
