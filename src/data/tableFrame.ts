import type { DataFrame } from "danfojs-node";

import type { TableColumn } from "./tableColumns";

/**
 * Columns as a danfojs DataFrame.
 *
 * danfojs takes more than a second to load, so it is loaded here and by nobody else.
 *
 * @param columns numbers and categories, each with one value per row.
 * @param target the column that holds the class, by its names.
 * @returns a frame with the columns in this order; missing numbers are NaN, missing names null.
 */
export async function tableFrame(
  columns: readonly TableColumn[],
  target: { readonly column: string; readonly labels: Int32Array; readonly names: readonly string[] },
): Promise<DataFrame> {
  const { DataFrame } = await import("danfojs-node");
  const cellsOf = (column: TableColumn): ((row: number) => number | string | null) => {
    if (column.name === target.column) return (row) => target.names[target.labels[row]];
    if (column.type === "number") return (row) => column.values[row];
    return (row) => (column.values[row] < 0 ? null : column.levels[column.values[row]]);
  };
  const cells = columns.map(cellsOf);
  const rows = Array.from(target.labels, (_, row) => cells.map((cell) => cell(row)));
  const dtypes = columns.map((column) => {
    if (column.type === "category") return "string";
    return column.values.every(Number.isInteger) ? "int32" : "float32";
  });
  return new DataFrame(rows, { columns: columns.map((column) => column.name), dtypes });
}
