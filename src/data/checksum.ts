import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";

/**
 * The MD5 sum of a file, read in pieces.
 *
 * MD5 is what publishers of data sets state. It tells damage, not malice.
 *
 * @param path the file.
 * @param signal stops the reading.
 * @returns 32 hexadecimal digits.
 * @throws the system's error when the file cannot be read; the signal's reason when aborted.
 */
export async function md5OfFile(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash("md5");
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    signal?.throwIfAborted();
    hash.update(chunk as Buffer);
  }
  return hash.digest("hex");
}
