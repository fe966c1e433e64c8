import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Session } from "./session";
import type { Converter, Tslab } from "./tslab";

type Content = Record<string, unknown>;

/** The requests that only ask: their contents come from the network, so they are read with care. */
export interface Requests {
  kernelInfo(): Content;
  isComplete(request: Content): Content;
  inspect(request: Content): Content;
  complete(request: Content): Content;
}

/** @param version of the TypeScript that cells are compiled with. */
export function createRequests(
  root: string,
  version: string,
  tslab: Tslab,
  converter: Converter,
  session: Session,
): Requests {
  const { version: implementation } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    version: string;
  };
  return {
    kernelInfo: () => ({
      status: "ok",
      protocol_version: "5.3",
      implementation: "counterweight",
      implementation_version: implementation,
      language_info: {
        name: "typescript",
        version,
        mimetype: "text/typescript",
        file_extension: ".ts",
        pygments_lexer: "typescript",
        codemirror_mode: { name: "javascript", mode: "typescript", typescript: true },
        nbconvert_exporter: "script",
      },
      banner: `Counterweight: TypeScript ${version} on Node.js ${process.version}`,
      help_links: [],
      debugger: false,
    }),

    isComplete({ code }) {
      const { completed, indent } = tslab.converter.isCompleteCode(String(code));
      return completed ? { status: "complete" } : { status: "incomplete", indent: indent ?? "" };
    },

    inspect({ code, cursor_pos }) {
      const { source, declarations } = session.read(String(code));
      const info = converter.inspect(declarations, source.code, source.toCode(units(String(code), Number(cursor_pos))));
      if (info === undefined) return { status: "ok", found: false, data: {}, metadata: {} };
      return { status: "ok", found: true, data: { "text/plain": tslab.inspect.printQuickInfo(info) }, metadata: {} };
    },

    complete({ code, cursor_pos }) {
      const text = String(code);
      const { source, declarations } = session.read(text);
      const found = converter.complete(declarations, source.code, source.toCode(units(text, Number(cursor_pos))));
      return {
        status: "ok",
        matches: found.candidates,
        cursor_start: characters(text, source.toNotebook(found.start)),
        cursor_end: characters(text, source.toNotebook(found.end)),
        metadata: {},
      };
    },
  };
}

/** Jupyter counts characters, JavaScript and its compiler count UTF-16 units. */
function units(text: string, position: number): number {
  return [...text].slice(0, position).join("").length;
}

function characters(text: string, position: number): number {
  return [...text.slice(0, position)].length;
}
