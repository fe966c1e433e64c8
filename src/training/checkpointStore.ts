import { mkdir, readdir, rm } from "node:fs/promises";
import { join, resolve } from "node:path";

import { readCheckpoint, writeCheckpoint, type Checkpoint } from "./checkpoint";
import { removePartial } from "./wholeFile";

export interface CheckpointStoreOptions {
  /** Where the checkpoints lie; made when the first is written. It must have one writer at a time. */
  readonly folder: string;
  /** How many are kept, the newest; default 2. */
  readonly keep?: number;
}

/** The checkpoints of one run, oldest first: `step-00000400.safetensors` and so on. */
export interface CheckpointStore {
  readonly folder: string;
  /**
   * Writes a checkpoint, then removes those that are one too many.
   *
   * @returns its path, or the name of a weight that is not finite: then nothing was written.
   * @throws Error naming the file, when it cannot be written. The checkpoints before are all there.
   */
  save(checkpoint: Checkpoint): Promise<{ readonly path: string } | { readonly notFinite: string }>;
  /** Paths, oldest first. */
  list(): Promise<string[]>;
  /**
   * The newest checkpoint that can be read, or undefined where there is none. A damaged one is passed over with a warning: a run goes on
   * from the one before and comes to the same numbers.
   *
   * @throws Error of the newest, when there are some and none can be read.
   */
  latest(): Promise<{ readonly path: string; readonly checkpoint: Checkpoint } | undefined>;
}

const NAME = /^step-(\d+)\.safetensors$/;

/**
 * A folder of checkpoints.
 *
 * @param options see {@link CheckpointStoreOptions}.
 * @returns the store; nothing is written before the first `save`.
 * @throws RangeError when `keep` is no positive integer.
 */
export function checkpointStore({ folder, keep = 2 }: CheckpointStoreOptions): CheckpointStore {
  if (!Number.isInteger(keep) || keep < 1) {
    throw new RangeError(`checkpointStore: keep must be a positive integer, received ${keep}`);
  }
  const path = resolve(folder);
  const list = async () => {
    const names = await readdir(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return [];
      throw error;
    });
    const steps = names.flatMap((name) => NAME.exec(name)?.slice(1, 2).map(Number) ?? []);
    return steps.sort((a, b) => a - b).map((step) => join(path, nameOf(step)));
  };
  let cleaned = false;
  return {
    folder: path,
    list,
    async save(checkpoint) {
      await mkdir(path, { recursive: true }).catch((error: Error) => {
        throw new Error(`the folder of checkpoints ${path} could not be made: ${error.message}`, { cause: error });
      });
      // What a killed process was writing takes room that this one may need.
      if (!cleaned) await removePartial(path);
      cleaned = true;
      const file = join(path, nameOf(checkpoint.step));
      const notFinite = await writeCheckpoint(file, checkpoint);
      if (notFinite !== undefined) return { notFinite };
      const old = (await list()).filter((other) => other !== file).slice(0, -(keep - 1) || undefined);
      await Promise.all(old.map((other) => rm(other, { force: true })));
      return { path: file };
    },
    async latest() {
      const paths = (await list()).reverse();
      let first: Error | undefined;
      for (const file of paths) {
        try {
          return { path: file, checkpoint: await readCheckpoint(file) };
        } catch (error) {
          first ??= error as Error;
          process.emitWarning(`a checkpoint is passed over: ${(error as Error).message}`);
        }
      }
      if (first) throw first;
      return undefined;
    },
  };
}

const nameOf = (step: number): string => `step-${String(step).padStart(8, "0")}.safetensors`;
