import { join } from "node:path";
import type * as ts from "typescript";
import type { Project } from "./project";
import type { TypeScript } from "./tslab";

/** Options that say how files are written or checked one by one; a cell is neither, and tslab sets its own. */
const NOT_FOR_CELLS = [
  "allowImportingTsExtensions",
  "composite",
  "declaration",
  "declarationDir",
  "declarationMap",
  "emitDeclarationOnly",
  "incremental",
  "inlineSourceMap",
  "isolatedModules",
  "module",
  "noEmit",
  "noUnusedLocals",
  "noUnusedParameters",
  "outDir",
  "outFile",
  "rootDir",
  "rootDirs",
  "sourceMap",
  "tsBuildInfoFile",
  "verbatimModuleSyntax",
];

/** Options that change what a module compiles to. */
const FOR_MODULES = ["target", "esModuleInterop", "jsx", "experimentalDecorators", "useDefineForClassFields"];

/**
 * The project's compiler options, as far as tslab's TypeScript understands them: names and values of later versions are left out
 * by its own parser.
 *
 * @throws Error when tsconfig.json cannot be read.
 */
export function projectOptions(ts: TypeScript, project: Project): ts.CompilerOptions {
  const path = join(project.root, "tsconfig.json");
  const { config, error } = ts.readConfigFile(path, (file) => ts.sys.readFile(file));
  if (error !== undefined) throw new Error(ts.flattenDiagnosticMessageText(error.messageText, "\n"));
  // No list of files is wanted: cells name what they import.
  const host: ts.ParseConfigHost = {
    useCaseSensitiveFileNames: true,
    readDirectory: () => [],
    fileExists: (file) => ts.sys.fileExists(file),
    readFile: (file) => ts.sys.readFile(file),
  };
  const parsed = ts.parseJsonConfigFileContent(config, host, project.root, undefined, path).options;
  return Object.fromEntries(Object.entries(parsed).filter(([, value]) => value !== undefined));
}

/** What a cell is compiled with: tslab's own options, overruled by the project's where they concern the language and its modules. */
export function cellOptions(ts: TypeScript, own: ts.CompilerOptions, project: ts.CompilerOptions): ts.CompilerOptions {
  const wanted = Object.fromEntries(Object.entries(project).filter(([name]) => !NOT_FOR_CELLS.includes(name)));
  return {
    ...own,
    ...wanted,
    moduleResolution: project.moduleResolution ?? ts.ModuleResolutionKind.Bundler,
    checkJs: false,
    // A module is strict by itself; the directive would stand in the way of tslab's second step.
    alwaysStrict: false,
    inlineSourceMap: true,
  };
}

/** What a file of the project is compiled with when it is required. */
export function moduleOptions(ts: TypeScript, project: ts.CompilerOptions): ts.CompilerOptions {
  const wanted = Object.entries(project).filter(([name]) => FOR_MODULES.includes(name));
  return {
    target: ts.ScriptTarget.ES2022,
    ...Object.fromEntries(wanted),
    module: ts.ModuleKind.CommonJS,
    sourceMap: true,
  };
}
