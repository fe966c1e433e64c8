import { tf } from "../tf";
import { Graph, type NodeOutput } from "./graph";
import { idOf, native, type Binding } from "./native";

/** What a piece of work did, as a graph. */
export interface Recording {
  readonly savedModel: Uint8Array;
  /** Names of the inputs, in their order. */
  readonly inputs: readonly string[];
  /** Names of the asked outputs, in their order. */
  readonly outputs: readonly string[];
}

/** What hinders a replay, in words that follow "the step ...". */
export interface Hindrance {
  readonly reason: string;
}

/**
 * Runs work as always and writes down every operation that reaches TensorFlow on the way.
 *
 * Constants made on the way become constants of the graph. What the work reads besides is no constant: a tensor from outside that is no
 * input, or numbers read back from the device, make it no recording but a hindrance; the work is done all the same.
 *
 * @param inputs tensors that may differ at the next run.
 * @param work synchronous.
 * @param outputsOf the tensors that the graph must give, asked for when the work is done.
 * @returns what the work returned, and the recording or the hindrance. The tensors are the caller's.
 */
export function record<R>(
  inputs: readonly tf.Tensor[],
  work: () => R,
  outputsOf: (result: R) => readonly tf.Tensor[],
): { result: R; recording: Recording | Hindrance } {
  const backend = native();
  const { binding } = backend;
  const graph = new Graph(binding as never);
  const known = new Map<number, NodeOutput>();
  /** Numbers of tensors that depend on no input. */
  const constant = new Set<number>();
  const hindrances: string[] = [];
  const names = inputs.map((tensor, index) => {
    const id = idOf(tensor);
    const name = `input${index}`;
    const { dtype } = backend.tensorMap.get(tensor.dataId);
    // One tensor in two places is read from the first: the next run may hold two there.
    if (known.has(id)) hindrances.push("is given one tensor in two places");
    known.set(id, graph.input(name, dtype, tensor.shape));
    return `${name}:0`;
  });
  const recorded: Partial<Binding> = {
    createTensor(shape, dtype, values) {
      const id = binding.createTensor(shape, dtype, values);
      if (ArrayBuffer.isView(values)) known.set(id, graph.constant(dtype, shape, values));
      constant.add(id);
      return id;
    },
    executeOp(name, attributes, ids, count) {
      const made = binding.executeOp(name, attributes, ids, count);
      const from = ids.map((id) => known.get(id));
      if (areKnown(from)) {
        const outputs = graph.operation(
          name,
          attributes,
          from,
          made.map(({ dtype }) => dtype),
        );
        made.forEach(({ id }, index) => known.set(id, outputs[index]));
        if (ids.every((id) => constant.has(id))) made.forEach(({ id }) => constant.add(id));
        if (/Random|Multinomial/.test(name)) hindrances.push(`draws random numbers (${name})`);
      } else {
        hindrances.push(`hands ${name} a tensor that is neither an input nor made by it`);
      }
      return made;
    },
    tensorDataSync(id) {
      if (!constant.has(id)) hindrances.push("reads numbers back from the device");
      return binding.tensorDataSync(id);
    },
    runSavedModel(...args) {
      hindrances.push("runs a saved model");
      return binding.runSavedModel(...args);
    },
  };
  const stop = intercept(recorded, () => hindrances.push("uses numbers from outside that are no input"));
  let result: R;
  let asked: readonly (NodeOutput | undefined)[];
  try {
    result = work();
    asked = outputsOf(result).map((tensor) => known.get(idOf(tensor)));
  } finally {
    stop();
  }
  if (hindrances.length > 0) return { result, recording: { reason: hindrances[0] } };
  if (!areKnown(asked)) return { result, recording: { reason: "returns a tensor that it did not make" } };
  const outputs = asked.map((output) => (names.includes(output.name) ? graph.identity(output).name : output.name));
  return { result, recording: { savedModel: graph.savedModel(), inputs: names, outputs } };
}

const areKnown = (outputs: readonly (NodeOutput | undefined)[]): outputs is readonly NodeOutput[] =>
  !outputs.includes(undefined);

/**
 * Puts functions in the place of the binding's own.
 *
 * @param replaced by name.
 * @param outside called when numbers that were put into a tensor before are handed to TensorFlow only now.
 * @returns a function that puts everything back.
 */
function intercept(replaced: Partial<Binding>, outside: () => void): () => void {
  const backend = native();
  const { binding } = backend;
  const inside = new WeakSet<object>();
  backend.binding = new Proxy({} as Binding, {
    get: (_, key) => {
      const value: unknown = Reflect.get(replaced, key) ?? Reflect.get(binding, key);
      return typeof value === "function" ? value.bind(binding) : value;
    },
  });
  // The methods are the prototype's; for the time being the object has its own.
  Object.assign(backend, {
    move(this: object, dataId: object, ...rest: unknown[]) {
      inside.add(dataId);
      (Object.getPrototypeOf(backend) as typeof backend).move.call(backend, dataId, ...rest);
    },
    getInputTensorIds(tensors: readonly tf.Tensor[]) {
      for (const { dataId } of tensors) {
        if (dataId && backend.tensorMap.get(dataId).values !== null && !inside.has(dataId)) outside();
      }
      return (Object.getPrototypeOf(backend) as typeof backend).getInputTensorIds.call(backend, tensors);
    },
  });
  return () => {
    const own = backend as Partial<typeof backend>;
    delete own.move;
    delete own.getInputTensorIds;
    backend.binding = binding;
  };
}
