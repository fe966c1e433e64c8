import { existsSync, realpathSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";

/** The project whose notebooks the kernel runs. */
export interface Project {
  /** The project's folder: the kernel's working directory, whatever folder the notebook is in. */
  readonly root: string;
  /** The folder that the kernel was started in, which is the notebook's: relative imports start there. */
  readonly notebookFolder: string;
  /** Whether a file belongs to the project itself, so that it may change while the kernel runs. */
  owns(file: string): boolean;
  /** A file's path as people know it: relative to the project, if it lies inside. */
  display(file: string): string;
}

/** Installed, built or generated: never edited while a kernel runs. */
const FOREIGN = new Set(["dist", "node_modules", "vendor"]);

/**
 * Finds the project and moves the process there.
 *
 * @param launcherFolder the folder of the built launcher, `<root>/dist/kernel`; COUNTERWEIGHT_ROOT overrides what it implies.
 * @throws Error when the folder found holds no tsconfig.json.
 */
export function enterProject(launcherFolder: string): Project {
  const found = resolve(process.env.COUNTERWEIGHT_ROOT ?? join(launcherFolder, "..", ".."));
  if (!existsSync(join(found, "tsconfig.json"))) {
    throw new Error(`no tsconfig.json in ${found}: COUNTERWEIGHT_ROOT must name the folder of the project`);
  }
  const root = realpathSync(found);
  const notebookFolder = process.cwd();
  process.chdir(root);

  const inside = (file: string): string | undefined => {
    const path = relative(root, file);
    return path === "" || path === ".." || path.startsWith(`..${sep}`) ? undefined : path;
  };
  return {
    root,
    notebookFolder,
    owns(file) {
      const folders = inside(file)?.split(sep);
      if (folders === undefined || FOREIGN.has(folders[0]) || folders.includes("node_modules")) return false;
      return folders.length === 1 || !folders[0].startsWith(".");
    },
    display: (file) => inside(file) ?? file,
  };
}
