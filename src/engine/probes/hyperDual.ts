/**
 * Derivatives in float64, independent of the engine: hyper-dual numbers.
 *
 *     f(x + a e1 + b e2) = f(x) + f'(x) a e1 + f'(x) b e2 + f''(x) a b e1 e2     with e1^2 = e2^2 = 0
 *
 * carried through a scalar program give a^T H b in the coefficient of e1 e2, without a step size and without a tape.
 *
 * @see Fike and Alonso: The development of hyper-dual numbers for exact second-derivative calculations, 2011.
 */
export class HyperDual {
  constructor(
    readonly value: number,
    readonly e1 = 0,
    readonly e2 = 0,
    readonly e12 = 0,
  ) {}

  static from(x: HyperDual | number): HyperDual {
    return typeof x === "number" ? new HyperDual(x) : x;
  }

  /** A function of one variable, given its value and first two derivatives here. */
  private chain(value: number, first: number, second: number): HyperDual {
    return new HyperDual(value, first * this.e1, first * this.e2, first * this.e12 + second * this.e1 * this.e2);
  }

  add(other: HyperDual | number): HyperDual {
    const b = HyperDual.from(other);
    return new HyperDual(this.value + b.value, this.e1 + b.e1, this.e2 + b.e2, this.e12 + b.e12);
  }

  mul(other: HyperDual | number): HyperDual {
    const b = HyperDual.from(other);
    return new HyperDual(
      this.value * b.value,
      this.value * b.e1 + this.e1 * b.value,
      this.value * b.e2 + this.e2 * b.value,
      this.value * b.e12 + this.e12 * b.value + this.e1 * b.e2 + this.e2 * b.e1,
    );
  }

  neg(): HyperDual {
    return this.mul(-1);
  }

  sub(other: HyperDual | number): HyperDual {
    return this.add(HyperDual.from(other).neg());
  }

  reciprocal(): HyperDual {
    const r = 1 / this.value;
    return this.chain(r, -r * r, 2 * r * r * r);
  }

  div(other: HyperDual | number): HyperDual {
    return this.mul(HyperDual.from(other).reciprocal());
  }

  exp(): HyperDual {
    const e = Math.exp(this.value);
    return this.chain(e, e, e);
  }

  expm1(): HyperDual {
    const e = Math.exp(this.value);
    return this.chain(Math.expm1(this.value), e, e);
  }

  log(): HyperDual {
    const r = 1 / this.value;
    return this.chain(Math.log(this.value), r, -r * r);
  }

  log1p(): HyperDual {
    const r = 1 / (1 + this.value);
    return this.chain(Math.log1p(this.value), r, -r * r);
  }

  /** x^p with a number or a hyper-dual exponent; the latter needs x > 0. */
  pow(exponent: HyperDual | number): HyperDual {
    if (typeof exponent !== "number") return this.log().mul(exponent).exp();
    const p = exponent;
    const factor = (coefficient: number, power: number) => (coefficient === 0 ? 0 : coefficient * this.value ** power);
    return this.chain(factor(1, p), factor(p, p - 1), factor(p * (p - 1), p - 2));
  }

  square(): HyperDual {
    return this.mul(this);
  }

  sqrt(): HyperDual {
    return this.pow(0.5);
  }

  sin(): HyperDual {
    const [s, c] = [Math.sin(this.value), Math.cos(this.value)];
    return this.chain(s, c, -s);
  }

  cos(): HyperDual {
    const [s, c] = [Math.sin(this.value), Math.cos(this.value)];
    return this.chain(c, -s, -c);
  }

  atan(): HyperDual {
    const r = 1 / (1 + this.value ** 2);
    return this.chain(Math.atan(this.value), r, -2 * this.value * r * r);
  }

  tanh(): HyperDual {
    const t = Math.tanh(this.value);
    const slope = 1 - t * t;
    return this.chain(t, slope, -2 * t * slope);
  }

  sigmoid(): HyperDual {
    const s = 1 / (1 + Math.exp(-this.value));
    const other = 1 / (1 + Math.exp(this.value));
    return this.chain(s, s * other, s * other * (other - s));
  }

  softplus(): HyperDual {
    const s = 1 / (1 + Math.exp(-this.value));
    const other = 1 / (1 + Math.exp(this.value));
    return this.chain(Math.max(this.value, 0) + Math.log1p(Math.exp(-Math.abs(this.value))), s, s * other);
  }

  erf(): HyperDual {
    const slope = (2 / Math.sqrt(Math.PI)) * Math.exp(-(this.value ** 2));
    return this.chain(erf(this.value), slope, -2 * this.value * slope);
  }

  abs(): HyperDual {
    return this.value < 0 ? this.neg() : this;
  }

  /** The larger of two; the first where they are equal. */
  max(other: HyperDual | number): HyperDual {
    const b = HyperDual.from(other);
    return this.value >= b.value ? this : b;
  }

  min(other: HyperDual | number): HyperDual {
    return this.neg().max(HyperDual.from(other).neg()).neg();
  }
}

/** erf by its Maclaurin series, and by the continued fraction of erfc where that converges faster; about 1e-15. */
function erf(x: number): number {
  if (x < 0) return -erf(-x);
  if (x < 2.5) {
    let [term, sum] = [x, x];
    for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
      term *= -(x * x) / n;
      sum += term / (2 * n + 1);
    }
    return (2 / Math.sqrt(Math.PI)) * sum;
  }
  let fraction = x;
  for (let k = 80; k > 0; k--) fraction = x + k / 2 / fraction;
  return 1 - Math.exp(-x * x) / (fraction * Math.sqrt(Math.PI));
}

type Program = (x: HyperDual[]) => HyperDual;

/** The gradient of a scalar program, one evaluation per variable. */
export function gradient(f: Program, x: readonly number[]): number[] {
  return x.map((_, i) => f(x.map((value, j) => new HyperDual(value, Number(i === j)))).e1);
}

/** H v of a scalar program, one evaluation per variable. */
export function hessianVectorProduct(f: Program, x: readonly number[], v: readonly number[]): number[] {
  return x.map((_, i) => f(x.map((value, j) => new HyperDual(value, Number(i === j), v[j]))).e12);
}

/** The directional derivatives <grad f_k, v> of a list of programs, in one evaluation. */
export function jacobianVectorProduct(
  f: (x: HyperDual[]) => HyperDual[],
  x: readonly number[],
  v: readonly number[],
): number[] {
  return f(x.map((value, j) => new HyperDual(value, v[j]))).map(({ e1 }) => e1);
}
