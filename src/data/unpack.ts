import { createReadStream } from "node:fs";
import { lstat, mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, join, posix } from "node:path";
import { extract, Parser, type ReadEntry } from "tar";

import { describeError } from "./errors";

/** What an archive may do at most. */
export interface UnpackOptions {
  /** Most bytes that its files may have together. */
  readonly maxBytes: number;
  /** Most members it may have. */
  readonly maxMembers?: number;
  readonly signal?: AbortSignal;
}

/**
 * Unpacks a tar archive (compressed or not) into a folder, whole or not at all.
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
 *   an empty or damaged archive; the signal's reason when aborted.
 */
export async function unpack(archive: string, folder: string, options: UnpackOptions): Promise<string[]> {
  const members = await inspect(archive, options);
  const staging = join(folder, `.${basename(archive)}.unpacking`);
  // A process that was killed may have left its own.
  await rm(staging, { recursive: true, force: true });
  await mkdir(staging);
  try {
    await extract({
      file: archive,
      cwd: staging,
      strict: true,
      preserveOwner: false,
      filter: (_path, entry) => isFile(entry as ReadEntry) || (entry as ReadEntry).type === "Directory",
    }).catch((error: unknown) => {
      throw new Error(`${archive} cannot be unpacked: ${describeError(error)}`, { cause: error });
    });
    options.signal?.throwIfAborted();
    await moveInto(staging, folder);
  } finally {
    await rm(staging, { recursive: true, force: true, maxRetries: 3 });
  }
  return members;
}

/**
 * Reads the whole archive and writes nothing; returns its files, or throws at the first member that must not be
 * unpacked.
 */
async function inspect(archive: string, { maxBytes, maxMembers = 100_000, signal }: UnpackOptions): Promise<string[]> {
  const files: string[] = [];
  let members = 0;
  let bytes = 0;
  let refusal: Error | undefined;
  const refuse = (reason: string) => (refusal ??= new Error(`${archive} is not unpacked: ${reason}`));
  const parser = new Parser({
    strict: true,
    onReadEntry(entry) {
      bytes += entry.size;
      if (++members > maxMembers) refuse(`it has more than ${maxMembers} members`);
      else if (!isFile(entry) && entry.type !== "Directory") {
        const target = entry.linkpath ? ` to ${JSON.stringify(entry.linkpath)}` : "";
        refuse(`its member ${JSON.stringify(entry.path)} is a ${entry.type}${target}, accepted are files and folders`);
      } else if (leavesFolder(entry.path)) refuse(`its member ${JSON.stringify(entry.path)} lies outside the folder`);
      else if (bytes > maxBytes) refuse(`its files have more than the ${maxBytes} bytes allowed`);
      else if (isFile(entry)) files.push(posix.normalize(entry.path));
      entry.resume();
    },
  });
  const ended = new Promise<void>((resolve, reject) => {
    parser.on("end", resolve);
    parser.on("error", (error: Error) => reject(new Error(`${archive} cannot be read: ${error.message}`)));
  });
  ended.catch(() => undefined);
  for await (const chunk of createReadStream(archive, { highWaterMark: 1 << 20 })) {
    signal?.throwIfAborted();
    parser.write(chunk as Buffer);
    // The parser works through a chunk in turns of the event loop; a refusal shall stop it soon, not at the end of a
    // bomb.
    await Promise.race([new Promise((resolve) => setImmediate(resolve)), ended]);
    if (refusal) throw refusal;
  }
  parser.end();
  await ended;
  if (refusal) throw refusal;
  if (files.length === 0) throw new Error(`${archive} is not unpacked: it holds no file`);
  return files;
}

function isFile(entry: ReadEntry): boolean {
  return entry.type === "File" || entry.type === "OldFile" || entry.type === "ContiguousFile";
}

function leavesFolder(path: string): boolean {
  return /^([/\\]|[A-Za-z]:)/.test(path) || path.split(/[/\\]/).includes("..");
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
