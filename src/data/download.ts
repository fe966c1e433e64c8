import { open, rename } from "node:fs/promises";
import { basename } from "node:path";

import { md5OfFile } from "./checksum";
import { ChecksumError, describeError, DownloadError } from "./errors";
import { PartFile } from "./part";
import { pause } from "./pause";
import { terminalReporter, throttled, type ProgressListener, type ProgressReporter } from "./progress";

/** What to fetch, and how. */
export interface DownloadOptions {
  readonly url: string;
  /**
   * Where the file shall lie; its folder must exist. Until the checksum agrees, the bytes lie beside it under `.part`.
   */
  readonly target: string;
  /** MD5 sum of the whole file; without one, whatever the server sends whole is taken. */
  readonly md5?: string;
  /** Size in bytes, where it is known: anything else is refused before it is fetched. */
  readonly bytes?: number;
  /** Stops the download; what has arrived is kept for the next one. */
  readonly signal?: AbortSignal;
  /** Told of progress; without it, a bar in a terminal. */
  readonly onProgress?: ProgressListener;
  /** How often in a row a broken connection may bring nothing new before the download is given up. */
  readonly attempts?: number;
  /** Milliseconds before a new attempt; doubled while attempts bring nothing new. */
  readonly retryDelay?: number;
  /** Milliseconds without a byte after which a connection counts as broken. */
  readonly stallTimeout?: number;
}

/**
 * Fetches a file over HTTP, whole and with the right checksum (where one is given) or not at all.
 *
 * A download that broke off goes on where it stopped (Range with If-Range) if the server can do that and still has the
 * same file, and starts over if not. The file gets its name only after its checksum agreed. One download of a target at
 * a time: callers that may meet hold a lock.
 *
 * @param options see {@link DownloadOptions}.
 * @throws DownloadError when the server cannot be reached, refuses, or has a file of another size; ChecksumError with
 *   both sums when the content is not the expected one (it is removed); the signal's reason when aborted; the system's
 *   error when the disk cannot be written. In all cases but the checksum's, what has arrived is kept.
 */
export async function downloadFile(options: DownloadOptions): Promise<void> {
  const { url, target, md5, signal } = options;
  const part = new PartFile(target);
  const reporter = options.onProgress ? throttled(options.onProgress) : terminalReporter(basename(target));
  try {
    for (;;) {
      const resumed = await fetchAll(options, part, reporter);
      if (md5 === undefined) break;
      const sum = await md5OfFile(part.file, signal);
      if (sum === md5) break;
      await part.discard();
      // The older half of a resumed file may be at fault: only a file fetched in one piece proves the source wrong.
      if (!resumed) {
        throw new ChecksumError(
          `${url} has md5 ${sum}, expected ${md5}: the download was removed. Should it stay so, the source changed.`,
        );
      }
    }
    await rename(part.file, target);
    await part.discard();
  } finally {
    reporter.close();
  }
}

/** Repeats broken fetches until the file is whole. Returns whether bytes of an earlier fetch are in it. */
async function fetchAll(options: DownloadOptions, part: PartFile, reporter: ProgressReporter): Promise<boolean> {
  const { url, bytes, signal, attempts = 4, retryDelay = 1_000 } = options;
  let best = await part.size();
  if ((await part.source())?.url !== url) {
    await part.discard();
    best = 0;
  }
  if (bytes !== undefined && best === bytes) return true;

  let answered = false;
  for (let failures = 0; ;) {
    signal?.throwIfAborted();
    const attempt = await fetchOnce(options, part, reporter);
    if (attempt.broken === undefined) return attempt.start > 0;
    answered ||= attempt.answered;
    const size = await part.size();
    failures = size > best ? 0 : failures + 1;
    best = Math.max(best, size);
    // A server that never answered is not worth waiting for: most likely there is no network.
    if (!answered || failures >= attempts) {
      const kept = size > 0 ? ` (${size.toLocaleString("en-US")} bytes are kept for the next try)` : "";
      throw new DownloadError(`${url} could not be fetched${kept}`, { cause: attempt.broken });
    }
    await pause(retryDelay * 2 ** failures, signal);
  }
}

/** How one request went: from which byte on, whether the server answered, and what broke it. */
interface Attempt {
  start: number;
  answered: boolean;
  broken?: Error;
}

