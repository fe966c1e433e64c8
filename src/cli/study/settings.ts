import { type StoredTrial } from "../../studies";
import { type Json } from "../../training";

/** A setting that differs between trials. */
export interface Varying {
  readonly setting: string;
  /** A label that alone decides the value, where there is one. */
  readonly by: string | undefined;
  /** Values by that label's values; without one, all values there are. "none" stands for trials without the setting. */
  readonly values: readonly (readonly [string, string])[];
}

/** Every setting of some trials. */
export interface Settings {
  /** Of one value in all trials. */
  readonly common: readonly (readonly [string, string])[];
  readonly varying: readonly Varying[];
}

const NONE = "none";

type Labelled = Pick<StoredTrial, "labels">;

/**
 * Every setting in the configurations of trials: those that all have in common, and for the others the label that decides their value.
 *
 * @param trials at least one.
 * @returns settings by their place in the configuration, such as "optimizer.learningRate".
 */
export function settingsOf(trials: readonly Pick<StoredTrial, "config" | "labels">[]): Settings {
  const flat = trials.map(({ config }) => new Map(flattened(config as Json)));
  const names = [...new Set(flat.flatMap((each) => [...each.keys()]))];
  const common: [string, string][] = [];
  const varying: Varying[] = [];
  for (const setting of names) {
    const values = flat.map((each) => each.get(setting) ?? NONE);
    if (values.every((value) => value === values[0])) common.push([setting, values[0]]);
    else varying.push(varyingOf(setting, values, trials));
  }
  return { common, varying };
}

/** Where no label decides the value in all trials, it may in those that have the setting. */
function varyingOf(setting: string, values: readonly string[], trials: readonly Labelled[]): Varying {
  const having = trials.map((_, index) => index).filter((index) => values[index] !== NONE);
  const decided =
    decidedBy(setting, values, trials) ??
    decidedBy(
      setting,
      having.map((index) => values[index]),
      having.map((index) => trials[index]),
    );
  if (decided) return decided;
  return { setting, by: undefined, values: [...new Set(values)].map((value) => [value, value]) };
}

function decidedBy(setting: string, values: readonly string[], trials: readonly Labelled[]): Varying | undefined {
  for (const label of Object.keys(trials[0].labels)) {
    const byLabel = new Map<string, string>();
    const decides = trials.every(({ labels }, index) => {
      const at = String(labels[label]);
      const known = byLabel.get(at);
      byLabel.set(at, values[index]);
      return known === undefined || known === values[index];
    });
    // A label that is the setting itself says nothing but its values.
    if (decides && [...byLabel].some(([at, value]) => at !== value))
      return { setting, by: label, values: [...byLabel] };
  }
  return undefined;
}

function flattened(value: Json, path = ""): [string, string][] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return [[path, typeof value === "string" ? value : JSON.stringify(value)]];
  }
  const parts = Object.entries(value as Readonly<Record<string, Json>>);
  if (parts.length === 0) return [[path, "{}"]];
  return parts.flatMap(([key, part]) => flattened(part, path === "" ? key : `${path}.${key}`));
}

/** The settings as a Markdown list, one item per setting. Values are followed by the trials that have them; those without are left out. */
export function settingsList({ common, varying }: Settings): string {
  const items = [
    ...common.map(([setting, value]) => `- \`${setting}\`: ${value}`),
    ...varying.map(({ setting, by, values }) => {
      if (by === undefined) return `- \`${setting}\`: one of ${values.map(([value]) => value).join(", ")}`;
      const labels = new Map<string, string[]>();
      for (const [at, value] of values) labels.set(value, [...(labels.get(value) ?? []), at]);
      labels.delete(NONE);
      return `- \`${setting}\`, by ${by}: ${[...labels].map(([value, of]) => `${value} (${of.join(", ")})`).join("; ")}`;
    }),
  ];
  return items.join("\n");
}
