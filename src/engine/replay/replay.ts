import { tf } from "../tf";
import { type Values } from "./graph";
import { canReplay, idOf, native, type NativeTensor } from "./native";
import { record, type Hindrance, type Recording } from "./recorder";
import { openSession, type Session } from "./session";

/** A tensor that a step reads and replaces: a variable, or what an optimizer keeps for one. */
export interface StateTensor {
  /** Its value now; its owner's. */
  tensor(): tf.Tensor;
  /** Replaces the value by that of a tensor of the same shape, which stays the caller's. */
  assign(value: tf.Tensor): void;
}

/** What a step is given anew every time, by name. */
export interface StepInputs {
  readonly tensors: Readonly<Record<string, tf.Tensor>>;
  /** Rates and the like: they reach the step as scalars. */
  readonly numbers: Readonly<Record<string, number>>;
}

export interface StepOptions {
  /**
   * The step: a function of its arguments and of the state, in operations of tensors, which returns tensors.
   *
   * It may change the state, and nothing else.
   */
  step(tensors: Readonly<Record<string, tf.Tensor>>, numbers: Readonly<Record<string, tf.Scalar>>): tf.Tensor[];
  /** What it reads and changes, always in the same order; asked for at every step. */
  state(): readonly StateTensor[];
}

/** A step that is taken operation by operation at first, then as one. */
export interface ReplayedStep {
  /** One step. @returns the step's tensors; the caller's. */
  take(inputs: StepInputs): tf.Tensor[];
  /** Why inputs of one kind are taken operation by operation for good, where they are. */
  readonly hindrance: string | undefined;
  /** How many steps were replayed. */
  readonly replayed: number;
  /** Frees the graphs. */
  dispose(): void;
}

/** More kinds of inputs than this are not recorded: each takes memory. */
const MOST_GRAPHS = 8;

type Stage =
  | { readonly kind: "new" }
  | { readonly kind: "warm" }
  | { readonly kind: "recorded"; readonly recording: Recording }
  | { readonly kind: "replayed"; readonly session: Session; readonly changed: readonly number[] }
  | { readonly kind: "hindered" };

/**
 * Makes a step of thousands of operations one call: TensorFlow runs what the step did before as a graph, without JavaScript between
 * two operations, and those that do not depend on each other side by side.
 *
 * For inputs of one kind (names, shapes, types) the first step is taken as always, the second and third are recorded on the way. From
 * the fourth on the recording is replayed, if
 *
 * - both recordings are the same, byte by byte: nothing that changes from step to step, such as a random mask, was taken for a constant;
 * - the graph, run on what the third step was given, gives its results bit by bit, however TensorFlow rearranged it;
 * - the step read nothing but its inputs, its state and constants, and read no numbers back.
 *
 * Else such steps are taken operation by operation for good, and `hindrance` says why. What these checks cannot see is a step that
 * changes later on, by a counter or an epoch of its own: a step must be pure.
 *
 * @param options see {@link StepOptions}.
 * @returns the step. On the JavaScript backend and on a GPU it is never replayed.
 */
