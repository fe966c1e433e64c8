import type { z } from "zod";

import { tf } from "../engine";

/** zod keeps a schema's make-up in its definition; of all kinds of schema these are the parts that are read here. */
interface Definition {
  readonly type: string;
  readonly innerType?: z.ZodType;
  readonly in?: z.ZodType;
  readonly element?: z.ZodType;
  readonly options?: readonly z.ZodType[];
  readonly items?: readonly z.ZodType[];
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly entries?: Readonly<Record<string, unknown>>;
  readonly values?: readonly unknown[];
  readonly defaultValue?: unknown;
  readonly format?: string;
  readonly error?: (issue: unknown) => unknown;
  readonly checks?: readonly { readonly _zod: { readonly def: Check } }[];
}

interface Check {
  readonly check?: string;
  readonly value?: number;
  readonly inclusive?: boolean;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly length?: number;
  readonly error?: (issue: unknown) => unknown;
}

const definition = (schema: z.core.$ZodType): Definition => schema._zod.def as unknown as Definition;

/** The schema within defaults, optionals and transforms. */
function core(schema: z.core.$ZodType): z.core.$ZodType {
  const { innerType, in: input } = definition(schema);
  const inner = innerType ?? input;
  return inner ? core(inner) : schema;
}

/**
 * What an option's schema accepts, in plain words: "a number in (0, 1)", "a list, each a positive finite number".
 *
 * @param schema of the option.
 * @param issue where it was violated; the words are then those of the place, or the issue's own where a refinement failed.
 */
export function accepted(schema: z.core.$ZodType, issue?: z.core.$ZodIssue): string {
  if (issue?.code === "custom" && issue.message !== "Invalid input") return issue.message;
  const steps = issue?.path.slice(1) ?? [];
  return inWords(steps.reduce<z.core.$ZodType>((place, step) => within(place, step), schema));
}

function within(schema: z.core.$ZodType, step: PropertyKey): z.core.$ZodType {
  const { element, items, shape } = definition(core(schema));
  return element ?? items?.[Number(step)] ?? shape?.[String(step)] ?? schema;
}

/** The value an option has when left out, quoted; undefined where it must be given or is off by default. */
export function defaultOf(schema: z.core.$ZodType): string | undefined {
  const { type, innerType, defaultValue } = definition(schema);
  if (type === "default" || type === "prefault") return quote(defaultValue);
  return innerType ? defaultOf(innerType) : undefined;
}

/** Whether an option may be left out. */
export const isOptional = (schema: z.core.$ZodType): boolean => schema._zod.optin === "optional";

/** What an option is, from `.describe()` on any of its layers. */
export function descriptionOf(schema: z.core.$ZodType): string {
  const { innerType, in: input } = definition(schema);
  const inner = innerType ?? input;
  return (schema as z.ZodType).description ?? (inner ? descriptionOf(inner) : "");
}

function inWords(schema: z.core.$ZodType): string {
  const def = definition(core(schema));
  const checks = (def.checks ?? []).map(({ _zod }) => _zod.def);
  const own = [def, ...checks].map(({ error }) => error?.({})).find((text) => typeof text === "string");
  if (own !== undefined) return own as string;
  switch (def.type) {
    case "number":
      return numberInWords([def, ...checks]);
    case "boolean":
      return "true or false";
    case "string":
      return "a text";
    case "enum":
      return `one of ${Object.values(def.entries ?? {}).join(", ")}`;
    case "literal":
      return (def.values ?? []).map(quote).join(" or ");
    case "array":
      return listInWords(def.element as z.ZodType, checks);
    case "tuple":
      return `[${(def.items ?? []).map(inWords).join(", ")}]`;
    case "union":
      return (def.options ?? []).map(inWords).join(" or ");
    case "object":
      return `an object of ${Object.keys(def.shape ?? {}).join(", ")}`;
    default:
      return descriptionOf(schema) || `of type ${def.type}`;
  }
}

function numberInWords(checks: readonly Check[], plural = false): string {
  const bound = (kind: string) => checks.find(({ check }) => check === kind);
  const [lower, upper] = [bound("greater_than"), bound("less_than")];
  const isInteger = checks.some(({ format }) => format !== undefined);
  const words = (adjective: string, ending = "") => {
    const phrase = `${adjective}${isInteger ? "integer" : "number"}${plural ? "s" : ""}${ending}`;
    return plural ? phrase : `${/^[aeiou]/.test(phrase) ? "an" : "a"} ${phrase}`;
  };
  if (lower && upper) {
    const [open, close] = [lower.inclusive ? "[" : "(", upper.inclusive ? "]" : ")"];
    return words("", ` in ${open}${lower.value}, ${upper.value}${close}`);
  }
  const finite = isInteger ? "" : "finite ";
  if (lower?.value === 0) return words(`${lower.inclusive ? "non-negative" : "positive"} ${finite}`);
  if (lower) return words(finite, ` ${lower.inclusive ? "of at least" : "above"} ${lower.value}`);
  return words(finite, upper ? ` ${upper.inclusive ? "of at most" : "below"} ${upper.value}` : "");
}

function listInWords(element: z.ZodType, checks: readonly Check[]): string {
  const limits = checks.flatMap(({ check, minimum, maximum, length }) => {
    if (check === "length_equals") return [`${length}`];
    if (check === "min_length" && minimum !== 1) return [`at least ${minimum}`];
    return check === "max_length" ? [`at most ${maximum}`] : [];
  });
  const list = checks.some(({ minimum }) => minimum === 1) ? "a non-empty list" : "a list";
  const count = limits.length > 0 ? `${limits.join(" and ")} ` : "";
  const { type, checks: own = [], ...def } = definition(core(element));
  if (type !== "number") return `${list} of ${count}elements, each ${inWords(element)}`;
  return `${list} of ${count}${numberInWords([def, ...own.map(({ _zod }) => _zod.def)], true)}`;
}

/** A value as an error quotes it: short, and with what JSON has no word for. */
export function quote(value: unknown): string {
  if (value instanceof tf.Tensor) return `a tensor of shape [${value.shape.join(", ")}]`;
  if (typeof value === "function") return "a function";
  const text = typeof value === "number" || typeof value === "bigint" ? String(value) : toJson(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

function toJson(value: unknown): string {
  // JSON writes NaN and the infinities as null.
  const named = (_: string, inner: unknown) =>
    typeof inner === "number" && !Number.isFinite(inner) ? String(inner) : inner;
  try {
    return JSON.stringify(value, named)?.replace(/"(NaN|-?Infinity)"/g, "$1") ?? String(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}
