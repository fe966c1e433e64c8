import { sep } from "node:path";
import { inspect } from "node:util";
import type { Project } from "./project";
import type { Place, SourceMaps } from "./sourceMaps";
import type { Diagnostic } from "./tslab";

/** The content of an `error` message. */
export interface CellError {
  ename: string;
  evalue: string;
  traceback: string[];
}

const FRAME_LIMIT = 40;
const CELL_PLACE = /\b(Cell\[\d+\]):(\d+):(\d+)/;
const FRAME = /^ {4}at /;
/** Names that earlier cells declared are properties of one shared object, which stack frames take for the receiver. */
const DECLARED_BY_A_CELL = /^(async )?Proxy\./;

/** Raised for a cell that does not compile; nothing of it has run. */
export class CompileError extends Error {
  override readonly name = "CompileError";

  /** @param findings what is wrong, each with its place. */
  constructor(readonly findings: readonly { place: Place; code: number; message: string }[]) {
    super(findings.map(({ place, code, message }) => `${at(place)} - error TS${code}: ${message}`).join("\n"));
  }
}

/**
 * Makes the stack of every error name the places of the TypeScript sources and of the cells, without frames of the kernel and of Node.
 *
 * @param internals folders whose frames concern nobody.
 */
export function installTracebacks(project: Project, maps: SourceMaps, internals: string[]): void {
  const isInternal = (file: string) =>
    file.startsWith("node:") || internals.some((folder) => file.startsWith(folder + sep));

  const line = (frame: NodeJS.CallSite): string | undefined => {
    const file = frame.getFileName() ?? undefined;
    if (file === undefined) return frame.toString();
    if (isInternal(file)) return undefined;
    const [row, column] = [frame.getLineNumber() ?? 1, frame.getColumnNumber() ?? 1];
    const place = maps.locate(file, row, column);
    if (place === undefined && maps.knows(file)) return undefined;
    return frame
      .toString()
      .replace(DECLARED_BY_A_CELL, "$1")
      .replace(
        `${file}:${row}:${column}`,
        place === undefined ? `${project.display(file)}:${row}:${column}` : at(place),
      );
  };

  Error.stackTraceLimit = FRAME_LIMIT;
  Error.prepareStackTrace = (error, frames) => {
    const lines = frames.map(line).filter((text) => text !== undefined);
    return [headline(error), ...lines.map((text) => `    at ${text}`)].join("\n");
  };
}

/** What clients are told of whatever a cell threw: its stack, with the line in question of each cell that it leads through. */
export function describeError(thrown: unknown, cellText: (name: string) => string | undefined): CellError {
  if (thrown instanceof CompileError) {
    const traceback = thrown.findings.flatMap(({ place, code, message }) => [
      `${at(place)} - error TS${code}: ${message}`,
      ...excerpt(place),
    ]);
    return { ename: thrown.name, evalue: thrown.message, traceback };
  }
  const text = inspect(thrown);
  if (!(thrown instanceof Error)) {
    return { ename: "Thrown", evalue: text, traceback: [`Thrown: ${text} (throw an Error to see where it came from)`] };
  }
  const seen = new Set<string>();
  const lines = text.split("\n").flatMap((each) => {
    const [, name, line, column] = (FRAME.test(each) ? CELL_PLACE.exec(each) : null) ?? [];
    const source = name === undefined ? undefined : cellText(name)?.split("\n")[Number(line) - 1];
    if (source === undefined || seen.has(name)) return [each];
    seen.add(name);
    return [each, ...excerpt({ name, line: Number(line), column: Number(column), text: source })];
  });
  return { ename: thrown.name, evalue: thrown.message, traceback: lines };
}

/** Where tslab's findings are, in the notebook's or the file's own lines. */
export function placeOf({ start, fileName }: Diagnostic, name: string, text: string): Place {
  const line = text.split("\n")[start.line] ?? "";
  return { name: fileName ?? name, line: start.line + 1, column: start.character + 1, text: line };
}

function at({ name, line, column }: Place): string {
  return `${name}:${line}:${column}`;
}

/** The line in question, with a mark under the column. */
function excerpt({ line, column, text }: Place): string[] {
  const gutter = `${line} | `;
  const indent = text.slice(0, column - 1).replace(/[^\t]/g, " ");
  return [`      ${gutter}${text}`, `      ${" ".repeat(gutter.length - 2)}| ${indent}^`];
}

function headline(error: Error): string {
  try {
    return String(error);
  } catch {
    return "Error";
  }
}