export function replayedStep({ step, state }: StepOptions): ReplayedStep {
  const stages = new Map<string, Stage>();
  let hindrance: string | undefined;
  let replayed = 0;

  const asAlways = ({ tensors }: StepInputs, scalars: Readonly<Record<string, tf.Scalar>>): tf.Tensor[] =>
    tf.tidy(() => step(tensors, scalars));
  const hinder = (reason: string): Stage => {
    hindrance = reason;
    return { kind: "hindered" };
  };

  /** One step in operations, with a recording of it. */
  const recorded = (inputs: StepInputs, scalars: Record<string, tf.Scalar>) => {
    const held = state();
    const given = [...Object.values(inputs.tensors), ...Object.values(scalars), ...held.map((each) => each.tensor())];
    const before = held.map((each) => idOf(each.tensor()));
    const others = otherVariables(held);
    const count = tf.memory().numTensors;
    let changed: number[] = [];
    const { result, recording } = record(
      given,
      () => asAlways(inputs, scalars),
      (outputs) => {
        changed = held.flatMap((each, index) => (idOf(each.tensor()) === before[index] ? [] : [index]));
        return [...outputs, ...changed.map((index) => held[index].tensor())];
      },
    );
    const more = tf.memory().numTensors - count - result.length;
    const aside = others().length > 0 ? "changes a variable that is not among its state" : undefined;
    const left = more !== 0 ? `keeps or frees tensors of its own (${more})` : undefined;
    const reason = aside ?? left;
    return { result, changed, recording: reason === undefined ? recording : { reason } };
  };

  const next = (stage: Stage, inputs: StepInputs, scalars: Record<string, tf.Scalar>): [tf.Tensor[], Stage] => {
    if (stage.kind === "new") return [asAlways(inputs, scalars), { kind: "warm" }];
    const before = state().map((each) => tf.clone(each.tensor()));
    try {
      const { result, changed, recording } = recorded(inputs, scalars);
      if (!isRecording(recording)) return [result, hinder(recording.reason)];
      if (stage.kind !== "recorded") return [result, { kind: "recorded", recording }];
      if (!same(stage.recording, recording)) return [result, hinder("does not do the same at every call")];
      const held = state();
      const expected = [...result, ...changed.map((index) => held[index].tensor())];
      const given = [...Object.values(inputs.tensors), ...Object.values(scalars), ...before];
      return [result, tried(recording, given, expected, changed)];
    } finally {
      tf.dispose(before);
    }
  };

  const tried = (
    recording: Recording,
    given: readonly tf.Tensor[],
    expected: readonly tf.Tensor[],
    changed: readonly number[],
  ): Stage => {
    let session: Session | undefined;
    try {
      session = openSession(recording);
      const found = session.run(given.map(idOf));
      const differs = found.findIndex(
        ({ id }, index) => !equalBits(native().binding.tensorDataSync(id), expected[index]),
      );
      found.forEach(({ id }) => native().binding.deleteTensor(id));
      if (differs < 0) return { kind: "replayed", session, changed };
      session.dispose();
      return hinder(`gives other numbers as a graph (output ${differs} of ${expected.length})`);
    } catch (error) {
      session?.dispose();
      return hinder(`is refused by TensorFlow as a graph: ${(error as Error).message}`);
    }
  };

  const replay = ({ session, changed }: Stage & { kind: "replayed" }, { tensors, numbers }: StepInputs) => {
    const { binding } = native();
    const held = state();
    const scalars = Object.values(numbers).map((value) =>
      binding.createTensor([], binding.TF_FLOAT, Float32Array.of(value)),
    );
    const ids = native().getInputTensorIds([...Object.values(tensors), ...held.map((each) => each.tensor())]);
    ids.splice(Object.keys(tensors).length, 0, ...scalars);
    let made: NativeTensor[];
    try {
      made = session.run(ids);
    } finally {
      scalars.forEach((id) => binding.deleteTensor(id));
    }
    const results = made.splice(0, made.length - changed.length).map((each) => native().createOutputTensor(each));
    made.forEach((each, index) => replace(held[changed[index]], each));
    replayed++;
    return results;
  };

  return {
    take(inputs) {
      const key = canReplay() ? kindOf(inputs, state()) : undefined;
      const stage = key === undefined ? undefined : stages.get(key);
      if (stage?.kind === "replayed") return replay(stage, inputs);
      const scalars = Object.fromEntries(
        Object.entries(inputs.numbers).map(([name, value]) => [name, tf.scalar(value)] as const),
      );
      try {
        if (key === undefined || stage?.kind === "hindered" || (!stage && stages.size >= MOST_GRAPHS)) {
          return asAlways(inputs, scalars);
        }
        const [results, then] = next(stage ?? { kind: "new" }, inputs, scalars);
        stages.set(key, then);
        return results;
      } finally {
        tf.dispose(scalars);
      }
    },
    get hindrance() {
      return hindrance;
    },
    get replayed() {
      return replayed;
    },
    dispose() {
      for (const stage of stages.values()) if (stage.kind === "replayed") stage.session.dispose();
      stages.clear();
    },
  };
}

/** Inputs of one kind can be replayed by one graph. */
function kindOf({ tensors, numbers }: StepInputs, state: readonly StateTensor[]): string {
  let size = 0;
  for (const each of state) size += each.tensor().size;
  let kind = `${state.length} ${size}`;
  for (const name in tensors) kind += ` ${name} ${tensors[name].dtype} ${tensors[name].shape.join()}`;
  for (const name in numbers) kind += ` ${name}`;
  return kind;
}

const isRecording = (found: Recording | Hindrance): found is Recording => "savedModel" in found;

const same = (one: Recording, other: Recording): boolean =>
  Buffer.compare(one.savedModel, other.savedModel) === 0 && one.outputs.join() === other.outputs.join();

/** Whether numbers are the same bits: NaN equals NaN, 0 is not -0. */
function equalBits(found: Values, tensor: tf.Tensor): boolean {
  const expected = tensor.dataSync();
  const view = ({ buffer, byteOffset, byteLength }: Values) => Buffer.from(buffer, byteOffset, byteLength);
  return Buffer.compare(view(found), view(expected as Values)) === 0;
}

/** A function that tells which variables other than the given ones have been assigned to since. */
function otherVariables(held: readonly StateTensor[]): () => tf.Variable[] {
  const { registeredVariables } = (
    tf.engine() as unknown as { state: { registeredVariables: Record<string, tf.Variable> } }
  ).state;
  const own = new Set(held.map((each) => each.tensor()));
  const others = Object.values(registeredVariables).filter((variable) => !own.has(variable));
  const dataIds = others.map(({ dataId }) => dataId);
  return () => others.filter(({ dataId }, index) => dataId !== dataIds[index]);
}

/** Gives a state tensor the value that a graph made: in its place, where nobody else has hold of the old one. */
function replace(state: StateTensor, made: NativeTensor): void {
  const backend = native();
  const held = backend.tensorMap.get(state.tensor().dataId);
  if (held.refCount === 1) {
    backend.binding.deleteTensor(held.id);
    held.id = made.id;
    return;
  }
  const value = backend.createOutputTensor(made);
  state.assign(value);
  value.dispose();
}
