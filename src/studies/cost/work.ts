/** Tells the seconds of a piece of work that was done. */
export type Tell = (seconds: number) => void;

/** A kind of work that a trial does over and over, such as a training step: what the time of a trial is estimated from. */
export interface Work {
  /** What is done with what: works of one name take one time, and are measured once for a whole grid. */
  readonly name: string;
  /** Training images (or rows) that one of it handles. */
  readonly images: number;
  /** How often a trial does it. */
  readonly times: number;
  /**
   * Does it again and again on this machine until the signal is aborted, and tells the seconds of each.
   *
   * It must not need the study's data: its time depends on shapes, not on values.
   *
   * @returns at the abortion, with all memory given back.
   */
  repeat(tell: Tell, signal: AbortSignal): Promise<void>;
}
