import { slot, slotTensor, tf, type Slot, type StateTensor } from "../engine";
import { constant, type Schedule } from "./schedule";
import { type State, type Stateful } from "./state";

/** Moves parameters along their gradients. Its state belongs to one run and one list of parameters. */
export interface Optimizer extends Stateful {
  /** What it is called, with the options that tell it apart: shown on run cards. */
  readonly name: string;
  /** The learning rate of every step, as the run takes it. */
  readonly learningRate: Schedule;
  /**
   * One update of every parameter, in place.
   *
   * @param parameters the same list at every step.
   * @param gradients one per parameter, of its shape; they stay the caller's.
   * @param learningRate rate of this update, finite, >= 0.
   * @throws RangeError when there are not as many gradients as parameters or the state belongs to other parameters.
   */
  step(parameters: readonly tf.Variable[], gradients: readonly tf.Tensor[], learningRate: number): void;
  /** The same update in operations of tensors, for a training step that is recorded and replayed; without it none is. */
  readonly recordable?: RecordableUpdate;
  /** Frees the state. */
  dispose(): void;
}

/** An update as a function of tensors: what changes from step to step is given to it as scalars. */
export interface RecordableUpdate {
  /**
   * The numbers of one update, by name, which counts as made.
   *
   * @param learningRate as of `step`.
   */
  numbers(learningRate: number): Readonly<Record<string, number>>;
  /** The update, with those numbers as scalars; does not count it. */
  update(
    parameters: readonly tf.Variable[],
    gradients: readonly tf.Tensor[],
    numbers: Readonly<Record<string, tf.Scalar>>,
  ): void;
  /** All tensors of the state, always in the same order. */
  state(parameters: readonly tf.Variable[]): readonly StateTensor[];
}

/** The schedule of an option that is a number or a schedule. */
export function scheduleOf(learningRate: number | Schedule): Schedule {
  return typeof learningRate === "number" ? constant(learningRate) : learningRate;
}

/** Throws unless the option lies in [0, end). */
export function requireShare(caller: string, name: string, value: number): void {
  if (!(value >= 0 && value < 1)) throw new RangeError(`${caller}: ${name} must be in [0, 1), received ${value}`);
}

/**
 * The slots of an optimizer's state (velocities, moments), one per parameter each, which start at zero with the first step.
 *
 * In a checkpoint, slot s of parameter i is called `s.i`.
 *
 * @param caller begins the errors.
 * @param names of the slots.
 * @returns the slots; none before the first step.
 */
export function slots(caller: string, names: readonly string[]) {
  let held: Record<string, Slot[]> = {};
  let shapes = "";
  // Tensors handed out for a checkpoint; freed with the next step, before their slots change.
  let reading: tf.Tensor[] = [];
  let recordable: readonly StateTensor[] | undefined;
  const forget = () => {
    tf.dispose(reading);
    reading = [];
  };
  const dispose = () => {
    forget();
    for (const list of Object.values(held)) list.forEach((each) => each.dispose());
    held = {};
    shapes = "";
    recordable = undefined;
  };
  const check = (parameters: readonly tf.Variable[]) => {
    const wanted = shapesOf(parameters);
    if (shapes !== "" && shapes !== wanted) {
      throw new RangeError(`${caller}: the state belongs to parameters of shapes ${shapes}, received ${wanted}`);
    }
    forget();
    if (shapes === "") {
      held = Object.fromEntries(names.map((name) => [name, parameters.map((parameter) => slot(parameter))]));
      shapes = wanted;
    }
    return held;
  };
  return {
    /**
     * The slots of every parameter, by name.
     *
     * @throws RangeError when gradients, or what is held, do not fit the parameters.
     */
    of(parameters: readonly tf.Variable[], gradients: readonly tf.Tensor[]): Readonly<Record<string, readonly Slot[]>> {
      const wanted = shapesOf(parameters);
      if (shapesOf(gradients) !== wanted) {
        throw new RangeError(
          `${caller}: gradients must have the parameters' shapes, ${wanted}; received ${shapesOf(gradients)}`,
        );
      }
      return check(parameters);
    },
    /** The slots as state of a step that is recorded, for `RecordableUpdate`. */
    recordable(parameters: readonly tf.Variable[]): readonly StateTensor[] {
      const current = check(parameters);
      return (recordable ??= names.flatMap((name) => current[name].map(slotTensor)));
    },
    /** All slots by their names in a checkpoint. */
    tensors(): State["tensors"] {
      forget();
      const entries = names.flatMap((name) =>
        (held[name] ?? []).map((each, index) => [`${name}.${index}`, tf.keep(each.read())] as const),
      );
      reading = entries.map(([, tensor]) => tensor);
      return Object.fromEntries(entries);
    },
    /** Copies the slots of a checkpoint; before the first step there are none. */
    restore({ tensors }: State): void {
      const count = Object.keys(tensors).length / names.length;
      const next = names.map((name) => Array.from({ length: count }, (_, index) => tensors[`${name}.${index}`]));
      const missing = names.find((_, index) => next[index].some((tensor) => tensor === undefined));
      if (missing !== undefined || !Number.isInteger(count)) {
        const expected = names.map((name) => `${name}.0, ${name}.1, ...`).join(" and ");
        throw new RangeError(
          `${caller}: the state must hold ${expected}, received ${Object.keys(tensors).join(", ") || "none"}`,
        );
      }
      const restored = names.map((name, index) => [name, next[index].map(filled)] as const);
      dispose();
      if (count === 0) return;
      held = Object.fromEntries(restored);
      shapes = shapesOf(next[0]);
    },
    dispose,
  };
}

/** The gradient with the slope of an L2 penalty, weightDecay theta, added; the gradient itself where there is none. */
export function penalised(parameter: tf.Variable, gradient: tf.Tensor, weightDecay: number): tf.Tensor {
  return weightDecay === 0 ? gradient : tf.tidy(() => tf.add(gradient, tf.mul(parameter, weightDecay)));
}

/** A slot with the values of a tensor. */
function filled(values: tf.Tensor): Slot {
  const made = slot(values);
  made.write(values);
  return made;
}

const shapesOf = (tensors: readonly tf.Tensor[]): string =>
  tensors.map(({ shape }) => `[${shape.join(", ")}]`).join(" ");
