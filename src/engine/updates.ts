import { floatType, type NativeAttribute, type NativeBackend } from "./kernels/register";
import { keepsResources, resource, type Resource } from "./kernels/resource";
import { type StateTensor } from "./replay";
import { tf } from "./tf";

/** State that an optimizer keeps for one parameter, such as its velocity. */
export interface Slot {
  /** Its values, as a new tensor that the caller disposes. */
  read(): tf.Tensor;
  /** Replaces its values. */
  write(value: tf.Tensor): void;
  dispose(): void;
}

/**
 * What a slot is at the moment: a variable of TensorFlow's own, beside one for its parameter once that is updated, where updates are made
 * in place; a tensor elsewhere and in updates that are recorded.
 */
type Held = { readonly own: Resource; parameter?: Resource } | { value: tf.Tensor };

const held = new WeakMap<Slot, { now: Held }>();

/**
 * Makes a slot that starts at zero.
 *
 * @param like the parameter whose shape it takes.
 * @returns the slot; disposed by the caller.
 */
export function slot(like: tf.Tensor): Slot {
  const zeros = tf.zeros(like.shape);
  const state: { now: Held } = {
    now: keepsResources() ? { own: resource(zeros) } : { value: tf.keep(tf.clone(zeros)) },
  };
  zeros.dispose();
  const made: Slot = {
    read: () => ("own" in state.now ? state.now.own.read() : tf.clone(state.now.value)),
    write(value) {
      if ("own" in state.now) return state.now.own.write(value);
      state.now.value.dispose();
      state.now.value = tf.keep(tf.clone(value));
    },
    dispose: () => release(state.now),
  };
  held.set(made, state);
  return made;
}

function release(state: Held): void {
  if (!("own" in state)) return state.value.dispose();
  state.own.dispose();
  state.parameter?.dispose();
}

/** A slot as state of a step that is recorded: it is a tensor from now on. */
export function slotTensor(kept: Slot): StateTensor {
  return { tensor: () => tensorOf(kept), assign: kept.write };
}

function tensorOf(kept: Slot): tf.Tensor {
  const state = held.get(kept) as { now: Held };
  if ("own" in state.now) {
    const value = tf.keep(state.now.own.read());
    release(state.now);
    state.now = { value };
  }
  return state.now.value;
}

/** The slot's variable of TensorFlow's own, where updates are made in place. */
function ownOf(kept: Slot): { readonly own: Resource; parameter?: Resource } | undefined {
  const state = held.get(kept) as { now: Held };
  if (!("own" in state.now)) {
    if (!keepsResources()) return undefined;
    const { value } = state.now;
    state.now = { own: resource(value) };
    value.dispose();
  }
  return state.now;
}

export interface MomentumUpdate {
  /** A scalar makes the update one of tensors, which can be recorded; a number one in place, where there is such. */
  readonly learningRate: number | tf.Scalar;
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
    const state = typeof learningRate === "number" ? ownOf(velocity) : undefined;
    if (state) {
      return inPlace("ResourceApplyMomentum", parameter, mirrorOf(state, parameter), [state.own], {
        inputs: [tf.scalar(learningRate as number), gradient, tf.scalar(momentum)],
        flags: { use_nesterov: nesterov },
      });
    }
    // In TensorFlow's order of operations, so that both ways give the same numbers.
    const next = tf.add(tf.mul(tensorOf(velocity), momentum), gradient);
    const move = nesterov
      ? tf.add(tf.mul(gradient, learningRate), tf.mul(tf.mul(next, momentum), learningRate))
      : tf.mul(next, learningRate);
    parameter.assign(tf.sub(parameter, move));
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

/** The numbers of an Adam update that change from step to step, see {@link adamNumbers}. */
export interface AdamNumbers<N = number> {
  /** rate sqrt(1 - beta2^t) / (1 - beta1^t) */
  readonly rate: N;
  /** epsilon sqrt(1 - beta2^t): theta moves by rate m / (sqrt(s) + this). */
  readonly epsilon: N;
}

/** What Adam's bias corrections come to, in TensorFlow's single precision. */
export function adamNumbers({ learningRate, beta1, beta2, epsilon, step }: AdamUpdate): AdamNumbers {
  const f = Math.fround;
  const root = f(Math.sqrt(f(1 - f(beta2 ** step))));
  return {
    rate: f(f(f(learningRate) * root) / f(1 - f(beta1 ** step))),
    epsilon: epsilon * Math.sqrt(1 - beta2 ** step),
  };
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
 * @param numbers those of {@link adamNumbers} as scalars make the update one of tensors, which can be recorded.
 * @see Kingma, Ba: Adam: a method for stochastic optimization, 2015, algorithm 1.
 */
export function adamUpdate(
  parameter: tf.Variable,
  first: Slot,
  second: Slot,
  gradient: tf.Tensor,
  options: AdamUpdate | Pick<AdamUpdate, "beta1" | "beta2">,
  numbers?: AdamNumbers<tf.Scalar>,
): void {
  const { beta1, beta2 } = options;
  tf.tidy(() => {
    const [m, s] = numbers ? [] : [ownOf(first), ownOf(second)];
    if (m && s) {
      const { learningRate, step } = options as AdamUpdate;
      // TensorFlow adds epsilon to sqrt(s) before the correction: this one gives the published form.
      const { epsilon } = adamNumbers(options as AdamUpdate);
      const scalars = [beta1 ** step, beta2 ** step, learningRate, beta1, beta2, epsilon].map((value) =>
        tf.scalar(value),
      );
      return inPlace("ResourceApplyAdam", parameter, mirrorOf(m, parameter), [m.own, s.own], {
        inputs: [...scalars, gradient],
        flags: { use_nesterov: false },
      });
    }
    // In TensorFlow's order of operations and precision, so that both ways give the same numbers.
    const { rate, epsilon } = numbers ?? adamNumbers(options as AdamUpdate);
    const rest = (beta: number) => Math.fround(1 - Math.fround(beta));
    const [oldM, oldS] = [tensorOf(first), tensorOf(second)];
    const nextM = tf.add(oldM, tf.mul(tf.sub(gradient, oldM), rest(beta1)));
    const nextS = tf.add(oldS, tf.mul(tf.sub(tf.square(gradient), oldS), rest(beta2)));
    parameter.assign(tf.sub(parameter, tf.div(tf.mul(nextM, rate), tf.add(tf.sqrt(nextS), epsilon))));
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
