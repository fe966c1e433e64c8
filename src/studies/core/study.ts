import { type Figure } from "../../figures";
import { type Profile } from "../../notebook/parameters";
import { type Json, type Run } from "../../training";
import { type Work } from "../cost";

/**
 * All that a trial's numbers depend on beside the data and the code: one place of a study's grid.
 *
 * A record that JSON keeps: finite numbers, texts, truth values, null, lists and records of such. Declare it with `type`, not
 * `interface`, and write null, not undefined, for what is absent. It is hashed, so names that are only shown belong into `labels`.
 */
export type TrialConfig = { readonly seed: number; readonly [setting: string]: Json };

/** What tells one trial from another where they are shown or chosen: { method: "focal", prior: 0.01, seed: 1 }. */
export type Labels = Readonly<Record<string, string | number | boolean>>;

/** What a trial has found. */
export interface Outcome<Result extends Json> {
  /** The numerics: equal, on the same machine, whenever the trial is run again. What has no value (a mean of nothing) is null. */
  readonly numbers: Result;
  /** Seconds and whatever else differs from run to run, by name; kept apart from the numbers. */
  readonly timing?: Readonly<Record<string, number>>;
}

/** What a trial is given to run with. */
export interface TrialContext {
  /** Folder of the trial: files that a later process, which goes on after an interruption, finds again. */
  readonly directory: string;
  /**
   * Opens a run directory in the trial's folder, for `fit({ run })`, which then goes on where an interrupted process stood.
   *
   * @param name of the training in the trial, such as "search" or "training".
   * @param data index hashes and counts, see `training.openRun`.
   */
  openRun(name: string, data?: Json): Promise<Run>;
  /** Says how far the trial is, in any unit, and a few words on it. Call it as often as you like. */
  progress(done: number, total: number, detail?: string): void;
  /** Ends the trial between two steps: hand it to `fit({ signal })`, and look at it in loops of your own. */
  readonly signal: AbortSignal;
}

/** What trials of a profile ask of the machine. */
export interface Resources {
  /**
   * Threads per operation on the CPU; default 1. The last bits of results depend on it, so it belongs to the study, not to the
   * machine: several trials side by side make use of the cores.
   */
  readonly threads?: number;
  /** Memory of one trial in gigabytes; default 2. */
  readonly memory?: number;
  /** Most minutes that one trial takes; default 60. Given to a cluster's queue. */
  readonly minutes?: number;
}

/** The trials of a profile. */
export interface StudyProfile<Config extends TrialConfig> {
  /** Seeds that are run where no others are asked for. */
  readonly seeds: readonly number[];
  /** The grid: method x data set x imbalance x seed. It must not depend on anything but the seeds. */
  trials(seeds: readonly number[]): readonly Config[];
  readonly resources?: Resources;
}

/** A trial with its results, as tables and figures are made of it. */
export interface StoredTrial<Config extends TrialConfig = TrialConfig, Result extends Json = Json> {
  /** Hash of configuration, data and numerics version. */
  readonly key: string;
  readonly config: Config;
  readonly labels: Labels;
  readonly numbers: Result;
  readonly timing: Readonly<Record<string, number>>;
  /** Library and device that ran it. */
  readonly engine: Readonly<Record<string, string | number | null>>;
}

/** The results of a study in a profile, in the order of its grid. */
export interface StoredStudy<Config extends TrialConfig = TrialConfig, Result extends Json = Json> {
  readonly study: string;
  readonly profile: Profile;
  readonly trials: readonly StoredTrial<Config, Result>[];
  /** Trials of the profile's own grid that have no result yet. */
  readonly missing: readonly Config[];
}

/** A value in a study's table; a mean with its standard deviation is set as "mean ± sd". */
export type TableCell = number | string | boolean | null | { readonly mean: number; readonly sd: number };

/** A named table of a study: plain rows. */
export interface StudyTable {
  readonly caption: string;
  readonly rows: readonly Readonly<Record<string, TableCell>>[];
  /** Keys in order, with their titles; default: the keys of the rows, as they are. */
  readonly columns?: Readonly<Record<string, string>>;
  /** Decimals, for all columns or by key; default 4 for what is not whole. */
  readonly digits?: number | Readonly<Record<string, number>>;
}

/**
 * An experiment as data: which trials there are, how one is run, and what is made of the results.
 *
 * Trials run as processes of their own, in any order and side by side; one that has finished is never run again, unless its
 * configuration, its data or the study's numerics version has changed.
 */
export interface Study<Config extends TrialConfig = TrialConfig, Result extends Json = Json> {
  /** Name on the command line and of its files: small letters, digits and hyphens. */
  readonly name: string;
  readonly title: string;
  /** What it is to find out, in one sentence. */
  readonly question: string;
  /**
   * Numerics version, from 1: raised when the code makes other numbers of the same configuration, and only then. It makes all stored
   * results of the study stale. For a change of one method alone, give that method's configurations a new setting instead.
   */
  readonly version: number;
  readonly profiles: Readonly<Record<Profile, StudyProfile<Config>>>;
  /** Labels of a trial, the same names in all trials of a study; `seed` among them. Trials of a grid differ in their labels. */
  labels(config: Config): Labels;
  /** A hash of the data that a trial reads, told without loading them where possible (checksums of the data set's files, see `dataSetHash`). */
  dataHash(config: Config): string | Promise<string>;
  /**
   * Runs one trial, in a process of its own.
   *
   * @returns the numbers, the same ones whether it was interrupted or not.
   * @throws anything: the trial has then failed, its log is kept, and a later call of `study run` tries it again. What is a finding, such as a
   *   method that diverges, is caught and told in the numbers.
   */
  run(config: Config, context: TrialContext): Promise<Outcome<Result>>;
  /** Tables by name, made of any part of the results; throws an Error saying what is missing where it cannot. */
  tables(stored: StoredStudy<Config, Result>): Readonly<Record<string, StudyTable>>;
  /** Figures by name (letters, digits, hyphens), as tables. */
  figures(stored: StoredStudy<Config, Result>): Readonly<Record<string, Figure>>;
  /**
   * The methods paragraph: Markdown with `$...$`, `*...*` and backquotes. The exact settings of all trials are added as a list by the
   * export, so that no hyperparameter is left out.
   */
  methods(stored: StoredStudy<Config, Result>): string;
  /** What a trial does how often, for an estimate of its time on a machine, where `study cost` measures each kind of work. */
  cost?(config: Config): readonly Work[];
}
