import type { MimeBundle } from "./display";

/** The parts of a tfjs tensor that are read. */
interface TensorLike {
  shape: readonly number[];
  dtype: string;
  size: number;
  isDisposed: boolean;
  dataSync(): ArrayLike<number | string>;
  flatten(): TensorLike;
  slice(begin: number[], size: number[]): TensorLike;
  dispose(): void;
  toString(): string;
}

/** Tensors up to this many values are shown whole, of larger ones this few of the first. */
const WHOLE = 400;
const FIRST = 8;

/** A tfjs tensor or variable as its dtype, shape and a preview of its values, or undefined for anything else. */
export function tensorBundle(value: object): MimeBundle | undefined {
  const candidate = value as Partial<TensorLike> & { dataId?: unknown; trainable?: unknown; name?: unknown };
  const known = Array.isArray(candidate.shape) && typeof candidate.dtype === "string" && "dataId" in candidate;
  if (!known || typeof candidate.dataSync !== "function") return undefined;
  const tensor = candidate as TensorLike;
  const kind = typeof candidate.trainable === "boolean" ? `Variable "${String(candidate.name)}"` : "Tensor";
  const title = `${kind} ${tensor.dtype} [${tensor.shape.join(", ")}]`;
  return { data: { "text/plain": title + preview(tensor) }, metadata: {} };
}

function preview(tensor: TensorLike): string {
  if (tensor.isDisposed) return ", disposed";
  if (tensor.size === 0) return ", empty";
  if (tensor.size <= WHOLE) {
    // tfjs's own nested print, without its first line.
    return `\n${tensor.toString().split("\n").slice(1).join("\n")}`.replace(/\n {4}/g, "\n");
  }
  // A few values are cut out before anything is read: the whole may be large and on another device.
  const flat = tensor.flatten();
  const first = flat.slice([0], [FIRST]);
  try {
    return `\n${Array.from(first.dataSync(), readable).join(", ")}, … (${tensor.size} values)`;
  } finally {
    first.dispose();
    flat.dispose();
  }
}

function readable(value: number | string): string {
  return typeof value === "number" ? String(Number(value.toPrecision(6))) : JSON.stringify(value);
}
