import { textTable } from "./cells";
import { Display } from "./display";
import { tableToHtml, tableToText } from "./html";
import { show } from "./show";

/** A number held against what is expected of it: a value within a tolerance, bounds, or both. */
export interface NumberCheck {
  value: number;
  expected?: number;
  /** Largest absolute difference from `expected`, at least 0; by default 0. */
  tolerance?: number;
  atLeast?: number;
  atMost?: number;
}

/** What must hold, by a sentence or a name. */
export type Checks = Readonly<Record<string, boolean | NumberCheck>>;

interface Outcome {
  name: string;
  holds: boolean;
  received: string;
  accepted: string;
}

/**
 * Asserts what a notebook claims, in its last cell.
 *
 * Shows a table of what holds, with the number of assertions in its metadata (`counterweight.assertions`).
 *
 * @param checks by name: a boolean, or `{ value, expected, tolerance }` for |value - expected| <= tolerance, or
 *   `{ value, atLeast, atMost }` for bounds.
 * @throws RangeError when there is nothing to check or a number is held against nothing; Error that lists everything that
 *   fails, with its numbers. A value that is NaN fails.
 */
export function check(checks: Checks): void {
  const outcomes = Object.entries(checks).map(([name, entry]) => outcomeOf(name, entry));
  if (outcomes.length === 0) throw new RangeError("check: there must be at least one assertion, received none");
  const passed = outcomes.filter(({ holds }) => holds);
  const failed = outcomes.filter(({ holds }) => !holds);
  if (passed.length > 0) show(summary(passed));
  if (failed.length === 0) return;
  const lines = failed.map(({ name, received, accepted }) => `  ${name}: ${received}, must be ${accepted}`);
  throw new Error(`${failed.length} of ${outcomes.length} assertions failed\n${lines.join("\n")}`);
}

function outcomeOf(name: string, entry: boolean | NumberCheck): Outcome {
  if (typeof entry === "boolean") return { name, holds: entry, received: String(entry), accepted: "true" };
  const { value, expected, tolerance = 0, atLeast, atMost } = entry ?? {};
  if (typeof value !== "number") {
    throw new RangeError(`check: "${name}" must be a boolean or hold a number as value, received ${String(value)}`);
  }
  const bounds = Object.entries({ expected, atLeast, atMost }).filter(([, bound]) => bound !== undefined);
  const bad = [...bounds, ["tolerance", tolerance] as const].find(
    ([, bound]) => typeof bound !== "number" || Number.isNaN(bound),
  );
  if (bad || tolerance < 0)
    throw new RangeError(
      `check: ${bad?.[0] ?? "tolerance"} of "${name}" must be a number, and a tolerance at least 0, received ${bad?.[1] ?? tolerance}`,
    );
  if (bounds.length === 0)
    throw new RangeError(`check: "${name}" must have expected, atLeast or atMost, received none of them`);
  const rules = [
    {
      wanted: expected,
      holds: Math.abs(value - (expected ?? 0)) <= tolerance || value === expected,
      text: `${expected} ± ${tolerance}`,
    },
    { wanted: atLeast, holds: value >= (atLeast ?? 0), text: `at least ${atLeast}` },
    { wanted: atMost, holds: value <= (atMost ?? 0), text: `at most ${atMost}` },
  ].filter(({ wanted }) => wanted !== undefined);
  return {
    name,
    holds: rules.every(({ holds }) => holds),
    received: String(value),
    accepted: rules.map(({ text }) => text).join(" and "),
  };
}

function summary(passed: readonly Outcome[]): Display {
  const set = {
    ...textTable([
      { title: "Holds", values: passed.map(({ name }) => name) },
      { title: "Value", values: passed.map(({ received }) => received) },
      { title: "Must be", values: passed.map(({ accepted }) => accepted) },
    ]),
    note: `${passed.length} ${passed.length === 1 ? "assertion" : "assertions"} passed`,
  };
  const data = { "text/html": tableToHtml(set), "text/plain": tableToText(set) };
  return new Display(data, { counterweight: { assertions: passed.length } });
}
