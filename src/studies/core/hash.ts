import { createHash } from "node:crypto";

import { dataset } from "../../data";
import { type Json } from "../../training";
import { requireJson } from "../../training/checkpoint";

/**
 * A hash of a JSON value that does not depend on the order of its keys.
 *
 * The first 16 hexadecimal digits of SHA-256 over the JSON text with the keys of every record in order of code units.
 *
 * @param value texts, finite numbers, truth values, null, lists and records of such; minus zero counts as zero.
 * @returns 16 hexadecimal digits.
 * @throws RangeError quoting the place of what JSON does not keep.
 */
export function stableHash(value: Json): string {
  requireJson(value, "stableHash: value");
  return createHash("sha256").update(canonicalJson(value)).digest("hex").slice(0, 16);
}

/** The JSON text of a value with sorted keys, without spaces: equal values, equal texts. */
export function canonicalJson(value: Json): string {
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const record = value as Readonly<Record<string, Json>>;
  const keys = Object.keys(record).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonicalJson(record[key])}`).join(",")}}`;
}

/**
 * A hash of a registered data set, told without loading it: of the checksums and sizes of its files and of how they are divided.
 *
 * @param name its name, such as "fashion-mnist".
 * @returns 16 hexadecimal digits.
 * @throws RangeError naming the known sets when there is none of this name.
 */
export function dataSetHash(name: string): string {
  const entry = dataset(name);
  const files = entry.files.map(({ file, md5, bytes }) => md5 ?? `${file} ${bytes ?? "of unknown size"}`);
  const division =
    entry.kind === "images"
      ? Object.entries(entry.splits).map(([split, { size, excerpt }]) => [
          split,
          size,
          ...(excerpt ? [excerpt.of, excerpt.perClass] : []),
        ])
      : Object.entries(entry.parts).map(([part, { md5, rows }]: [string, { md5: string; rows: number }]) => [
          part,
          md5,
          rows,
        ]);
  return stableHash({ name, files, division });
}
