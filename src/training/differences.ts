import { type Json } from "./state";

/** A place where two values differ; undefined stands for what is missing. */
export interface Difference {
  readonly path: string;
  readonly a: Json | undefined;
  readonly b: Json | undefined;
}

/**
 * Where two JSON values differ; the order of keys is none.
 *
 * @param a one value.
 * @param b the other.
 * @param path of the values, which every place begins with.
 * @returns the places, deepest first met; none for equal values.
 */
export function differences(a: Json | undefined, b: Json | undefined, path = ""): Difference[] {
  if (isRecord(a) && isRecord(b)) {
    const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
    return keys.flatMap((key) => differences(a[key], b[key], path === "" ? key : `${path}.${key}`));
  }
  if (Array.isArray(a) && Array.isArray(b) && a.length === b.length) {
    return a.flatMap((item: Json, index) => differences(item, b[index] as Json, `${path}[${index}]`));
  }
  // Lists of other lengths are told whole.
  return JSON.stringify(a) === JSON.stringify(b) ? [] : [{ path, a, b }];
}

const isRecord = (value: Json | undefined): value is { readonly [key: string]: Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value);
