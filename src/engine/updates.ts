import { floatType, type NativeAttribute, type NativeBackend } from "./kernels/register";
import { keepsResources, resource, type Resource } from "./kernels/resource";
import { tf } from "./tf";

/** State that an optimizer keeps for one parameter, such as its velocity. */
export interface Slot {
  /** Its values, as a new tensor that the caller disposes. */
  read(): tf.Tensor;
  /** Replaces its values. */
  write(value: tf.Tensor): void;
  dispose(): void;
}

/** What a slot is on this backend: a variable of TensorFlow's own, beside one for its parameter once that is updated, or a tensor. */
type Held = { readonly own: Resource; parameter?: Resource } | { value: tf.Tensor };

const held = new WeakMap<Slot, Held>();

/**
 * Makes a slot that starts at zero.
 *
 * @param like the parameter whose shape it takes.
 * @returns the slot; disposed by the caller.
 */
export function slot(like: tf.Tensor): Slot {
  const zeros = tf.zeros(like.shape);
  const state: Held = keepsResources() ? { own: resource(zeros) } : { value: tf.keep(tf.clone(zeros)) };
  zeros.dispose();
  const made: Slot = {
    read: () => ("own" in state ? state.own.read() : tf.clone(state.value)),
    write(value) {
      if ("own" in state) return state.own.write(value);
      state.value.dispose();
      state.value = tf.keep(tf.clone(value));
    },
    dispose() {
      if (!("own" in state)) return state.value.dispose();
      state.own.dispose();
      state.parameter?.dispose();
    },
  };
  held.set(made, state);
  return made;
}

export interface MomentumUpdate {
  readonly learningRate: number;
  /** In [0, 1). */
  readonly momentum: number;
  readonly nesterov: boolean;
}

/**
 * One step of gradient descent with momentum, in place: one pass over the memory on the native backend.
 *
 *     v <- momentum v + g;  theta <- theta - rate (nesterov ? g + momentum v : v)
 *
 * @param parameter theta.
 * @param velocity v, a slot of theta's shape.
 * @param gradient g, of theta's shape.
 * @param options see {@link MomentumUpdate}.
 */
export function momentumUpdate(
  parameter: tf.Variable,
  velocity: Slot,
  gradient: tf.Tensor,
  { learningRate, momentum, nesterov }: MomentumUpdate,
): void {
  tf.tidy(() => {
    const state = held.get(velocity) as Held;
    if ("own" in state) {
      return inPlace("ResourceApplyMomentum", parameter, mirrorOf(state, parameter), [state.own], {
        inputs: [tf.scalar(learningRate), gradient, tf.scalar(momentum)],
        flags: { use_nesterov: nesterov },
      });
    }
    const next = tf.add(tf.mul(state.value, momentum), gradient);
    const direction = nesterov ? tf.add(gradient, tf.mul(next, momentum)) : next;
    parameter.assign(tf.sub(parameter, tf.mul(direction, learningRate)));
    velocity.write(next);
  });
}

export interface AdamUpdate {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Number of this step, from 1: the moments' bias is corrected by it. */
  readonly step: number;
}

/**
 * One step of Adam, in place: one pass over the memory on the native backend.
 *
 *     m <- beta1 m + (1 - beta1) g;  s <- beta2 s + (1 - beta2) g^2
 *     theta <- theta - rate (m / (1 - beta1^t)) / (sqrt(s / (1 - beta2^t)) + epsilon)
 *
 * @param parameter theta.
 * @param first m, a slot of theta's shape.
 * @param second s, a slot of theta's shape.
 * @param gradient g, of theta's shape.
 * @param options see {@link AdamUpdate}.
 * @see Kingma, Ba: Adam: a method for stochastic optimization, 2015, algorithm 1.
 */
export function adamUpdate(
  parameter: tf.Variable,
  first: Slot,
  second: Slot,
  gradient: tf.Tensor,
  { learningRate, beta1, beta2, epsilon, step }: AdamUpdate,
): void {
  const correction1 = 1 - beta1 ** step;
  const correction2 = 1 - beta2 ** step;
  tf.tidy(() => {
    const [m, s] = [held.get(first) as Held, held.get(second) as Held];
    if ("own" in m && "own" in s) {
      // TensorFlow adds epsilon to sqrt(s) before the correction: this one gives the published form.
      const scaled = epsilon * Math.sqrt(correction2);
      const numbers = [beta1 ** step, beta2 ** step, learningRate, beta1, beta2, scaled].map((value) =>
        tf.scalar(value),
      );
      return inPlace("ResourceApplyAdam", parameter, mirrorOf(m, parameter), [m.own, s.own], {
        inputs: [...numbers, gradient],
        flags: { use_nesterov: false },
      });
    }
    if ("own" in m || "own" in s) throw new Error("adamUpdate: both slots must have been made on the backend in use");
    const nextM = tf.add(tf.mul(m.value, beta1), tf.mul(gradient, 1 - beta1));
    const nextS = tf.add(tf.mul(s.value, beta2), tf.mul(tf.square(gradient), 1 - beta2));
    const scale = tf.add(tf.sqrt(tf.div(nextS, correction2)), epsilon);
    parameter.assign(tf.sub(parameter, tf.mul(tf.div(nextM, scale), learningRate / correction1)));
    first.write(nextM);
    second.write(nextS);
  });
}

/** The variable of TensorFlow's own that holds the parameter's value while it is updated. */
function mirrorOf(state: { parameter?: Resource }, parameter: tf.Variable): Resource {
  // The parameter may have been changed from outside since the last step; handing it over copies nothing.
  if (state.parameter) state.parameter.write(parameter as tf.Tensor);
  return (state.parameter ??= resource(parameter as tf.Tensor));
}

/** Runs an update of TensorFlow's on the parameter and its slots, and gives the parameter its new value. */
function inPlace(
  name: string,
  parameter: tf.Variable,
  mirror: Resource,
  slots: readonly Resource[],
  { inputs, flags }: { inputs: readonly tf.Tensor[]; flags: Record<string, boolean> },
): void {
  const backend = tf.backend() as unknown as NativeBackend;
  const attributes: NativeAttribute[] = [
    floatType(backend),
    ...Object.entries({ use_locking: false, ...flags }).map(([flag, value]) => ({
      name: flag,
      type: backend.binding.TF_ATTR_BOOL,
      value,
    })),
  ];
  // TensorFlow changes memory in place where nobody else refers to it: the parameter lets go of its own for the moment.
  const { makeTensor } = tf.engine() as unknown as { makeTensor(values: Float32Array, shape: number[]): tf.Tensor };
  const placeholder = makeTensor.call(tf.engine(), NOTHING, parameter.shape);
  parameter.assign(placeholder);
  placeholder.dispose();
  try {
    backend.executeMultipleOutputs(
      name,
      attributes,
      [mirror.handle, ...slots.map(({ handle }) => handle), ...inputs],
      0,
    );
  } finally {
    const updated = mirror.read();
    parameter.assign(updated);
    updated.dispose();
  }
}

/** Values of a tensor that is never read. */
const NOTHING = new Float32Array(0);
