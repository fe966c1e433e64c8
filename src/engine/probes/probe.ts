import { tf } from "../tf";
import type { HyperArray } from "./hyperArray";

/** Where an input's numbers are drawn from, uniformly. */
export interface Input {
  readonly shape: readonly number[];
  /** Default -1.5. */
  readonly low?: number;
  /** Default 1.5. */
  readonly high?: number;
  /** Kinks: no number is drawn within `distance` of them. */
  readonly away?: readonly number[];
  /** Default 0.06; finite differences move each number by at most 0.02. */
  readonly distance?: number;
}

/** An operation and its definition in hyper-dual numbers. */
export interface Probe {
  readonly name: string;
  readonly inputs: readonly Input[];
  /** All numbers of all inputs lie at least 0.06 apart: for operations that compare them. */
  readonly spaced?: boolean;
  readonly tensor: (...inputs: tf.Tensor[]) => tf.Tensor;
  /** The same in operations of tfjs alone, where `tensor` uses operations of the kit. */
  readonly plain?: (...inputs: tf.Tensor[]) => tf.Tensor;
  readonly reference: (...inputs: HyperArray[]) => HyperArray;
  /** Variables of the operation's own in the place of `inputs`, which are their values: for models of tf.layers. */
  readonly build?: (values: tf.Tensor[]) => { variables: tf.Variable[]; f: () => tf.Tensor; dispose: () => void };
}

/** A function of one array, element by element. */
export function elementwise(
  name: string,
  tensor: (x: tf.Tensor) => tf.Tensor,
  reference: (x: HyperArray["data"][number]) => HyperArray["data"][number],
  input: Omit<Input, "shape"> = {},
): Probe {
  return { name, inputs: [{ shape: [2, 3], ...input }], tensor, reference: (x) => x.map(reference) };
}

/** A probe of one array. */
export function unary(
  name: string,
  shape: readonly number[],
  tensor: (x: tf.Tensor) => tf.Tensor,
  reference: (x: HyperArray) => HyperArray,
  input: Omit<Input, "shape"> = {},
): Probe {
  return { name, inputs: [{ shape, ...input }], tensor, reference };
}
