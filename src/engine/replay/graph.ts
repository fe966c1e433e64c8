import { type NativeAttribute, type NativeBackend } from "../kernels/register";
import { bytes, float, integer } from "./wire";

/** Numbers of a constant, in the memory layout of their type. */
export type Values = Float32Array | Int32Array | Uint8Array;

/** One output of a node: what another takes as an input. */
export interface NodeOutput {
  /** `node:index`. */
  readonly name: string;
  /** TensorFlow's number of its type. */
  readonly dtype: number;
}

type Attribute = readonly [name: string, value: Uint8Array];

/** Version of the graph format written here: that of TensorFlow 2.12, which all later ones read. */
const PRODUCER = 1395;
/** The tag under which the graph is looked for in its file. */
export const TAG = "step";

/**
 * A TensorFlow graph while it is put together, node by node.
 *
 * Nodes are numbered in their order, so that the same operations give the same bytes.
 */
export class Graph {
  private readonly nodes: Uint8Array[] = [];

  constructor(private readonly binding: NativeBackend["binding"]) {}

  /** A place for a tensor that is given anew at every run. */
  input(name: string, dtype: number, shape: readonly number[]): NodeOutput {
    this.node(name, "Placeholder", [
      ["dtype", integer(6, dtype)],
      ["shape", bytes(7, shapeOf(shape))],
    ]);
    return { name: `${name}:0`, dtype };
  }

  constant(dtype: number, shape: readonly number[], values: Values): NodeOutput {
    const name = `constant${this.nodes.length}`;
    const content = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    const tensor = [integer(1, dtype), bytes(2, shapeOf(shape)), bytes(4, content)];
    this.node(name, "Const", [
      ["dtype", integer(6, dtype)],
      ["value", bytes(8, tensor)],
    ]);
    const made = { name: `${name}:0`, dtype };
    if (dtype !== this.binding.TF_FLOAT) return made;
    // TensorFlow would compute with a constant beforehand, in another order; what could be given at a run it leaves alone.
    const given = `given${this.nodes.length}`;
    const attributes = [["dtype", integer(6, dtype)] as const, ["shape", bytes(7, shapeOf(shape))] as const];
    this.node(given, "PlaceholderWithDefault", attributes, [made.name]);
    return { name: `${given}:0`, dtype };
  }

  /**
   * An operation.
   *
   * @param outputs types of its outputs.
   */
  operation(
    operation: string,
    attributes: readonly NativeAttribute[],
    inputs: readonly NodeOutput[],
    outputs: readonly number[],
  ): NodeOutput[] {
    // A name must not begin with an underscore, as those of oneDNN's operations do.
    const name = `node${this.nodes.length}${operation}`;
    const all = [...attributes, ...this.unsaid(operation, attributes, inputs)];
    const written = all.map((attribute) => [attribute.name, this.attribute(attribute)] as const);
    this.node(
      name,
      operation,
      written,
      inputs.map((input) => input.name),
    );
    return outputs.map((dtype, index) => ({ name: `${name}:${index}`, dtype }));
  }

  /** The same tensor under another name: what is fed cannot be fetched. */
  identity(of: NodeOutput): NodeOutput {
    return this.operation(
      "Identity",
      [{ name: "T", type: this.binding.TF_ATTR_TYPE, value: of.dtype }],
      [of],
      [of.dtype],
    )[0];
  }

  /** The graph in a SavedModel, as TensorFlow reads it from a file. */
  savedModel(): Uint8Array {
    const graph = Buffer.concat([...this.nodes, bytes(4, integer(1, PRODUCER))]);
    return Buffer.concat([integer(1, 1), bytes(2, [bytes(1, bytes(4, TAG)), bytes(2, graph)])]);
  }

  private node(
    name: string,
    operation: string,
    attributes: readonly Attribute[],
    inputs: readonly string[] = [],
  ): void {
    this.nodes.push(
      bytes(1, [
        bytes(1, name),
        bytes(2, operation),
        ...inputs.map((input) => bytes(3, input)),
        ...attributes.map(([key, value]) => bytes(5, [bytes(1, key), bytes(2, value)])),
      ]),
    );
  }

  /** Attributes that tfjs leaves for TensorFlow to find out, which it does for single operations alone. */
  private unsaid(
    operation: string,
    given: readonly NativeAttribute[],
    inputs: readonly NodeOutput[],
  ): readonly NativeAttribute[] {
    if (operation !== "ExpandDims" || given.length > 0) return [];
    return ["T", "Tdim"].map((name, index) => ({
      name,
      type: this.binding.TF_ATTR_TYPE,
      value: inputs[index].dtype,
    }));
  }

  private attribute({ name, type, value }: NativeAttribute): Uint8Array {
    const { binding } = this;
    const list = Array.isArray(value);
    const each = (list ? value : [value]) as (number | boolean)[];
    const fields = (write: (field: number, item: number) => Uint8Array, field: number) => {
      const written = each.map((item) => write(field, Number(item)));
      return list ? bytes(1, written) : written[0];
    };
    switch (type) {
      case binding.TF_ATTR_STRING:
        return bytes(2, String(value));
      case binding.TF_ATTR_INT:
        return fields(integer, 3);
      case binding.TF_ATTR_FLOAT:
        return fields(float, 4);
      case binding.TF_ATTR_BOOL:
        return fields(integer, 5);
      case binding.TF_ATTR_TYPE:
        return fields(integer, 6);
      case binding.TF_ATTR_SHAPE:
        return bytes(7, shapeOf(value as readonly number[]));
      default:
        throw new TypeError(`attribute ${name} is of a type (${type}) that graphs are not written with here`);
    }
  }
}

const shapeOf = (shape: readonly number[]) => shape.map((extent) => bytes(2, integer(1, extent)));
