import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { crc32 } from "node:zlib";
import { openPromise, type Entry, type ZipFile } from "yauzl";

import { Inspection, type ArchiveLimits } from "./archive";
import { ArchiveError, describeError } from "./errors";

const UNIX = 3;
const FILE_TYPE = 0o170_000;
const SYMBOLIC_LINK = 0o120_000;

/**
 * Reads the directory of a zip archive and writes nothing; returns its files, or throws at the first member that must
 * not be unpacked.
 */
export async function inspectZip(archive: string, limits: ArchiveLimits, signal?: AbortSignal): Promise<string[]> {
  const inspection = new Inspection(archive, limits);
  await forEachEntry(archive, "read", (_zip, entry) => {
    signal?.throwIfAborted();
    if (entry.isEncrypted()) inspection.refuse(`its member ${JSON.stringify(entry.fileName)} is encrypted`);
    inspection.add({ path: entry.fileName, kind: kindOf(entry), size: entry.uncompressedSize });
    if (inspection.refusal) throw inspection.refusal;
  });
  return inspection.finish();
}

/** Unpacks a zip archive that was inspected into an empty folder. */
export async function extractZip(archive: string, folder: string, signal?: AbortSignal): Promise<void> {
  await forEachEntry(archive, "unpacked", async (zip, entry) => {
    signal?.throwIfAborted();
    const target = join(folder, entry.fileName);
    if (kindOf(entry) === "folder") {
      await mkdir(target, { recursive: true });
      return;
    }
    await mkdir(dirname(target), { recursive: true });
    let sum = 0;
    await pipeline(
      await zip.openReadStreamPromise(entry),
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          sum = crc32(chunk, sum);
          yield chunk;
        }
      },
      createWriteStream(target, { flags: "wx" }),
    );
    if (sum !== entry.crc32) {
      throw new ArchiveError(`${archive}: its member ${JSON.stringify(entry.fileName)} is damaged (CRC-32)`);
    }
  });
}

/** Calls `visit` for every member in turn. */
async function forEachEntry(
  archive: string,
  deed: "read" | "unpacked",
  visit: (zip: ZipFile, entry: Entry) => void | Promise<void>,
): Promise<void> {
  let zip: ZipFile | undefined;
  try {
    // The library refuses names that are absolute or climb out, and files of another size than their header says.
    zip = await openPromise(archive, { autoClose: false, lazyEntries: true });
    for await (const entry of zip.eachEntry()) await visit(zip, entry);
  } catch (error) {
    // What has a code is the disk's, not the archive's.
    if (!(error instanceof Error) || error instanceof ArchiveError || error.name === "AbortError") throw error;
    const Failure = "syscall" in error ? Error : ArchiveError;
    throw new Failure(`${archive} cannot be ${deed}: ${describeError(error)}`, { cause: error });
  } finally {
    zip?.close();
  }
}

function kindOf(entry: Entry): string {
  const mode = entry.externalFileAttributes >>> 16;
  if (entry.versionMadeBy >> 8 === UNIX && (mode & FILE_TYPE) === SYMBOLIC_LINK) return "SymbolicLink";
  return entry.fileName.endsWith("/") ? "folder" : "file";
}
