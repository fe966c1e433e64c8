import { statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

import { parseModule, readModule, type SourceModule } from "./sourceModule";

/** What a notebook can come to depend on in a project's sources. */
export interface Dependencies {
  /**
   * The source files on which the result of some code cells rests.
   *
   * @param code sources of the cells.
   * @param folder the notebook's folder, where its relative imports start.
   * @returns paths relative to the project, sorted.
   */
  of(code: readonly string[], folder: string): string[];
}

/**
 * Finds out, without running anything, which source files a notebook rests on.
 *
 * A name is followed through the index files to the file that declares it, and from there through all that this file imports: a
 * notebook that reads `losses.binary.focal` does not rest on the other losses, one that takes `losses.binary` as a whole rests on
 * all of them. Files that act when they are loaded, such as those that register gradients, belong to every notebook that loads
 * them; so does what the kernel shows results with. Where the way cannot be told, too much is taken, never too little: a text that
 * is a relative path counts as an import. Not seen are modules whose name is put together at run time.
 *
 * @param root folder of the project, with `src/index.ts`.
 */
export function sourceDependencies(root: string): Dependencies {
  const modules = new Map<string, SourceModule>();
  const moduleOf = (file: string): SourceModule => {
    const known = modules.get(file) ?? readModule(file);
    modules.set(file, known);
    return known;
  };
  const loaded = new Map<string, readonly string[]>();

  /** The file that a specifier means; undefined for packages. */
  function locate(specifier: string, folder: string): string | undefined {
    const path = specifier.startsWith(".")
      ? resolve(folder, specifier)
      : specifier === "counterweight"
        ? join(root, "src")
        : specifier.startsWith("counterweight/")
          ? join(root, specifier.slice("counterweight/".length))
          : undefined;
    if (path === undefined) return undefined;
    return [path, `${path}.ts`, join(path, "index.ts"), path.replace(/\.js$/, ".ts")].find(
      (file) => file.endsWith(".ts") && isFile(file),
    );
  }

  /** All files that are loaded with one. */
  function loadedWith(file: string, found = new Set<string>()): ReadonlySet<string> {
    if (found.has(file)) return found;
    found.add(file);
    for (const next of targets(moduleOf(file), dirname(file))) loadedWith(next, found);
    return found;
  }
  function targets({ bindings, effects, reExports, stars }: SourceModule, folder: string): string[] {
    const specifiers = [...bindings, ...reExports.values()].map(({ from }) => from);
    return [...specifiers, ...effects, ...stars].flatMap((specifier) => locate(specifier, folder) ?? []);
  }
  const actorsOf = (file: string): readonly string[] => {
    const known = loaded.get(file) ?? [...loadedWith(file)].filter((each) => moduleOf(each).acts);
    loaded.set(file, known);
    return known;
  };

  function exportsOf(file: string, seen = new Set<string>()): Set<string> {
    if (seen.has(file)) return new Set();
    seen.add(file);
    const { own, reExports, stars } = moduleOf(file);
    const names = new Set([...own, ...reExports.keys()]);
    for (const star of stars) {
      const target = locate(star, dirname(file));
      if (target) for (const name of exportsOf(target, seen)) names.add(name);
    }
    return names;
  }

  function collect(start: SourceModule, folder: string): Set<string> {
    const found = new Set<string>();
    const asked = new Set<string>();

    /** A file as a whole: its text, and all that it uses. */
    const include = (file: string): void => {
      if (found.has(file)) return;
      found.add(file);
      follow(moduleOf(file), dirname(file));
    };
    const follow = ({ bindings, effects }: SourceModule, from: string): void => {
      for (const effect of effects) {
        const target = locate(effect, from);
        if (target) include(target);
      }
      for (const { from: specifier, name, paths } of bindings) {
        const target = locate(specifier, from);
        if (target === undefined) continue;
        for (const actor of actorsOf(target)) include(actor);
        for (const path of paths) ask(target, name === undefined ? path : [name, ...path]);
      }
    };
    /** What lies behind a path of names in a module; all of its exports for an empty path. */
    const ask = (file: string, path: readonly string[]): void => {
      const key = [file, ...path].join("\0");
      if (asked.has(key)) return;
      asked.add(key);
      const { own, reExports, stars, effects } = moduleOf(file);
      const [name, ...rest] = path;
      for (const effect of effects) {
        const target = locate(effect, dirname(file));
        if (target) include(target);
      }
      if (name === undefined) {
        for (const each of exportsOf(file)) ask(file, [each]);
        return;
      }
      const handed = reExports.get(name);
      const target = handed && locate(handed.from, dirname(file));
      if (own.has(name) || (handed && !target)) include(file);
      else if (handed && target) ask(target, handed.name === undefined ? rest : [handed.name, ...rest]);
      else {
        const stages = stars.flatMap((star) => locate(star, dirname(file)) ?? []);
        const holding = stages.filter((stage) => exportsOf(stage).has(name));
        if (holding.length === 0) include(file);
        for (const stage of holding) ask(stage, path);
      }
    };
    follow(start, folder);
    return found;
  }

  return {
    of(code, folder) {
      const cells = parseModule(code.join("\n"), join(folder, "cells.ts"));
      const shown = join(root, "src", "notebook", "mime.ts");
      const shows = isFile(shown) ? [`./${relative(root, shown)}`] : [];
      const files = [
        ...collect(cells, folder),
        ...collect(parseModule(shows.map((file) => `import ${JSON.stringify(file)};`).join("\n"), "kernel.ts"), root),
      ];
      return [...new Set(files)].map((file) => relative(root, file)).sort();
    },
  };
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
