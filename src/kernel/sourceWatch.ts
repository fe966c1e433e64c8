import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Project } from "./project";

/** What became of the project's files since the last look. */
export interface SourceChanges {
  created: string[];
  changed: string[];
  deleted: string[];
}

/**
 * Looks at the project's files when asked, instead of being told by the operating system: a cell then always sees what was
 * saved before it was sent, and no event comes at a moment that suits nobody.
 */
export interface SourceWatch {
  /** Also looks at a file outside `src`. */
  add(file: string): void;
  look(): SourceChanges;
}

/** @param project its `src` is watched whole, other files of it once they are added. */
export function watchSources(project: Project): SourceWatch {
  const added = new Set<string>();
  let stamps = take();

  function take(): Map<string, string> {
    const found = new Map<string, string>();
    for (const file of [...filesUnder(join(project.root, "src")), ...added]) {
      const stats = statSync(file, { throwIfNoEntry: false });
      // An atomic save gives the file a new inode, with whatever time.
      if (stats?.isFile()) found.set(file, `${stats.ino} ${stats.size} ${stats.mtimeMs}`);
    }
    return found;
  }

  return {
    add(file) {
      if (added.has(file) || !project.owns(file)) return;
      added.add(file);
      const stats = statSync(file, { throwIfNoEntry: false });
      if (stats?.isFile()) stamps.set(file, `${stats.ino} ${stats.size} ${stats.mtimeMs}`);
    },
    look() {
      const before = stamps;
      stamps = take();
      const changes: SourceChanges = { created: [], changed: [], deleted: [] };
      for (const [file, stamp] of stamps) {
        const old = before.get(file);
        if (old === undefined) changes.created.push(file);
        else if (old !== stamp) changes.changed.push(file);
      }
      for (const file of before.keys()) if (!stamps.has(file)) changes.deleted.push(file);
      return changes;
    },
  };
}

function filesUnder(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
