/** Most sample indices that a message lists. */
const LISTED = 8;

/** Where a run went wrong. */
export interface Divergence {
  /** Step counted from 0, and how many there were to be. */
  readonly step: number;
  readonly steps: number;
  readonly epoch: number;
  /** What was found, such as "the loss is NaN". */
  readonly found: string;
  /** Samples of the step's batch, where the batch names them. */
  readonly indices?: ArrayLike<number>;
  /** The last checkpoint from before, where there is one. */
  readonly checkpoint?: string;
}

/** A loss, or a weight, is not finite, or the loss is beyond all bounds. */
export class DivergenceError extends Error {
  override readonly name = "DivergenceError";
  /** Tells this error apart where `instanceof` cannot, as after a module was loaded anew. */
  readonly code = "DIVERGED";
  readonly step: number;
  readonly epoch: number;
  readonly indices: readonly number[] | undefined;
  readonly checkpoint: string | undefined;

  constructor(divergence: Divergence) {
    const { step, steps, epoch, found, indices, checkpoint } = divergence;
    const list = indices && Array.from(indices);
    const samples = !list
      ? "the batch does not name its samples"
      : `samples ${list.slice(0, LISTED).join(", ")}${list.length > LISTED ? `, ... (${list.length} in all, see .indices)` : ""}`;
    const last = checkpoint === undefined ? "no checkpoint was written before" : `last good checkpoint: ${checkpoint}`;
    super(`fit: ${found} at step ${step} of ${steps}, epoch ${epoch}; ${samples}; ${last}`);
    this.step = step;
    this.epoch = epoch;
    this.indices = list;
    this.checkpoint = checkpoint;
  }
}
