import { type tf } from "../engine";

/** A value that JSON keeps as it is: its numbers must be finite. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** What a checkpoint holds of one part of a run. */
export interface State {
  /** Arrays by name (float32, int32 or bool). They stay their owner's: who reads them disposes none and keeps none. */
  readonly tensors: Readonly<Record<string, tf.Tensor>>;
  /** All else. Numbers come back equal. */
  readonly values: Readonly<Record<string, Json>>;
}

/**
 * A part of a run that changes from step to step: an optimizer, a sampler, group weights.
 *
 * `restore(state())`, in another process too, must bring it to where it was: every later number depends on the state alone.
 */
export interface Stateful {
  /** What it holds now, between two steps. */
  state(): State;
  /**
   * Takes a state over, copying what it keeps.
   *
   * @throws Error saying what does not fit, and then changes nothing.
   */
  restore(state: State): void;
}

/**
 * Something whose state is plain JSON, such as a sampler that is drawn from by `next`, as a part of a checkpoint.
 *
 * @param part its `restore` refuses a state that does not fit.
 * @returns the part, for `stateful` of `fit`.
 */
export function plainState<S extends object>(part: { state(): S; restore(state: S): void }): Stateful {
  return {
    state: () => ({ tensors: {}, values: { ...part.state() } as Readonly<Record<string, Json>> }),
    restore: ({ values }) => part.restore(values as S),
  };
}

/**
 * The variables of a model, or any others, as a part of a checkpoint.
 *
 * @param caller begins the errors.
 * @param variables by their names in the checkpoint.
 * @returns a part whose `restore` assigns them.
 */
export function variablesState(caller: string, variables: Readonly<Record<string, tf.Variable>>): Stateful {
  const names = Object.keys(variables);
  return {
    state: () => ({ tensors: variables, values: {} }),
    restore({ tensors }) {
      const missing = names.filter((name) => !Object.hasOwn(tensors, name));
      const unknown = Object.keys(tensors).filter((name) => !Object.hasOwn(variables, name));
      if (missing.length + unknown.length > 0) {
        const list = (some: readonly string[]) =>
          `${some.slice(0, 4).join(", ")}${some.length > 4 ? ", ..." : ""}` || "none";
        throw new RangeError(
          `${caller}: the state must hold ${names.length} variables; missing are ${list(missing)}, unknown ${list(unknown)}`,
        );
      }
      for (const name of names) {
        const [want, got] = [variables[name].shape, tensors[name].shape];
        if (want.join() !== got.join()) {
          throw new RangeError(`${caller}: ${name} must have shape [${want.join(", ")}], received [${got.join(", ")}]`);
        }
      }
      // A variable cannot be assigned to itself.
      for (const name of names) if (tensors[name] !== variables[name]) variables[name].assign(tensors[name]);
    },
  };
}
