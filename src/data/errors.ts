import type { DataFile } from "./entry";

/** A data set is neither in its folder nor to be had by download; its message says what to put where by hand. */
export class DataUnavailableError extends Error {
  override readonly name = "DataUnavailableError";
  /** Tells this error apart where `instanceof` cannot, as after a module was loaded anew. */
  readonly code = "DATA_UNAVAILABLE";

  constructor(
    message: string,
    /** Name of the data set. */
    readonly dataset: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** A file's content is not what its publisher's checksum says. */
export class ChecksumError extends Error {
  override readonly name = "ChecksumError";
  readonly code = "CHECKSUM_MISMATCH";
}

/** An archive is damaged, or holds what must not be unpacked. */
export class ArchiveError extends Error {
  override readonly name = "ArchiveError";
  readonly code = "ARCHIVE_REFUSED";
}

/** A server cannot be reached, refuses, or offers something of another size: in effect, there is no network. */
export class DownloadError extends Error {
  override readonly name = "DownloadError";
  readonly code = "DOWNLOAD_FAILED";
}

/** An error's message with those of its causes, which is where fetch says what went wrong. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${describeError(error.cause)}` : error.message;
}

/** One line on a file: address, size and checksum. */
export function describeFile(file: DataFile): string {
  const size = file.bytes === undefined ? "" : `${file.bytes.toLocaleString("en-US")} bytes, `;
  return `${file.url} (${size}${file.md5 ? `md5 ${file.md5}` : "no checksum known"})`;
}
