import { type EpochRecord } from "./history";
import { type LossReading } from "./lossReader";

/** How a run ended. */
export type RunEnd = "finished" | "stopped early";

/** Something that shows a run while it goes on, such as `notebook.trainingProgress(...)`. Every method may be left out. */
export interface FitObserver {
  /** Before the first step; `step` is 0, or where the run goes on. */
  begin?(plan: {
    readonly model: string;
    readonly step: number;
    readonly steps: number;
    readonly stepsPerEpoch: number;
    /** What is known from before, where the run goes on. */
    readonly epochs: readonly EpochRecord[];
  }): void;
  /** After every update: how many are made. */
  step?(made: number): void;
  /** Losses that were read, in order. */
  losses?(readings: readonly LossReading[]): void;
  epoch?(record: EpochRecord): void;
  /** A checkpoint was written. */
  checkpoint?(path: string): void;
  end?(how: RunEnd): void;
  /** The run ends with an error. */
  fail?(error: unknown): void;
}

/** Something that shows how far a run is, such as `notebook.progress(...)`. */
export interface ProgressSink {
  update(done: number, detail?: string): void;
}

/** Tells several observers the same, in order. */
export function allObservers(observers: readonly FitObserver[]): Required<FitObserver> {
  return {
    begin: (plan) => observers.forEach((observer) => observer.begin?.(plan)),
    step: (made) => observers.forEach((observer) => observer.step?.(made)),
    losses: (readings) => observers.forEach((observer) => observer.losses?.(readings)),
    epoch: (record) => observers.forEach((observer) => observer.epoch?.(record)),
    checkpoint: (path) => observers.forEach((observer) => observer.checkpoint?.(path)),
    end: (how) => observers.forEach((observer) => observer.end?.(how)),
    fail: (error) => observers.forEach((observer) => observer.fail?.(error)),
  };
}
