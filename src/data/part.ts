import { readFile, rm, stat, writeFile } from "node:fs/promises";

/**
 * Where the bytes in hand came from: the address, and the ETag or date by which the server knows the same file again.
 */
export interface Source {
  readonly url: string;
  readonly validator?: string;
}

/** An unfinished download: the bytes so far (`TARGET.part`) and their source (`TARGET.part.json`). */
export class PartFile {
  readonly file: string;
  private readonly state: string;

  constructor(target: string) {
    this.file = `${target}.part`;
    this.state = `${target}.part.json`;
  }

  /** Bytes in hand; 0 where there are none. */
  async size(): Promise<number> {
    return stat(this.file).then(
      (status) => status.size,
      () => 0,
    );
  }

  /** Undefined where nothing readable is noted: bytes without a known source are not worth keeping. */
  async source(): Promise<Source | undefined> {
    try {
      return JSON.parse(await readFile(this.state, "utf8")) as Source;
    } catch {
      return undefined;
    }
  }

  async note(source: Source): Promise<void> {
    await writeFile(this.state, JSON.stringify(source));
  }

  async discard(): Promise<void> {
    await Promise.all([rm(this.file, { force: true }), rm(this.state, { force: true })]);
  }
}
