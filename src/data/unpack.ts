import { lstat, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";

import type { ArchiveLimits } from "./archive";
import { extractTar, inspectTar } from "./tarArchive";

/** What an archive may do at most, and how to stop. */
export interface UnpackOptions extends ArchiveLimits {
  readonly signal?: AbortSignal;
}

/** The first bytes of a zip archive: of a member, or of the end of an empty one. */
const ZIP_MARKS = ["504b0304", "504b0506"];

/**
 * Unpacks a tar archive (compressed or not) or a zip archive into a folder, whole or not at all.
 *
 * The archive is read twice: first every member is judged, and nothing is written unless all are plain files and
 * folders that stay inside `folder` and within the limits; then it is unpacked beside the target and moved into place.
 * What `folder` already holds is never overwritten. One unpacking of an archive at a time: callers that may meet hold a lock.
 *
 * @param archive path of the archive.
 * @param folder where its members shall lie; it must exist.
 * @param options see {@link UnpackOptions}.
 * @returns paths of the archive's files, relative to `folder`.
 * @throws Error naming the archive and the member, for a member outside the folder, a link or device, a limit passed,
 *   an empty or damaged archive, a full disk; the signal's reason when aborted.
 */
export async function unpack(archive: string, folder: string, options: UnpackOptions): Promise<string[]> {
  const { signal } = options;
  const zip = (await isZip(archive)) ? await import("./zipArchive") : undefined;
  const members = await (zip ? zip.inspectZip : inspectTar)(archive, options, signal);
  const staging = join(folder, `.${basename(archive)}.unpacking`);
  // A process that was killed may have left its own.
  await rm(staging, { recursive: true, force: true });
  await mkdir(staging);
  try {
    await (zip ? zip.extractZip(archive, staging, signal) : extractTar(archive, staging));
    signal?.throwIfAborted();
    await moveInto(staging, folder);
  } finally {
    await rm(staging, { recursive: true, force: true, maxRetries: 3 });
  }
  return members;
}

async function isZip(archive: string): Promise<boolean> {
  const file = await open(archive, "r");
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return ZIP_MARKS.includes(buffer.toString("hex", 0, bytesRead));
  } finally {
    await file.close();
  }
}

/** Moves what `from` holds into `to`: a name that is free in one step, a folder that is there already file by file. */
async function moveInto(from: string, to: string): Promise<void> {
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    const there = await lstat(target).catch(() => undefined);
    if (!there) await rename(source, target);
    else if (entry.isDirectory() && (await stat(target)).isDirectory()) await moveInto(source, target);
  }
}
