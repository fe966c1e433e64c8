import { z } from "zod";

import { isPure, pure, tf } from "../engine";
import { accepted, quote } from "./schema";

export type LossFamily = "binary" | "multiclass" | "multilabel" | "group";

/** What is known of a loss: the one source of its options' checks, of `losses.catalogue()` and of the docs page. */
export interface LossCard<Shape extends z.ZodRawShape = z.ZodRawShape, Family extends LossFamily = LossFamily> {
  /** Name of the factory. */
  readonly name: string;
  readonly family: Family;
  /** What it is built on, e.g. "cross-entropy", "soft confusion", "margin", "ranking". */
  readonly kind: string;
  /** The loss in TeX, without dollar signs. */
  readonly formula: string;
  /** Paper and equation, and how far the formula was verified. */
  readonly source: string;
  /** One schema per option; `.describe()` says what it is, `.default()` what it is when left out. */
  readonly options: Shape;
  /** Pitfalls. */
  readonly beware: string;
}

/** Options that all losses of a family take, so that one options object serves a whole table; a loss without use for one ignores it. */
export const FAMILY_OPTIONS = {
  binary: ["beta", "prior"],
  multiclass: ["counts", "beta"],
  multilabel: ["beta", "priors"],
  group: ["counts", "beta", "groups", "classes"],
} as const satisfies Record<LossFamily, readonly string[]>;

/** What a caller may pass: the loss's own options, and those of its family that it ignores. */
export type LossOptions<Shape extends z.ZodRawShape, Family extends LossFamily> = (keyof Shape extends never
  ? unknown
  : z.input<z.ZodObject<Shape>>) & {
  readonly [Name in Exclude<(typeof FAMILY_OPTIONS)[Family][number], keyof Shape>]?: unknown;
};

/** A function of options that returns a loss, with its card. */
export type LossFactory<Options, Loss> = (Record<string, never> extends Options
  ? (options?: Options) => Loss
  : (options: Options) => Loss) & {
  readonly card: LossCard;
};

/**
 * Makes a loss factory of a card and a function from checked options to the loss.
 *
 * @param card name, family, formula, source, options, pitfalls. An option's error is made of its schema: bounds, lists and choices
 *   are put into words; a `refine` or `custom` schema states them itself, in its message ("a list that sums to 1").
 * @param build takes the options with their defaults filled in; called only with options that passed the card's checks.
 * @returns the factory. It throws a RangeError that names the loss and the option, quotes what was received and says what is accepted.
 */
export function defineLoss<Shape extends z.ZodRawShape, Loss, Family extends LossFamily = LossFamily>(
  card: LossCard<Shape, Family>,
  build: (options: z.output<z.ZodObject<Shape>>) => Loss,
): LossFactory<LossOptions<Shape, Family>, Loss> {
  const schema = z.strictObject(card.options);
  const ofTheFamily: readonly string[] = FAMILY_OPTIONS[card.family];
  const ignored = ofTheFamily.filter((name) => !(name in card.options));
  const factory = (options: Record<string, unknown> = {}) => {
    if (options === null || typeof options !== "object" || Array.isArray(options)) {
      throw new RangeError(`${card.name}: options must be an object, received ${quote(options)}`);
    }
    const used = Object.entries(options).filter(([name]) => !ignored.includes(name));
    const result = schema.safeParse(Object.fromEntries(used), { reportInput: true });
    if (result.success) {
      const options = result.data as z.output<z.ZodObject<Shape>>;
      const loss = build(options);
      return typeof loss === "function" && isPlain(loss, options) ? pure(loss as never) : loss;
    }
    throw new RangeError(`${card.name}: ${result.error.issues.map((issue) => explain(issue, card)).join("; ")}`);
  };
  return Object.assign(factory, { card }) as unknown as LossFactory<LossOptions<Shape, Family>, Loss>;
}

/** Whether a loss depends on its arguments alone: it has no state of its own, and its options are numbers and text or pure themselves. */
function isPlain(loss: object, options: object): boolean {
  const constant = (value: unknown): boolean => {
    if (typeof value === "function") return isPure(value);
    if (value === null || typeof value !== "object" || ArrayBuffer.isView(value)) return true;
    return !(value instanceof tf.Tensor) && Object.values(value).every(constant);
  };
  return Object.keys(loss).length === 0 && constant(options);
}

function explain(issue: z.core.$ZodIssue, card: LossCard): string {
  if (issue.code === "unrecognized_keys" && issue.path.length === 0) {
    const names = [...new Set([...Object.keys(card.options), ...FAMILY_OPTIONS[card.family]])];
    return `unknown option ${issue.keys.join(", ")}; accepted are ${names.join(", ")}`;
  }
  const [option, ...inside] = issue.path;
  const place = inside.map((step) => (typeof step === "number" ? `[${step}]` : `.${String(step)}`)).join("");
  return `${String(option)}${place} must be ${accepted(card.options[String(option)], issue)}, received ${quote(issue.input)}`;
}
