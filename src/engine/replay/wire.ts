/*
 * The wire format of Protocol Buffers, as far as graphs need it: https://protobuf.dev/programming-guides/encoding.
 * A message is the concatenation of its fields.
 */

/** A field that holds an integer, a truth value or an enumeration. */
export function integer(field: number, value: number | boolean): Uint8Array {
  return Buffer.concat([varint(field << 3), varint(Number(value))]);
}

/** A field that holds a single-precision number. */
export function float(field: number, value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return Buffer.concat([varint((field << 3) | 5), bytes]);
}

/** A field that holds text, bytes or a message. */
export function bytes(field: number, value: string | Uint8Array | readonly Uint8Array[]): Uint8Array {
  const content = typeof value === "string" ? Buffer.from(value) : Buffer.concat([value].flat() as Uint8Array[]);
  return Buffer.concat([varint((field << 3) | 2), varint(content.length), content]);
}

/** Seven bits at a time, the lowest first; negative numbers as 64 bits of their two's complement. */
function varint(value: number): Uint8Array {
  const groups: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 127n; rest >>= 7n) groups.push(Number(rest & 127n) | 128);
  groups.push(Number(rest));
  return Uint8Array.from(groups);
}
