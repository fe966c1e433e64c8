/** Rows of features with labels, not yet standardised. */
export interface Table {
  readonly name: string;
  /** Number of features per row. */
  readonly columns: number;
  /** rows x columns values, row by row. */
  readonly features: Float32Array;
  /** Class of each row, 1 for the positive one. */
  readonly labels: Int32Array;
}

/** The chosen rows of a table, in the order given. */
export function takeRows(table: Table, indices: ArrayLike<number>): Table {
  const { name, columns, features, labels } = table;
  const taken = new Float32Array(indices.length * columns);
  for (let place = 0; place < indices.length; place++) {
    taken.set(features.subarray(indices[place] * columns, (indices[place] + 1) * columns), place * columns);
  }
  return { name, columns, features: taken, labels: Int32Array.from(indices, (index) => labels[index]) };
}
