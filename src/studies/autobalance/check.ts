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

/** Throws unless the option is an integer of at least `least`. */
export function requireCount(caller: string, name: string, value: number, least: number): void {
  requireThat(Number.isInteger(value) && value >= least, caller, name, `an integer of at least ${least}`, value);
}

/** Throws unless the option is a finite number greater than 0. */
export function requirePositive(caller: string, name: string, value: number): void {
  requireThat(value > 0 && value < Infinity, caller, name, "a positive finite number", value);
}

/** Throws when an option is given that the function does not know. */
export function requireKnown(caller: string, options: object, known: readonly string[]): void {
  const unknown = Object.keys(options).filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new RangeError(`${caller}: unknown option ${unknown.join(", ")}; accepted are ${known.join(", ")}`);
  }
}
