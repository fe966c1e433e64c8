// What every room asks of its options: errors quote the caller, the option, what it accepts and what it got.

/** Throws unless the option is an integer and at least `least`. */
export function requireCount(caller: string, name: string, value: number, least: number): void {
  if (!Number.isInteger(value) || value < least) {
    throw new RangeError(`${caller}: ${name} must be an integer of at least ${least}, received ${value}`);
  }
}

/** Throws unless the option is finite and greater than 0. */
export function requirePositive(caller: string, name: string, value: number): void {
  if (!(value > 0 && value < Infinity)) {
    throw new RangeError(`${caller}: ${name} must be greater than 0, received ${value}`);
  }
}

/** Throws unless the option is finite and at least 0. */
export function requireNonNegative(caller: string, name: string, value: number): void {
  if (!(value >= 0 && value < Infinity)) {
    throw new RangeError(`${caller}: ${name} must be at least 0, received ${value}`);
  }
}

/** Throws unless the option is one of the accepted words. */
export function requireOneOf(caller: string, name: string, value: unknown, accepted: readonly string[]): void {
  if (!accepted.includes(value as string)) {
    const list = accepted.map((word) => `"${word}"`).join(", ");
    throw new RangeError(`${caller}: ${name} must be one of ${list}, received ${JSON.stringify(value)}`);
  }
}

/** Throws when an option is given that the function does not know. */
export function requireKnown(caller: string, options: object, known: readonly string[]): void {
  const unknown = Object.keys(options).filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new RangeError(`${caller}: unknown option ${unknown.join(", ")}; accepted are ${known.join(", ")}`);
  }
}
