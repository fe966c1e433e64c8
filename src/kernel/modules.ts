import { readFileSync } from "node:fs";
import Module from "node:module";
import { join } from "node:path";
import type { Cells } from "./cells";
import type { Compiler } from "./compiler";
import type { Project } from "./project";
import type { SourceMaps } from "./sourceMaps";
import type { SourceChanges, SourceWatch } from "./sourceWatch";
import { isTensorLibrary, yieldInReads } from "./tensorReads";

/** The parts of Node's module loader that have no types. */
interface Loader {
  _resolveFilename(request: string, parent: NodeModule | undefined, ...rest: unknown[]): string;
  _load(request: string, parent: NodeModule | undefined, ...rest: unknown[]): unknown;
  _extensions: Record<string, (module: CompilableModule, file: string) => void>;
  _pathCache: Record<string, string>;
}

interface CompilableModule extends NodeModule {
  _compile(code: string, file: string): void;
}

/** Node's `require`, for cells and for the project's own modules. */
export interface Modules {
  /** What a cell gets: relative names start at the project's folder. */
  require: NodeJS.Require;
  /** Forgets the project's modules if one of them changed, so that the next import runs what is on disk. */
  refresh(changes: SourceChanges): void;
  /** Forgets the modules, of whomever, that an interrupt left half loaded: their next import starts them anew. */
  forgetHalfLoaded(): void;
}

/**
 * Teaches `require` what the compiler knows: TypeScript files and the `paths` of tsconfig.json. So a name means the same module
 * to the compiler and at run time, and the code that runs is the source, never an older build.
 *
 * @param library what `import "tslab"` gives.
 */
export function installModules(
  project: Project,
  compiler: Compiler,
  watch: SourceWatch,
  maps: SourceMaps,
  cells: Cells,
  library: unknown,
): Modules {
  const loader = Module as unknown as Loader;
  const { _resolveFilename: resolveFilename, _load: load } = loader;
  const patterns = Object.keys(compiler.options.paths ?? {}).map((pattern) => pattern.split("*"));
  const resolved = new Map<string, string | undefined>();
  const compiled = new Map<string, { text: string; code: string }>();

  /** What `paths` makes of a name, by the compiler's own rules. */
  function mapped(request: string, parent: string): string | undefined {
    const matches = patterns.some(([start, end]) =>
      end === undefined ? request === start : request.startsWith(start) && request.endsWith(end),
    );
    if (!matches) return undefined;
    if (!resolved.has(request)) {
      const { ts, options } = compiler;
      const found = ts.resolveModuleName(request, parent, options, ts.sys).resolvedModule;
      resolved.set(request, found?.extension === ts.Extension.Dts ? undefined : found?.resolvedFileName);
    }
    return resolved.get(request);
  }

  loader._resolveFilename = (request, parent, ...rest) => {
    const importer = parent?.filename ?? undefined;
    const file = importer !== undefined && project.owns(importer) ? mapped(request, importer) : undefined;
    return file ?? resolveFilename(request, parent, ...rest);
  };

  loader._load = (request, parent, ...rest) => {
    if (request === "tslab") return library;
    const exports = load(request, parent, ...rest);
    if (isTensorLibrary(request)) yieldInReads(exports, cells);
    return exports;
  };

  const otherwise = loader._extensions[".ts"];
  loader._extensions[".ts"] = (module, file) => {
    if (!project.owns(file)) {
      if (otherwise !== undefined) return otherwise(module, file);
      throw new Error(`${file} is TypeScript outside of the project: only the project's own files are compiled`);
    }
    watch.add(file);
    const text = readFileSync(file, "utf8");
    let entry = compiled.get(file);
    if (entry?.text !== text) {
      const { code, map } = compiler.transpile(file, text);
      maps.add(file, { name: project.display(file), text, code }, [map]);
      compiled.set(file, (entry = { text, code }));
    }
    module._compile(entry.code, file);
  };

  const cellRequire = Module.createRequire(join(project.root, "__tslab__.ts"));

  return {
    require: cellRequire,
    forgetHalfLoaded() {
      for (const [file, module] of Object.entries(require.cache)) {
        if (module?.loaded === false && module !== require.main) delete require.cache[file];
      }
    },
    refresh({ created, changed, deleted }) {
      if (created.length + changed.length + deleted.length === 0) return;
      for (const file of Object.keys(require.cache)) if (project.owns(file)) delete require.cache[file];
      if (created.length + deleted.length === 0) return;
      // A name may mean another file now.
      resolved.clear();
      for (const [key, file] of Object.entries(loader._pathCache))
        if (project.owns(file)) delete loader._pathCache[key];
    },
  };
}
