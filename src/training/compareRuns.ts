import { differences, type Difference } from "./differences";
import { type EpochRecord } from "./history";
import { type RunRecord } from "./runFiles";
import { type Json } from "./state";

/** What two runs have in common, and what not. */
export interface RunComparison {
  /** Places where config or data differ. */
  readonly settings: readonly Difference[];
  /** Where library, device or commit differ. */
  readonly environment: readonly Difference[];
  /** Epochs from the start whose numbers are the same bit for bit, time apart. */
  readonly sameEpochs: number;
  /** The first epoch whose numbers differ, in both. */
  readonly firstDifferent: readonly [EpochRecord, EpochRecord] | undefined;
  /** Last value of every metric, and of the training loss, in both. */
  readonly last: Readonly<Record<string, readonly [number | undefined, number | undefined]>>;
}

/**
 * Compares two runs.
 *
 * @param a one run.
 * @param b the other.
 * @returns the differences of settings and environment, the epochs up to which all numbers agree, and the last numbers side by side.
 */
export function compareRuns(a: RunRecord, b: RunRecord): RunComparison {
  const part = (run: RunRecord, name: "config" | "data" | "git" | "engine") => run.description[name] as Json;
  const both = Math.min(a.epochs.length, b.epochs.length);
  const same = a.epochs.slice(0, both).findIndex((record, index) => !sameNumbers(record, b.epochs[index]));
  const sameEpochs = same < 0 ? both : same;
  const [left, right] = [lastNumbers(a.epochs), lastNumbers(b.epochs)];
  return {
    settings: (["config", "data"] as const).flatMap((name) => differences(part(a, name), part(b, name), name)),
    environment: (["git", "engine"] as const).flatMap((name) => differences(part(a, name), part(b, name), name)),
    sameEpochs,
    firstDifferent: same < 0 ? undefined : [a.epochs[same], b.epochs[same]],
    last: Object.fromEntries(
      [...new Set([...Object.keys(left), ...Object.keys(right)])].map((name) => [
        name,
        [left[name], right[name]] as const,
      ]),
    ),
  };
}

/** Training loss and metrics, each of the last epoch that has it. */
export function lastNumbers(epochs: readonly EpochRecord[]): Readonly<Record<string, number>> {
  const entries = epochs.map(({ loss, metrics }) => ({ loss, ...metrics }));
  return Object.assign({}, ...entries) as Record<string, number>;
}

function sameNumbers(a: EpochRecord, b: EpochRecord): boolean {
  const numbers = ({ step, loss, learningRate, metrics }: EpochRecord) => ({ step, loss, learningRate, ...metrics });
  const [left, right] = [numbers(a), numbers(b)] as Record<string, number>[];
  const names = Object.keys({ ...left, ...right });
  return names.every((name) => Object.is(left[name], right[name]));
}
