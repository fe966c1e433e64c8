/** A value as an error quotes it: short, with what JSON has no word for. */
export function quote(value: unknown): string {
  if (typeof value === "number" || value === undefined) return String(value);
  if (typeof value === "function") return "a function";
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/** Throws a RangeError unless a test holds. */
export function requireThat(
  ok: boolean,
  caller: string,
  name: string,
  accepted: string,
  received: unknown,
): asserts ok {
  if (!ok) throw new RangeError(`${caller}: ${name} must be ${accepted}, received ${quote(received)}`);
}

/** Throws unless the option is a finite number greater than 0. */
export function requirePositive(caller: string, name: string, value: number): void {
  requireThat(value > 0 && value < Infinity, caller, name, "a positive finite number", value);
}
