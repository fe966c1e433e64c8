import { createReadStream } from "node:fs";
import { extract, Parser, type ReadEntry } from "tar";

import { Inspection, type ArchiveLimits } from "./archive";
import { ArchiveError, describeError } from "./errors";

/**
 * Reads a whole tar archive and writes nothing; returns its files, or throws at the first member that must not be
 * unpacked.
 */
export async function inspectTar(archive: string, limits: ArchiveLimits, signal?: AbortSignal): Promise<string[]> {
  const inspection = new Inspection(archive, limits);
  const parser = new Parser({
    strict: true,
    onReadEntry(entry) {
      inspection.add({ path: entry.path, kind: kindOf(entry), size: entry.size, target: entry.linkpath });
      entry.resume();
    },
  });
  const ended = new Promise<void>((resolve, reject) => {
    parser.on("end", resolve);
    parser.on("error", (error: Error) => reject(new ArchiveError(`${archive} cannot be read: ${error.message}`)));
  });
  ended.catch(() => undefined);
  for await (const chunk of createReadStream(archive, { highWaterMark: 1 << 20 })) {
    signal?.throwIfAborted();
    parser.write(chunk as Buffer);
    // The parser works through a chunk in turns of the event loop; a refusal shall stop it soon, not at the end of a
    // bomb.
    await Promise.race([new Promise((resolve) => setImmediate(resolve)), ended]);
    if (inspection.refusal) throw inspection.refusal;
  }
  parser.end();
  await ended;
  return inspection.finish();
}

/** Unpacks a tar archive that was inspected into an empty folder. */
export async function extractTar(archive: string, folder: string): Promise<void> {
  await extract({
    file: archive,
    cwd: folder,
    strict: true,
    preserveOwner: false,
    filter: (_path, entry) => ["file", "folder"].includes(kindOf(entry as ReadEntry)),
  }).catch((error: unknown) => {
    throw new Error(`${archive} cannot be unpacked: ${describeError(error)}`, { cause: error });
  });
}

function kindOf({ type }: ReadEntry): string {
  if (type === "File" || type === "OldFile" || type === "ContiguousFile") return "file";
  return type === "Directory" ? "folder" : type;
}
