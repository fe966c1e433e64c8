import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import type { SourceMapPayload } from "node:module";
import { join } from "node:path";

/** A file of the project as CommonJS. */
export interface Compiled {
  code: string;
  map: SourceMapPayload;
}

/** What was compiled in earlier sessions: one entry per file, valid for one content only. */
export interface CompileCache {
  /** The compiled file: the kept one if text and settings are those of then, else what `compile` gives, which is kept. */
  take(name: string, text: string, compile: () => Compiled): Compiled;
}

/**
 * Keeps compiled files from one kernel to the next, since a hundred of them take a second.
 *
 * @param folder is made when needed; where it cannot be written, everything is compiled each time.
 * @param settings whatever else decides what a text is compiled to.
 */
export function createCompileCache(folder: string, settings: unknown): CompileCache {
  const salt = JSON.stringify(settings);

  return {
    take(name, text, compile) {
      const key = createHash("sha256").update(salt).update("\0").update(name).update("\0").update(text).digest("hex");
      const file = join(folder, `${createHash("sha256").update(name).digest("hex").slice(0, 32)}.json`);
      const kept = read(file);
      if (kept?.key === key) return kept;
      const compiled = compile();
      write(folder, file, { key, ...compiled });
      return compiled;
    },
  };
}

function read(file: string): (Compiled & { key: string }) | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Compiled & { key: string };
  } catch {
    // Absent or damaged: compiled anew.
    return undefined;
  }
}

function write(folder: string, file: string, entry: Compiled & { key: string }): void {
  try {
    mkdirSync(folder, { recursive: true });
    const whole = `${file}.${process.pid}.tmp`;
    writeFileSync(whole, JSON.stringify(entry));
    renameSync(whole, file);
  } catch {
    // A read-only project is no reason not to run.
  }
}
