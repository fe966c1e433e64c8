const PURE = Symbol.for("counterweight.pure");

/**
 * Declares that a function of tensors depends on its arguments and on variables alone, and does nothing but compute.
 *
 * Then what it did at one call can be replayed at the next. It must not draw random numbers, count its calls, look at the time or the
 * epoch, read numbers back from tensors to decide what to do, or change anything but the variables of its model.
 *
 * @param f the function.
 * @returns f itself, marked.
 */
export function pure<F extends (...args: never[]) => unknown>(f: F): F {
  return Object.defineProperty(f, PURE, { value: true });
}

/** Whether a function was declared pure. */
export function isPure(f: unknown): boolean {
  return typeof f === "function" && PURE in f;
}
