import { execFile } from "node:child_process";
import { promisify } from "node:util";

const execute = promisify(execFile);

/** Which state of the code made a run. */
export interface GitState {
  readonly commit: string;
  /** Whether tracked files differed from the commit. */
  readonly dirty: boolean;
}

/**
 * The commit of a folder's repository.
 *
 * @param folder any folder of the working tree.
 * @returns commit and whether tracked files differ from it; null outside a repository or without git.
 */
export async function gitState(folder: string): Promise<GitState | null> {
  const git = async (...words: string[]) => (await execute("git", words, { cwd: folder })).stdout.trim();
  try {
    const commit = await git("rev-parse", "HEAD");
    return { commit, dirty: (await git("status", "--porcelain", "--untracked-files=no")) !== "" };
  } catch {
    return null;
  }
}
