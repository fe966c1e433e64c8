import { SourceMap } from "node:module";
import type { SourceMapPayload } from "node:module";

/** A place in a text as its author sees it; lines and columns count from 1. */
export interface Place {
  /** `Cell[3]` or a path relative to the project. */
  readonly name: string;
  readonly line: number;
  readonly column: number;
  /** The line's text. */
  readonly text: string;
}

interface Origin {
  name: string;
  lines: string[];
  maps: SourceMap[];
  skippedLines: number;
  compiledLines: number;
}

/** Where compiled code came from. */
export interface SourceMaps {
  /**
   * Remembers a text that was compiled.
   *
   * @param file the file name under which the compiled code runs.
   * @param source what people call the text, the text, what it was compiled to, and how many lines the compiler saw before it.
   * @param maps the maps of all compilation steps, that of the last step first.
   */
  add(
    file: string,
    source: { name: string; text: string; code: string; skippedLines?: number },
    maps: SourceMapPayload[],
  ): void;
  /** Whether code that runs under this name was compiled from a text that is known. */
  knows(file: string): boolean;
  /** The place in the author's text; undefined for code that the author has not written. */
  locate(file: string, line: number, column: number): Place | undefined;
}

/** An empty collection of source maps. */
export function createSourceMaps(): SourceMaps {
  const origins = new Map<string, Origin>();
  return {
    add(file, { name, text, code, skippedLines = 0 }, maps) {
      const [lines, compiledLines] = [text.split("\n"), code.split("\n").length];
      origins.set(file, { name, lines, maps: maps.map((map) => new SourceMap(map)), skippedLines, compiledLines });
    },
    knows: (file) => origins.has(file),
    locate(file, line, column) {
      const origin = origins.get(file);
      if (origin === undefined || line < 1 || line > origin.compiledLines) return undefined;
      let at = { line: line - 1, column: column - 1 };
      for (const map of origin.maps) {
        const entry = map.findEntry(at.line, at.column);
        if (!("originalLine" in entry)) return undefined;
        at = { line: entry.originalLine, column: entry.originalColumn };
      }
      const text = origin.lines[at.line - origin.skippedLines];
      if (text === undefined) return undefined;
      return { name: origin.name, line: at.line - origin.skippedLines + 1, column: at.column + 1, text };
    },
  };
}
