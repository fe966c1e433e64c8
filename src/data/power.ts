/** Fractional bits of the fixed-point numbers: 53 for the result, the rest so that rounding along the way never shows. */
const BITS = 192n;
const ONE = 1n << BITS;
const LN2 = twiceAtanh(1n, 3n);

/**
 * x^y, rounded once, so that it is the same number on every machine.
 *
 *     x^y = exp(y ln x), in fixed point with 192 fractional bits
 *
 * `Math.pow` is left to the implementation by the standard: V8 is one unit in the last place off in a tenth of all cases,
 * while the C library behind Python is hardly ever. Where a count is the floor or ceiling of n x^y and the exact value is
 * whole, that unit decides; published counts have it in them.
 *
 * @param x a normal double above 0.
 * @param y finite; |y log2 x| at most 1000, so that the result is a normal number.
 * @returns the nearest double to x^y; an exact tie between two doubles may fall either way.
 * @throws RangeError for an x or y outside these ranges.
 */
export function power(x: number, y: number): number {
  if (!(x >= 2 ** -1022 && x < Infinity) || !Number.isFinite(y) || Math.abs(y * Math.log2(x)) > 1000) {
    throw new RangeError(`power: x must be positive, y finite and |y log2 x| at most 1000, received ${x} and ${y}`);
  }
  const factor = split(y);
  const exponent = shift(fixedLogarithm(x) * factor.mantissa, factor.exponent);
  const doublings = (2n * exponent + LN2) / (2n * LN2);
  return scale(scale(Number(exponential(exponent - doublings * LN2)), -Number(BITS)), Number(doublings));
}

/**
 * ln x, rounded once, so that it is the same number on every machine (`Math.log` is left to the implementation, too).
 *
 * @param x a normal double above 0.
 * @returns the nearest double to ln x.
 * @throws RangeError for any other x.
 */
export function logarithm(x: number): number {
  if (!(x >= 2 ** -1022 && x < Infinity)) throw new RangeError(`logarithm: x must be positive, received ${x}`);
  return scale(Number(fixedLogarithm(x)), -Number(BITS));
}

/** ln x in fixed point: x = m 2^e with m in [1, 2), ln x = 2 atanh((m - 1) / (m + 1)) + e ln 2. */
function fixedLogarithm(x: number): bigint {
  const { mantissa, exponent } = split(x);
  return twiceAtanh(mantissa - (1n << 52n), mantissa + (1n << 52n)) + (exponent + 52n) * LN2;
}

/** A double as mantissa 2^exponent, with a mantissa of 53 bits where the number is not subnormal. */
function split(value: number): { mantissa: bigint; exponent: bigint } {
  const bits = new BigUint64Array(Float64Array.of(Math.abs(value)).buffer)[0];
  const biased = bits >> 52n;
  const fraction = bits & ((1n << 52n) - 1n);
  const mantissa = biased === 0n ? fraction : fraction | (1n << 52n);
  return { mantissa: value < 0 ? -mantissa : mantissa, exponent: (biased === 0n ? 1n : biased) - 1075n };
}

function shift(value: bigint, by: bigint): bigint {
  return by < 0n ? value >> -by : value << by;
}

/** 2 atanh(a / b) = ln((b + a) / (b - a)), for 0 <= a / b <= 1 / 3: each term is a ninth of the one before, or less. */
function twiceAtanh(a: bigint, b: bigint): bigint {
  const z = (a << BITS) / b;
  const squared = (z * z) >> BITS;
  let sum = 0n;
  for (let odd = z, n = 1n; odd !== 0n; odd = (odd * squared) >> BITS, n += 2n) sum += odd / n;
  return 2n * sum;
}

/** exp of a number of at most ln 2 in size, by its Taylor series. */
function exponential(value: bigint): bigint {
  let sum = 0n;
  for (let term = ONE, n = 1n; term !== 0n && term !== -1n; term = ((term * value) >> BITS) / n, n++) sum += term;
  return sum;
}

/** value 2^exponent, exactly. */
function scale(value: number, exponent: number): number {
  let scaled = value;
  for (let count = Math.abs(exponent); count > 0; count--) scaled *= exponent < 0 ? 0.5 : 2;
  return scaled;
}
