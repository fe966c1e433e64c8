import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { z } from "zod";

import { tf } from "../engine";
import { decodeSafetensors, encodeSafetensors, type StoredArray } from "./safetensors";
import { type Json, type State } from "./state";
import { writeWhole } from "./wholeFile";

/** The state of a run between two steps. */
export interface Checkpoint {
  /** Updates made. */
  readonly step: number;
  /** Epoch of the next update, and how many of its batches are done. */
  readonly epoch: number;
  readonly position: number;
  /** Parts of the run by name: `model`, `optimizer`, and so on. */
  readonly parts: Readonly<Record<string, State>>;
}

const FORMAT = "counterweight checkpoint";
const VERSION = 1;

const Description = z.object({
  format: z.literal(FORMAT),
  version: z.literal(VERSION),
  step: z.int().min(0),
  epoch: z.int().min(0),
  position: z.int().min(0),
  /** What the parts hold beside arrays. */
  values: z.record(z.string(), z.record(z.string(), z.json())),
  sha256: z.string(),
});

/**
 * Writes a checkpoint as one file, whole or not at all.
 *
 * The file is in the safetensors format. Array a of part p is called `p/a`; the metadata's `checkpoint` is JSON with step, epoch,
 * position, the parts' other values and the SHA-256 of all arrays in order.
 *
 * @param path the file; its folder must exist.
 * @param checkpoint what to write; its tensors are read and left alone.
 * @returns name of the first array of `model` that is not finite, if any; the file is then not written.
 * @throws Error naming the file, when it cannot be written; RangeError for a value that JSON does not keep.
 */
export async function writeCheckpoint(path: string, checkpoint: Checkpoint): Promise<string | undefined> {
  const { step, epoch, position, parts } = checkpoint;
  const arrays: Record<string, StoredArray> = {};
  for (const [part, { tensors }] of Object.entries(parts)) {
    for (const [name, tensor] of Object.entries(tensors)) {
      const array = readTensor(tensor, `${part}/${name}`);
      if (part === "model" && !array.values.every(Number.isFinite)) return name;
      arrays[`${part}/${name}`] = array;
    }
  }
  const values = Object.fromEntries(Object.entries(parts).map(([part, state]) => [part, state.values]));
  requireJson(values, "checkpoint");
  const sha256 = digest(arrays);
  const description = { format: FORMAT, version: VERSION, step, epoch, position, values, sha256 };
  await writeWhole(path, encodeSafetensors({ arrays, metadata: { checkpoint: JSON.stringify(description) } }));
  return undefined;
}

/**
 * Reads a checkpoint.
 *
 * @param path the file.
 * @returns the checkpoint; its tensors are new and the caller's.
 * @throws Error naming the file, when it is missing, truncated, damaged, of another version or no checkpoint.
 */
export async function readCheckpoint(path: string): Promise<Checkpoint> {
  const { arrays, metadata } = decodeSafetensors(await readFile(path), path);
  let json: unknown;
  try {
    json = JSON.parse(metadata.checkpoint ?? "null");
  } catch {
    json = null;
  }
  const { success, data, error } = Description.safeParse(json);
  if (!success) {
    const [issue] = error.issues;
    throw new Error(`${path} is no checkpoint of version ${VERSION}: ${[...issue.path, issue.message].join(" ")}`);
  }
  if (digest(arrays) !== data.sha256)
    throw new Error(`${path} is damaged: its arrays have another checksum than it says`);
  const parts: Record<string, { tensors: Record<string, tf.Tensor>; values: Record<string, Json> }> = {};
  for (const [part, values] of Object.entries(data.values)) parts[part] = { tensors: {}, values };
  for (const [key, { dtype, shape, values }] of Object.entries(arrays)) {
    const slash = key.indexOf("/");
    parts[key.slice(0, slash)].tensors[key.slice(slash + 1)] = tf.tensor(values, [...shape], dtype);
  }
  return { step: data.step, epoch: data.epoch, position: data.position, parts };
}

/** Frees the tensors of a checkpoint that was read. */
export function disposeCheckpoint({ parts }: Checkpoint): void {
  for (const { tensors } of Object.values(parts)) tf.dispose(Object.values(tensors));
}

function readTensor(tensor: tf.Tensor, name: string): StoredArray {
  const { dtype, shape } = tensor;
  if (dtype !== "float32" && dtype !== "int32" && dtype !== "bool") {
    throw new RangeError(`checkpoint: ${name} must be float32, int32 or bool, received ${dtype}`);
  }
  return { dtype, shape, values: tensor.dataSync() as StoredArray["values"] };
}

function digest(arrays: Readonly<Record<string, StoredArray>>): string {
  const hash = createHash("sha256");
  for (const name of Object.keys(arrays).sort()) {
    const { values } = arrays[name];
    hash.update(name).update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  return hash.digest("hex");
}

/**
 * Throws unless JSON keeps a value as it is.
 *
 * @param value what is to be written.
 * @param path of the value, for the error.
 */
export function requireJson(value: unknown, path: string): asserts value is Json {
  if (value === null || typeof value === "boolean" || typeof value === "string") return;
  if (typeof value === "number" && Number.isFinite(value)) return;
  if (Array.isArray(value)) return value.forEach((item, index) => requireJson(item, `${path}[${index}]`));
  if (typeof value === "object") {
    const prototype: unknown = Object.getPrototypeOf(value);
    // An object of a notebook cell comes from another realm.
    if (prototype === null || Object.getPrototypeOf(prototype) === null) {
      return Object.entries(value).forEach(([key, item]) => requireJson(item, `${path}.${key}`));
    }
  }
  const received = typeof value === "object" ? `a ${value.constructor.name}` : String(value);
  throw new RangeError(
    `${path} must be a finite number, a text, a truth value, null, or a list or record of such, received ${received}`,
  );
}
