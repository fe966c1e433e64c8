import { z } from "zod";

import { tf } from "../../engine";
import { quote } from "../schema";

/** One number for all classes, K numbers, or a tensor or variable [K] or []. */
export type ClassParameter = number | ArrayLike<number> | tf.Tensor;

/** A class parameter as a factory keeps it: a copy of plain numbers, which is no tensor and so nothing to dispose. */
export type HeldParameter = number | Float32Array | tf.Tensor;

/** Numbers of samples per class: K numbers or a tensor [K]. */
export type Counts = ArrayLike<number> | tf.Tensor;

const isList = (value: unknown): value is ArrayLike<number> =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));

/** A list or typed array, not empty, of numbers that pass a test. */
export const isNumbers = (value: unknown, test: (x: number) => boolean): value is ArrayLike<number> =>
  isList(value) && value.length > 0 && Array.from(value).every((x) => typeof x === "number" && test(x));

const isPositive = (x: number) => x > 0 && x < Infinity;

const COUNTS_ACCEPTED = "a list or tensor [K] of positive numbers, one per class";

/** The option `counts`: training samples per class, read once, when the factory is called. */
export const countsOption = z
  .custom<Counts>((value) => isNumbers(numbersOf(value), isPositive), COUNTS_ACCEPTED)
  .transform((counts) => Array.from(numbersOf(counts) as ArrayLike<number>))
  .describe("training samples per class, n_k, [K]; a class without any has no prior and is refused");

/** Plain numbers of a list or of a tensor [K], which is read back. */
function numbersOf(value: unknown): unknown {
  return value instanceof tf.Tensor && value.rank === 1 ? value.dataSync() : value;
}

/**
 * Counts as plain numbers.
 *
 * @throws RangeError, naming the caller, unless they are positive finite numbers.
 */
export function checkedCounts(caller: string, counts: Counts): number[] {
  const numbers = numbersOf(counts);
  if (isNumbers(numbers, isPositive)) return Array.from(numbers);
  throw new RangeError(`${caller}: counts must be ${COUNTS_ACCEPTED}, received ${quote(counts)}`);
}

/** Throws a RangeError, naming the caller, unless a number passes its test. */
export function checkNumber(caller: string, name: string, value: number, ok: boolean, accepted: string): void {
  if (typeof value === "number" && ok) return;
  throw new RangeError(`${caller}: ${name} must be ${accepted}, received ${quote(value)}`);
}

/** An option that is a number, K numbers or a tensor; plain numbers are checked and copied, a tensor is used as it stands. */
export function classParameterOption(kind: "finite" | "nonNegative") {
  const test = (x: number) => Number.isFinite(x) && (kind === "finite" || x >= 0);
  const noun = kind === "finite" ? "finite number" : "non-negative finite number";
  return z
    .custom<ClassParameter>((value) => {
      if (value instanceof tf.Tensor) return value.rank <= 1;
      return typeof value === "number" ? test(value) : isNumbers(value, test);
    }, `a ${noun}, K of them, or a tensor or variable [K]`)
    .transform(held);
}

function held(value: ClassParameter): HeldParameter {
  return typeof value === "number" || value instanceof tf.Tensor ? value : Float32Array.from(value);
}
