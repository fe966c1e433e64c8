import { posix } from "node:path";

import { ArchiveError } from "./errors";

/** What an archive may do at most. */
export interface ArchiveLimits {
  /** Most bytes that its files may have together. */
  readonly maxBytes: number;
  /** Most members it may have. */
  readonly maxMembers?: number;
}

/** A member of an archive, as its header describes it. */
export interface Member {
  readonly path: string;
  /** `file`, `folder`, or the name of what else it is. */
  readonly kind: string;
  readonly size: number;
  /** Where a link points. */
  readonly target?: string;
}

/** Judges the members of one archive, before any of them is written. */
export class Inspection {
  /** Why the archive must not be unpacked; undefined as long as nothing speaks against it. */
  refusal: ArchiveError | undefined;
  /** Its files so far. */
  readonly files: string[] = [];
  private members = 0;
  private bytes = 0;

  constructor(
    private readonly archive: string,
    private readonly limits: ArchiveLimits,
  ) {}

  /** Takes note of one more member. Only the first reason to refuse counts. */
  add({ path, kind, size, target }: Member): void {
    const { maxBytes, maxMembers = 100_000 } = this.limits;
    this.bytes += size;
    const name = JSON.stringify(path);
    if (++this.members > maxMembers) this.refuse(`it has more than ${maxMembers} members`);
    else if (kind !== "file" && kind !== "folder") {
      const link = target ? ` to ${JSON.stringify(target)}` : "";
      this.refuse(`its member ${name} is a ${kind}${link}, accepted are files and folders`);
    } else if (leavesFolder(path)) this.refuse(`its member ${name} lies outside the folder`);
    else if (this.bytes > maxBytes) this.refuse(`its files have more than the ${maxBytes} bytes allowed`);
    else if (kind === "file") this.files.push(posix.normalize(path));
  }

  refuse(reason: string): void {
    this.refusal ??= new ArchiveError(`${this.archive} is not unpacked: ${reason}`);
  }

  /** The files of an archive that was read to its end; throws where it must not be unpacked, or holds none. */
  finish(): string[] {
    if (this.files.length === 0) this.refuse("it holds no file");
    if (this.refusal) throw this.refusal;
    return this.files;
  }
}

function leavesFolder(path: string): boolean {
  return /^([/\\]|[A-Za-z]:)/.test(path) || path.split(/[/\\]/).includes("..");
}
