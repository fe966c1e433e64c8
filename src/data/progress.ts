import { SingleBar, type Options } from "cli-progress";

/** How far a download is. */
export interface DownloadProgress {
  /** Name of the file. */
  readonly file: string;
  readonly url: string;
  /** Bytes that lie on the disk, those of an earlier, broken download included. */
  readonly received: number;
  /** Bytes of the whole file; undefined where the server does not say. */
  readonly total: number | undefined;
}

/** Told of a download's progress: at its start, about ten times a second, and at its end. */
export type ProgressListener = (progress: DownloadProgress) => void;

/** Something that shows progress until it is closed. */
export interface ProgressReporter {
  report(progress: DownloadProgress): void;
  close(): void;
}

/** Passes on at most ten reports a second, each late by a tenth at most, and always the first and the last. */
export function throttled(listener: ProgressListener, interval = 100): ProgressReporter {
  let last = -Infinity;
  let pending: DownloadProgress | undefined;
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    if (!pending) return;
    last = Date.now();
    const progress = pending;
    pending = undefined;
    listener(progress);
  };
  return {
    report(progress) {
      pending = progress;
      const wait = last + interval - Date.now();
      if (wait <= 0) flush();
      else timer ??= setTimeout(flush, wait);
    },
    close: flush,
  };
}

/**
 * What shows a download where the caller has no listener of its own: a bar in a terminal, one line elsewhere.
 *
 * @param file name of the file that is fetched.
 * @param stream where to write.
 * @returns a reporter; nothing is written before its first report.
 */
export function terminalReporter(file: string, stream: NodeJS.WriteStream = process.stderr): ProgressReporter {
  if (!stream.isTTY) {
    let announced = false;
    return {
      report({ url, total }) {
        if (!announced) stream.write(`Downloading ${url}${total === undefined ? "" : ` (${megabytes(total)} MB)`}\n`);
        announced = true;
      },
      close: () => undefined,
    };
  }
  const format: Options = {
    format: `${file} [{bar}] {percentage}% | {value}/{total} MB | {eta_formatted}`,
    stream,
    hideCursor: true,
  };
  let bar: SingleBar | undefined;
  return {
    report({ received, total }) {
      if (bar) bar.update(megabytes(received));
      else {
        bar = new SingleBar(format);
        bar.start(megabytes(total ?? received), megabytes(received));
      }
    },
    close: () => bar?.stop(),
  };
}

function megabytes(bytes: number): number {
  return Number((bytes / 1e6).toFixed(1));
}
