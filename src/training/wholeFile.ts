import { open, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

const PARTIAL = /^\..*\.partial$/;

/**
 * Writes a file whole or not at all: a crash at any moment leaves the file as it was before, or as it is to be.
 *
 * The parts go to a hidden file beside it, which is flushed to the disk and then takes the file's name.
 *
 * @param path the file; its folder must exist.
 * @param parts its content.
 * @throws Error naming the file, when it cannot be written (no room, no right, no folder); what lay there is untouched.
 */
export async function writeWhole(path: string, parts: readonly Uint8Array[] | string): Promise<void> {
  const partial = join(dirname(path), `.${basename(path)}.${process.pid}.partial`);
  try {
    const file = await open(partial, "w");
    try {
      if (typeof parts === "string") await file.writeFile(parts);
      else for (const part of parts) await file.writeFile(part);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(partial, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(partial, { force: true }).catch(() => undefined);
    throw new Error(`${path} could not be written: ${(error as Error).message}`, { cause: error });
  }
}

/** Removes what writers that were killed have left in a folder. The folder must have one writer. */
export async function removePartial(folder: string): Promise<void> {
  const left = (await readdir(folder)).filter((name) => PARTIAL.test(name));
  await Promise.all(left.map((name) => rm(join(folder, name), { force: true })));
}

/** Makes a rename outlast a power failure, where the system can flush a folder. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
