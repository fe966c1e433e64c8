import type { Cells } from "./cells";

/**
 * Makes `process.exit` throw in cells, where it would leave the client waiting for a kernel that is gone.
 *
 * @returns the real one, for the kernel itself.
 */
export function guardExit(cells: Cells): (code: number) => never {
  const exit = process.exit.bind(process);
  process.exit = (code) => {
    if (cells.own() === undefined) return exit(code);
    const call = `process.exit(${code ?? ""})`;
    throw new Error(
      `${call} in a notebook would end the kernel and lose every variable: throw an error to stop a cell, or restart the kernel`,
    );
  };
  return exit;
}
