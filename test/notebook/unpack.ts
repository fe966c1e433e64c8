/** An array of numbers as plotly packs it: base64 of its bytes. */
export interface PackedArray {
  readonly dtype: string;
  readonly bdata: string;
  readonly shape?: string;
}

export const bytesOf = (packed: unknown) => Uint8Array.from(Buffer.from((packed as PackedArray).bdata, "base64"));

export const floatsOf = (packed: unknown) => Array.from(new Float32Array(bytesOf(packed).buffer));