/** One request. A broken connection is returned, so that it can be tried again; what no repetition mends is thrown. */
async function fetchOnce(options: DownloadOptions, part: PartFile, reporter: ProgressReporter): Promise<Attempt> {
  const { url, bytes, signal } = options;
  const watch = watchForStall(options.stallTimeout ?? 60_000, signal);
  const attempt: Attempt = { start: await part.size(), answered: false };
  try {
    const response = await fetch(url, { headers: await requestHeaders(part), signal: watch.signal });
    attempt.answered = true;
    const { first, total } = readAnswer(url, response, attempt.start, bytes);
    if (first === undefined) {
      await response.body?.cancel();
      await part.discard();
      return await fetchOnce(options, part, reporter);
    }
    attempt.start = first;
    await part.note({ url, validator: validatorOf(response) });
    const report = (received: number) => reporter.report({ file: basename(options.target), url, received, total });
    const received = await writeBody(response, part.file, first, (count) => {
      watch.alive();
      report(count);
    });
    if (total !== undefined && received !== total) {
      throw new Error(`the connection ended after ${received} of ${total} bytes`);
    }
    return attempt;
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    if (error instanceof DownloadError || error instanceof WriteError || isFileError(error)) throw error;
    return { ...attempt, broken: error instanceof Error ? error : new Error(String(error)) };
  } finally {
    watch.end();
  }
}

/** Writes an answer's bytes to the file from `first` on; returns the file's size. */
async function writeBody(
  response: Response,
  path: string,
  first: number,
  onBytes: (size: number) => void,
): Promise<number> {
  const output = await open(path, first > 0 ? "a" : "w");
  let size = first;
  try {
    onBytes(size);
    for await (const chunk of response.body ?? []) {
      await output.writeFile(chunk).catch((error: unknown) => {
        throw new WriteError(`${path} cannot be written: ${describeError(error)}`, { cause: error });
      });
      size += chunk.length;
      onBytes(size);
    }
  } finally {
    await output.close();
  }
  return size;
}

class WriteError extends Error {
  override readonly name = "WriteError";
}

/** Errors of the file system name a path; errors of a socket do not. */
function isFileError(error: unknown): boolean {
  return error instanceof Error && "syscall" in error && "path" in error;
}

/** A signal that is aborted with the caller's, and when `alive` was not called for so many milliseconds. */
function watchForStall(timeout: number, signal?: AbortSignal) {
  const stall = new AbortController();
  const stalled = () => stall.abort(new Error(`no byte arrived for ${timeout / 1000} s`));
  let timer = setTimeout(stalled, timeout);
  return {
    signal: signal ? AbortSignal.any([signal, stall.signal]) : stall.signal,
    alive() {
      clearTimeout(timer);
      timer = setTimeout(stalled, timeout);
    },
    end: () => clearTimeout(timer),
  };
}

async function requestHeaders(part: PartFile): Promise<Record<string, string>> {
  // A compressed answer would be decompressed on the way, and its bytes would be neither countable nor those of the
  // checksum.
  const headers: Record<string, string> = { "accept-encoding": "identity" };
  const start = await part.size();
  if (start === 0) return headers;
  headers.range = `bytes=${start}-`;
  const validator = (await part.source())?.validator;
  if (validator) headers["if-range"] = validator;
  return headers;
}

/** Where in the file the answer begins (undefined: nowhere that fits, start over) and how long the whole file is. */
function readAnswer(
  url: string,
  response: Response,
  start: number,
  bytes: number | undefined,
): { first: number | undefined; total: number | undefined } {
  const refuse = (reason: string) => new DownloadError(`${url} could not be fetched: ${reason}`);
  const { status, headers } = response;
  const startOver = { first: undefined, total: undefined };
  if (status === 416 && start > 0) return startOver;
  if (status !== 200 && status !== 206) throw refuse(`the server answered ${status} ${response.statusText}`.trim());
  const encoding = headers.get("content-encoding") ?? "identity";
  if (encoding !== "identity") throw refuse(`the server sends it in the encoding ${encoding}, expected plain bytes`);

  let total: number | undefined;
  if (status === 206) {
    const range = /^bytes (\d+)-\d+\/(\d+)$/.exec(headers.get("content-range") ?? "");
    const fits = range !== null && Number(range[1]) === start && (bytes === undefined || Number(range[2]) === bytes);
    if (!fits && start > 0) return startOver;
    if (!fits) throw refuse(`the server sent a part that was not asked for (${headers.get("content-range")})`);
    total = Number(range[2]);
  } else {
    total = headers.has("content-length") ? Number(headers.get("content-length")) : bytes;
  }
  if (bytes !== undefined && total !== bytes) {
    throw refuse(`the server offers ${total} bytes of ${headers.get("content-type")}, expected ${bytes} bytes`);
  }
  return { first: status === 206 ? start : 0, total };
}

/** What If-Range accepts: a strong ETag, else the date of the last change. */
function validatorOf(response: Response): string | undefined {
  const etag = response.headers.get("etag");
  if (etag && !etag.startsWith("W/")) return etag;
  return response.headers.get("last-modified") ?? undefined;
}
