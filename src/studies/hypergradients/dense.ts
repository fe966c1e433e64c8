/** Dense linear algebra in float64 on plain arrays: the reference, sharing nothing with the library. */
import { random, type Random } from "../../engine";

export type Dense = readonly (readonly number[])[];

export const times = (a: Dense, x: readonly number[]): number[] =>
  a.map((row) => row.reduce((sum, value, column) => sum + value * x[column], 0));

export const transposed = (a: Dense): number[][] => a[0].map((_, column) => a.map((row) => row[column]));

export const product = (a: Dense, b: Dense): number[][] => {
  const columns = transposed(b);
  return a.map((row) => times(columns, row));
};

export const add = (a: readonly number[], factor: number, b: readonly number[]): number[] =>
  a.map((value, index) => value + factor * b[index]);

export const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, index) => sum + value * b[index], 0);

export const norm = (a: readonly number[]): number => Math.sqrt(dot(a, a));

export const diagonal = (values: readonly number[]): number[][] =>
  values.map((value, row) => values.map((_, column) => (row === column ? value : 0)));

/** a + factor I. */
export const shifted = (a: Dense, factor: number): number[][] =>
  a.map((row, i) => row.map((value, j) => (i === j ? value + factor : value)));

/** Solves a x = b by elimination with row exchanges. */
export function solve(a: Dense, b: readonly number[]): number[] {
  const rows = a.map((row, index) => [...row, b[index]]);
  const n = rows.length;
  for (let pivot = 0; pivot < n; pivot++) {
    const best = rows.slice(pivot).reduce((top, row, at) => {
      return Math.abs(row[pivot]) > Math.abs(rows[top][pivot]) ? pivot + at : top;
    }, pivot);
    [rows[pivot], rows[best]] = [rows[best], rows[pivot]];
    for (let row = pivot + 1; row < n; row++) {
      const factor = rows[row][pivot] / rows[pivot][pivot];
      for (let column = pivot; column <= n; column++) rows[row][column] -= factor * rows[pivot][column];
    }
  }
  const x = new Array<number>(n).fill(0);
  for (let row = n - 1; row >= 0; row--) {
    const known = dot(rows[row].slice(row + 1, n), x.slice(row + 1));
    x[row] = (rows[row][n] - known) / rows[row][row];
  }
  return x;
}

/** A list of n independent standard normal numbers. */
export const normals = (source: Random, n: number): number[] => Array.from({ length: n }, () => source.normal());

/** A symmetric matrix with the given eigenvalues and random eigenvectors. */
export function withEigenvalues(values: readonly number[], seed: number): number[][] {
  const source = random(seed);
  const basis: number[][] = [];
  while (basis.length < values.length) {
    let vector = normals(source, values.length);
    for (let pass = 0; pass < 2; pass++) for (const q of basis) vector = add(vector, -dot(q, vector), q);
    basis.push(vector.map((entry) => entry / norm(vector)));
  }
  return values.map((_, i) =>
    values.map((_, j) => values.reduce((sum, value, k) => sum + value * basis[k][i] * basis[k][j], 0)),
  );
}

/** n numbers from `low` to `high`, evenly spaced in their logarithm. */
export const logarithmic = (low: number, high: number, n: number): number[] =>
  Array.from({ length: n }, (_, k) => low * (high / low) ** (k / (n - 1)));

/** The first `terms` + 1 summands of the Neumann series of the inverse of a, times b. */
export function partialSum(a: Dense, b: readonly number[], step: number, terms: number): number[] {
  let [term, sum] = [[...b], [...b]];
  for (let power = 1; power <= terms; power++) {
    term = add(term, -step, times(a, term));
    sum = add(sum, 1, term);
  }
  return sum.map((value) => step * value);
}
