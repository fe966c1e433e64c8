import type { SourceMapPayload } from "node:module";
import { join } from "node:path";
import type * as ts from "typescript";
import { createCompileCache } from "./compileCache";
import type { Compiled } from "./compileCache";
import { cellOptions, moduleOptions, projectOptions } from "./compilerOptions";
import { moduleHost } from "./compilerHost";
import { cellDiagnostics, projectImports } from "./diagnostics";
import type { Project } from "./project";
import { withQuotedNames } from "./quotedNames";
import type { SourceChanges, SourceWatch } from "./sourceWatch";
import { tslabRequire } from "./tslab";
import type { TypeScript } from "./tslab";

/** TypeScript as the kernel uses it: for cells through tslab, for the project's modules directly. */
export interface Compiler {
  readonly ts: TypeScript;
  /** The project's own options. */
  readonly options: ts.CompilerOptions;
  /** Compiles a file of the project to CommonJS. */
  transpile(file: string, text: string): Compiled;
  /** The source maps of a cell that tslab has just converted, that of the last step first. */
  takeMaps(output: string): SourceMapPayload[];
  /** Tells the compiler what became of the files; `retry` makes it look again for modules that it did not find. */
  refresh(changes: SourceChanges, retry: boolean): void;
}

/** The name under which tslab compiles a cell from ES module to CommonJS. */
const SECOND_STEP = "custom.js";
const INLINE_MAP = /\n\/\/# sourceMappingURL=data:application\/json;base64,([A-Za-z0-9+/=]+)\s*$/;
const MAP_COMMENT = /\n\/\/# sourceMappingURL=.*\s*$/;

/** What tslab uses of TypeScript besides its public interface. */
interface TslabTypeScript extends TypeScript {
  getPreEmitDiagnosticsOfFiles(program: ts.Program, files: readonly ts.SourceFile[]): readonly ts.Diagnostic[];
}

/**
 * Puts a copy of TypeScript in tslab's way that knows the project's options, asks for files only when told to, keeps source maps,
 * and checks and compiles the cell alone. Must run before tslab is loaded.
 */
export function installCompiler(project: Project, watch: SourceWatch): Compiler {
  const load = tslabRequire(project.root);
  const path = load.resolve("@tslab/typescript-for-tslab");
  const original = load(path) as TslabTypeScript;
  const options = projectOptions(original, project);
  const settings = moduleOptions(original, options);
  const cache = createCompileCache(join(project.root, ".setup", "kernel"), [original.version, settings]);
  const host = moduleHost(original, watch);
  const maps = new Map<string, SourceMapPayload[]>();
  const cellFile = join(project.root, "__tslab__.ts");

  const copy: TslabTypeScript = {
    ...original,
    sys: host.system,
    createWatchCompilerHost: ((files: string[], own: ts.CompilerOptions, system: ts.System) => {
      host.adopt(system);
      const wanted = cellOptions(original, own, options);
      // The usual builder maps who refers to whom among a thousand files anew for each cell, which takes longer than the cell.
      const silent = () => undefined;
      return original.createWatchCompilerHost(files, wanted, system, original.createAbstractBuilder, silent, silent);
    }) as TypeScript["createWatchCompilerHost"],
    createWatchProgram: ((watchHost: ts.WatchCompilerHost<ts.BuilderProgram>) => {
      const adopt = watchHost.afterProgramCreate?.bind(watchHost);
      watchHost.afterProgramCreate = (builder) => adopt?.(cellBuilder(original, builder, cellFile));
      return original.createWatchProgram(watchHost as ts.WatchCompilerHostOfFilesAndCompilerOptions<ts.BuilderProgram>);
    }) as TypeScript["createWatchProgram"],
    transpileModule(input, settings) {
      if (settings.fileName !== SECOND_STEP) return original.transpileModule(input, settings);
      const first = INLINE_MAP.exec(input);
      const compilerOptions = { ...settings.compilerOptions, sourceMap: true };
      const result = original.transpileModule(input.replace(INLINE_MAP, ""), { ...settings, compilerOptions });
      const outputText = result.outputText.replace(MAP_COMMENT, "");
      const steps = [result.sourceMapText ?? "", Buffer.from(first?.[1] ?? "", "base64").toString()];
      if (steps.every(Boolean))
        maps.set(
          outputText,
          steps.map((text) => JSON.parse(text) as SourceMapPayload),
        );
      return { ...result, outputText };
    },
    getPreEmitDiagnosticsOfFiles: (program, files) => cellDiagnostics(original, cellFile, program, files),
  };
  const loaded = load.cache[path];
  if (loaded === undefined) throw new Error(`${path} is not in the module cache`);
  loaded.exports = copy;

  return {
    ts: original,
    options,
    transpile(file, text) {
      const name = project.display(file);
      return cache.take(name, text, () => transpile(original, name, text, settings));
    },
    takeMaps(output) {
      const found = maps.get(output) ?? [];
      maps.clear();
      return found;
    },
    refresh: host.refresh,
  };
}

/** The program as tslab uses it: only the cell is compiled here, since the modules it imports are compiled when they are required. */
function cellBuilder(ts: TypeScript, builder: ts.BuilderProgram, cellFile: string): ts.BuilderProgram {
  // tslab reads the names that a cell declares, which exist once the file is bound to a checker.
  builder.getProgram().getTypeChecker();
  return {
    ...builder,
    emit: (file, write, cancel, declarationsOnly, transformers) =>
      file?.fileName === cellFile
        ? builder.emit(file, write, cancel, declarationsOnly, withQuotedNames(ts, transformers))
        : { emitSkipped: true, diagnostics: [] },
    getAllDependencies: (file) => projectImports(builder.getProgram(), file),
  };
}

function transpile(ts: TypeScript, name: string, text: string, compilerOptions: ts.CompilerOptions): Compiled {
  const result = ts.transpileModule(text, { fileName: name, compilerOptions, reportDiagnostics: true });
  const [problem] = result.diagnostics ?? [];
  if (problem !== undefined) {
    const at = problem.file?.getLineAndCharacterOfPosition(problem.start ?? 0);
    const place = at === undefined ? name : `${name}:${at.line + 1}:${at.character + 1}`;
    throw new SyntaxError(`${place} - ${ts.flattenDiagnosticMessageText(problem.messageText, "\n")}`);
  }
  const map = JSON.parse(result.sourceMapText ?? "") as SourceMapPayload;
  return { code: result.outputText.replace(MAP_COMMENT, ""), map };
}
