import { type Trial } from "./trial";

/** Part of a grid. */
export interface Selection {
  /** How many seeds, or which ones; default: those of the profile. */
  readonly seeds?: number | readonly number[];
  /** Accepted values by label; a trial must have one of them for every label named. */
  readonly only?: Readonly<Record<string, readonly string[]>>;
}

/**
 * The seeds that are run.
 *
 * @param own seeds of the profile.
 * @param asked a list; or a count, which takes the first of the profile's own and goes on upwards from the largest of them.
 * @returns the seeds.
 * @throws RangeError for a count that is no integer above 0, or an empty list.
 */
export function seedsOf(own: readonly number[], asked: Selection["seeds"]): readonly number[] {
  if (asked === undefined) return own;
  if (typeof asked !== "number") {
    if (asked.length === 0 || !asked.every(Number.isInteger)) {
      throw new RangeError(`seeds must be a list of integers, received [${asked.join(", ")}]`);
    }
    return asked;
  }
  if (!(Number.isInteger(asked) && asked > 0)) {
    throw new RangeError(`seeds must be a count above 0 or a list of integers, received ${asked}`);
  }
  const largest = Math.max(0, ...own);
  return Array.from({ length: asked }, (_, index) => own[index] ?? largest + 1 + index - own.length);
}

/**
 * Reads a choice of trials from the command line: "method=focal,seed=1" is both, "method=focal,method=bce" is either.
 *
 * @param texts one or more such lists; they are taken together.
 * @returns accepted values by label; undefined for no list.
 * @throws RangeError quoting a part that is not of the form label=value.
 */
export function parseOnly(texts: readonly string[]): Selection["only"] {
  if (texts.length === 0) return undefined;
  const only: Record<string, string[]> = {};
  for (const part of texts.flatMap((text) => text.split(","))) {
    const [label, ...rest] = part.split("=");
    if (!label.trim() || rest.length === 0) {
      throw new RangeError(`--only takes label=value, several with commas between, received "${part}"`);
    }
    (only[label.trim()] ??= []).push(rest.join("=").trim());
  }
  return only;
}

/**
 * Reads `--seeds`: a count, or a list with commas between.
 *
 * @throws RangeError quoting a text that is neither.
 */
export function parseSeeds(text: string | undefined): Selection["seeds"] {
  if (text === undefined) return undefined;
  const numbers = text
    .split(",")
    .filter((part) => part.trim() !== "")
    .map(Number);
  if (numbers.length === 0 || !numbers.every(Number.isInteger)) {
    throw new RangeError(`--seeds takes a count or a list of integers such as 1,4,7, received "${text}"`);
  }
  return text.includes(",") ? numbers : numbers[0];
}

/** The trials that have one of the accepted values for every label. */
export function matches<T extends Pick<Trial, "labels">>(trials: readonly T[], only: Selection["only"]): T[] {
  for (const [label, values] of Object.entries(only ?? {})) {
    const found = new Set(trials.map(({ labels }) => labels[label]).filter((value) => value !== undefined));
    if (found.size === 0) {
      const labels = Object.keys(trials[0]?.labels ?? {}).join(", ");
      throw new RangeError(`there is no label "${label}"; there are: ${labels}`);
    }
    const known = [...found].map(String);
    const unknown = values.find((value) => !known.includes(value));
    if (unknown !== undefined) {
      throw new RangeError(`no trial has ${label}=${unknown}; there are: ${known.join(", ")}`);
    }
  }
  return trials.filter(({ labels }) =>
    Object.entries(only ?? {}).every(([label, values]) => values.includes(String(labels[label]))),
  );
}
