import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Script } from "node:vm";
import type { Cell, Cells } from "./cells";
import { readCell } from "./cellSource";
import type { CellSource } from "./cellSource";
import type { Compiler } from "./compiler";
import { declarationsAfterFailure } from "./declarations";
import { cellTimers, isScriptInterrupt, turn, untilInterrupted } from "./interrupt";
import type { CellTimers } from "./interrupt";
import type { Modules } from "./modules";
import type { Project } from "./project";
import { present } from "./result";
import type { MimeBundle } from "./result";
import type { Sigint } from "./sigint";
import type { SourceMaps } from "./sourceMaps";
import type { SourceWatch } from "./sourceWatch";
import { CompileError, placeOf } from "./traceback";
import type { Converter, Diagnostic } from "./tslab";

/** What a session is made of. */
export interface SessionParts {
  project: Project;
  compiler: Compiler;
  converter: Converter;
  modules: Modules;
  watch: SourceWatch;
  maps: SourceMaps;
  cells: Cells;
  sigint: Sigint;
}

/** One notebook's cells, one after the other, each seeing what those before it declared. */
export interface Session {
  /** Runs a cell; the promise resolves with what its last expression shows, and rejects with whatever the cell threw. */
  run(text: string, cell: Cell): Promise<MimeBundle | undefined>;
  /** A cell as the compiler would get it, and the declarations it would see. */
  read(text: string): { source: CellSource; declarations: string };
}

type Exports = Record<string, unknown>;
type Scope = { exports: Exports; require: NodeJS.Require; begin: () => void } & CellTimers;

/** "Cannot find module": worth another look at the disk before the next cell. */
const NOT_FOUND = new Set([2307, 2792, 7016]);
/** tslab puts `export {};` before each cell. */
const LINES_BEFORE = 1;
/** TypeScript begins a module with `exports.x = exports.y = void 0;`, which would take away what an earlier cell has declared. */
const UNSET = /^(exports\.[\p{ID_Continue}$]+ = )+void 0;$/mu;
const SCOPE = Symbol.for("counterweight.kernel.scope");

/** A session in which nothing has been declared yet. */
export function createSession(parts: SessionParts): Session {
  const { project, compiler, converter, modules, watch, maps, cells, sigint } = parts;
  const { exports, assigned } = sharedExports();
  const timers = cellTimers(() => cells.current()?.signal);
  let declarations = "";
  let retry = false;

  /** Starts a cell's code; an interrupt ends whatever of it runs before its first `await`. */
  function start(script: Script, scope: Scope): unknown {
    (globalThis as { [SCOPE]?: Scope })[SCOPE] = scope;
    return sigint.run(script);
  }

  function compile(text: string, cell: Cell) {
    const changes = watch.look();
    modules.refresh(changes);
    compiler.refresh(changes, retry);
    const source = readCell(compiler.ts, text, project);
    const converted = converter.convert(declarations, source.code);
    retry = converted.diagnostics.some(({ code }) => NOT_FOUND.has(code));
    if (converted.diagnostics.length > 0) {
      throw new CompileError(converted.diagnostics.map((each) => finding(each, cell.name, text, source, project)));
    }
    const output = converted.output ?? "";
    const code = output.replace(UNSET, "");
    maps.add(cell.name, { name: cell.name, text, code, skippedLines: LINES_BEFORE }, compiler.takeMaps(output));
    return { script: prepare(cell.name, code, source.awaits), source, converted };
  }

  async function execute(text: string, cell: Cell): Promise<MimeBundle | undefined> {
    const { script, source, converted } = compile(text, cell);
    // An interrupt that came while the compiler was busy is served here: the second turn is the one that looks for signals.
    await turn();
    await turn();
    cell.signal.throwIfAborted();
    assigned.clear();
    try {
      const begin = () => {
        sigint.look();
        cell.signal.throwIfAborted();
      };
      const running = start(script, { exports, require: modules.require, begin, ...timers });
      if (source.awaits) await untilInterrupted(running as Promise<void>, cell.signal);
    } catch (error) {
      const missed = new Set([...source.declares].filter((name) => !assigned.has(name)));
      declarations = declarationsAfterFailure(compiler.ts, declarations, converted.declOutput ?? "", missed);
      if (!isScriptInterrupt(error)) throw error;
      modules.forgetHalfLoaded();
      cell.interrupt();
      cell.signal.throwIfAborted();
    }
    declarations = converted.declOutput ?? "";
    // A variable without a value has none, whatever an earlier cell called by its name.
    for (const name of source.declares) if (!assigned.has(name)) delete exports[name];
    const name = converted.lastExpressionVar;
    if (name === undefined) return undefined;
    let value = exports[name];
    delete exports[name];
    if (isThenable(value)) value = await untilInterrupted(value, cell.signal);
    return source.shows ? present(value, modules.require) : undefined;
  }

  return {
    run: (text, cell) => cells.run(cell, () => execute(text, cell)),
    read: (text) => ({ source: readCell(compiler.ts, text, project), declarations }),
  };
}

/** Compiles a cell's JavaScript to a script that takes its scope from the process. */
function prepare(name: string, code: string, awaits: boolean): Script {
  // The timers have a scope of their own, so that a cell may declare these names itself. The code starts on a line of its own.
  // What has been interrupted already does not begin: from here on an interrupt ends the script.
  const text =
    `(({ setTimeout, setInterval, exports, require, begin }) => (begin(), ${awaits ? "async " : ""}function (exports, require) { ` +
    `"use strict";\n${code}\n})(exports, require))(globalThis[Symbol.for("counterweight.kernel.scope")])`;
  return new Script(text, { filename: name, lineOffset: -1 });
}

/**
 * What cells declare, for those after them, and which names were given a value since the set was cleared.
 * TypeScript defines imported names as getters, which a later cell could not overwrite.
 */
function sharedExports(): { exports: Exports; assigned: Set<string> } {
  const values: Exports = {};
  const assigned = new Set<string>();
  const exports = new Proxy(values, {
    defineProperty(_, name, { get, value }) {
      if (name === "__esModule") return true;
      values[name as string] = get === undefined ? value : get();
      assigned.add(name as string);
      return true;
    },
  });
  return { exports, assigned };
}

function finding(diagnostic: Diagnostic, name: string, text: string, source: CellSource, project: Project) {
  const { fileName, code, messageText: message, start: position } = diagnostic;
  if (fileName !== undefined) {
    return { place: placeOf(diagnostic, name, readFileSync(resolve(project.root, fileName), "utf8")), code, message };
  }
  const offset = source.toNotebook(position.offset);
  const before = text.slice(0, offset).split("\n");
  const start = { offset, line: before.length - 1, character: before[before.length - 1].length };
  return { place: placeOf({ ...diagnostic, start }, name, text), code, message };
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | undefined | null)?.then === "function";
}
