import { endianness } from "node:os";

/** An array as it lies in a file. */
export interface StoredArray {
  readonly dtype: "float32" | "int32" | "bool";
  readonly shape: readonly number[];
  readonly values: Float32Array | Int32Array | Uint8Array;
}

/** What a file in the safetensors format holds. */
export interface SafetensorsContent {
  readonly arrays: Readonly<Record<string, StoredArray>>;
  /** Texts by name. */
  readonly metadata: Readonly<Record<string, string>>;
}

const CODES = { float32: "F32", int32: "I32", bool: "BOOL" } as const;
const BYTES = { float32: 4, int32: 4, bool: 1 } as const;
const DTYPES = { F32: "float32", I32: "int32", BOOL: "bool" } as const;

/** The format's own bound on the header. */
const LARGEST_HEADER = 100_000_000;

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

/**
 * Writes arrays in the safetensors format, which Python reads with `safetensors.numpy.load_file`.
 *
 * The file is the length of the header as a 64-bit integer, the header as JSON (per array: dtype, shape, first byte and end), padded
 * with spaces to a multiple of 8, then the arrays, row by row, little-endian, without gaps.
 *
 * @param content arrays by name, and texts.
 * @returns the parts of the file in order; arrays are not copied.
 * @throws RangeError for an array whose shape is not that of its values, and for one named `__metadata__`.
 * @see https://github.com/huggingface/safetensors, section Format.
 */
export function encodeSafetensors({ arrays, metadata }: SafetensorsContent): Uint8Array[] {
  if (endianness() !== "LE") throw new Error("encodeSafetensors: the machine must be little-endian");
  const header: Record<string, Entry | Readonly<Record<string, string>>> = { __metadata__: metadata };
  const parts: Uint8Array[] = [];
  let offset = 0;
  // Wider elements first: every array then starts at a multiple of its element's size.
  const names = Object.keys(arrays).sort((a, b) => BYTES[arrays[b].dtype] - BYTES[arrays[a].dtype]);
  for (const name of names) {
    const { dtype, shape, values } = arrays[name];
    if (name === "__metadata__") throw new RangeError("encodeSafetensors: no array can be called __metadata__");
    const size = shape.reduce((product, extent) => product * extent, 1);
    if (values.length !== size || values.BYTES_PER_ELEMENT !== BYTES[dtype]) {
      throw new RangeError(
        `encodeSafetensors: ${name} of shape [${shape.join(", ")}] must have ${size} ${dtype} values, received ` +
          `${values.length} of ${values.BYTES_PER_ELEMENT} bytes`,
      );
    }
    header[name] = { dtype: CODES[dtype], shape, data_offsets: [offset, offset + values.byteLength] };
    parts.push(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    offset += values.byteLength;
  }
  const json = Buffer.from(JSON.stringify(header));
  const padded = Buffer.alloc(Math.ceil(json.length / 8) * 8, " ");
  json.copy(padded);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  return [length, padded, ...parts];
}

/**
 * Reads what {@link encodeSafetensors} writes, and any file of the format with these three kinds of numbers.
 *
 * @param file the whole file.
 * @param name of the file, for errors.
 * @returns arrays and texts; the arrays are copies.
 * @throws Error naming the file and what is wrong with it: truncated, no such format, an unknown kind of number, offsets with gaps.
 */
export function decodeSafetensors(file: Uint8Array, name: string): SafetensorsContent {
  const fail = (what: string): never => {
    throw new Error(`${name} is no whole safetensors file: ${what}`);
  };
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  if (bytes.length < 8) return fail(`it has ${bytes.length} bytes, expected at least 8`);
  const headerLength = Number(bytes.readBigUInt64LE(0));
  const start = 8 + headerLength;
  if (headerLength > LARGEST_HEADER || start > bytes.length) {
    return fail(`its header should have ${headerLength} bytes, it has ${bytes.length} in all`);
  }
  let header: Record<string, Entry>;
  try {
    header = JSON.parse(bytes.toString("utf8", 8, start)) as Record<string, Entry>;
  } catch (error) {
    return fail(`its header is no JSON (${(error as Error).message})`);
  }
  const { __metadata__: metadata = {}, ...entries } = header as unknown as Record<string, Entry> & {
    __metadata__?: Record<string, string>;
  };
  let end = 0;
  const arrays: Record<string, StoredArray> = {};
  const inOrder = Object.entries(entries).sort(([, a], [, b]) => a.data_offsets[0] - b.data_offsets[0]);
  for (const [
    key,
    {
      dtype: code,
      shape,
      data_offsets: [first, last],
    },
  ] of inOrder) {
    if (!Object.hasOwn(DTYPES, code))
      return fail(`${key} has dtype ${code}, expected ${Object.keys(DTYPES).join(", ")}`);
    const dtype = DTYPES[code as keyof typeof DTYPES];
    const length = shape.reduce((product, extent) => product * extent, BYTES[dtype]);
    if (first !== end || last - first !== length || start + last > bytes.length) {
      return fail(`${key} should have ${length} bytes from ${end}, the header says ${first} to ${last}`);
    }
    const copy = new Uint8Array(bytes.subarray(start + first, start + last)).buffer;
    const values = { float32: Float32Array, int32: Int32Array, bool: Uint8Array }[dtype];
    arrays[key] = { dtype, shape, values: new values(copy) };
    end = last;
  }
  if (start + end !== bytes.length) return fail(`its arrays end at byte ${start + end} of ${bytes.length}`);
  return { arrays, metadata };
}
