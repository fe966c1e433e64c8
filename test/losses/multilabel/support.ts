import { normals } from "../multiclass/support";

/** Six samples, three labels. */
export const logits = normals(41, 6, 3, 1.5);
export const labels = [
  [1, 0, 0],
  [0, 1, 0],
  [1, 1, 0],
  [0, 0, 0],
  [0, 1, 1],
  [1, 1, 0],
];
/** The same without a positive of the last label. */
export const rare = labels.map(([a, b]) => [a, b, 0]);
export const direction = normals(42, 6, 3);

export const columnOf = (rows: number[][], l: number) => rows.map((row) => row[l]);
