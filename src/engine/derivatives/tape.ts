import { tf } from "../tf";

/** One record of the gradient tape of tfjs 4.22: an operation, what it read and what it made. */
interface TapeNode {
  readonly inputs: Record<string, tf.Tensor>;
  readonly outputs: tf.Tensor[];
}

/** The part of the tfjs engine that keeps the tape. */
interface TapeKeeper {
  readonly state: { activeTape: TapeNode[] | null };
  addTapeNode(
    kernelName: string,
    inputs: Record<string, tf.Tensor>,
    outputs: tf.Tensor[],
    gradient: unknown,
    saved: tf.Tensor[],
    attributes: unknown,
  ): void;
}

const ORIGINAL = Symbol.for("counterweight.addTapeNode");

/**
 * Repairs the order of the tape, and with it every second derivative through an operation that saves its output.
 *
 * tfjs copies what an operation saves *before* it records the operation itself. The copy of an output thus stands on the tape ahead
 * of the operation that made it, and the walk that looks for the way from x to y, once through in order, takes it for a constant:
 * nested gradients of exp, sigmoid, tanh, softmax and their like come out wrong without an error. Here the copies of outputs are moved
 * behind the operation, where they belong.
 *
 * A custom gradient may also save values from inside its forward pass, which no order can connect (softmaxCrossEntropy of tfjs
 * does). Such an operation has a first derivative only: using such a value while a gradient is recorded throws an error that names
 * the operation.
 */
export function repairTape(): void {
  const keeper = tf.engine() as unknown as TapeKeeper & { [ORIGINAL]?: TapeKeeper["addTapeNode"] };
  const original = (keeper[ORIGINAL] ??= keeper.addTapeNode);
  const unconnected = new WeakMap<tf.Tensor, string>();

  keeper.addTapeNode = function (this: TapeKeeper, kernelName, inputs, outputs, gradient, saved, attributes) {
    let maker: string | undefined;
    for (const name in inputs) if (inputs[name] != null) maker ??= unconnected.get(inputs[name]);
    if (maker !== undefined) {
      tf.dispose(saved);
      throw new Error(
        `${maker} has no right second derivative: its gradient is made of values that the tape does not connect to its inputs. ` +
          "Use the kit's own losses and engine functions, or a finite difference of gradients.",
      );
    }
    original.call(this, kernelName, inputs, outputs, gradient, saved, attributes);
    if (saved.length === 0) return;

    const tape = this.state.activeTape as TapeNode[];
    const node = tape[tape.length - 1];
    let first = tape.length - 1;
    while (first > 0 && saved.includes(tape[first - 1].outputs[0])) first--;
    const copies = tape.slice(first, -1);
    const behind = copies.filter((copy) => outputs.includes(copy.inputs.x));
    const reads = Object.values(inputs);
    for (const copy of copies) {
      const { x } = copy.inputs;
      if (!outputs.includes(x) && !reads.includes(x)) unconnected.set(copy.outputs[0], kernelName);
    }
    if (behind.length > 0) {
      tape.splice(first, tape.length - first, ...copies.filter((copy) => !behind.includes(copy)), node, ...behind);
    }
  };
}
