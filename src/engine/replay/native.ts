import { type NativeAttribute, type NativeBackend } from "../kernels/register";
import { tf } from "../tf";
import { type Values } from "./graph";

/** A tensor as TensorFlow's binding tells of it. */
export interface NativeTensor {
  readonly id: number;
  readonly shape: number[];
  readonly dtype: number;
}

/** The binding of the native library: what tensors become on its way to TensorFlow. */
export interface Binding extends Record<keyof NativeBackend["binding"], number> {
  executeOp(name: string, attributes: NativeAttribute[], inputs: number[], outputs: number): NativeTensor[];
  createTensor(shape: number[], dtype: number, values: Values): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): Values;
  loadSavedModel(folder: string, tags: string): number;
  runSavedModel(model: number, inputs: number[], inputNames: string, outputNames: string): NativeTensor[];
  deleteSavedModel(model: number): void;
}

/** What the backend knows of the memory behind a tensor. */
export interface Held {
  readonly shape: number[];
  readonly dtype: number;
  /** Number of TensorFlow's tensor, where `values` is null. */
  id: number;
  /** Numbers that have not been handed to TensorFlow yet. */
  values: Values | null;
  /** How many tensors share it. */
  readonly refCount: number;
}

/** The parts of the native backend that a recording takes hold of. */
export interface Native extends Omit<NativeBackend, "binding"> {
  binding: Binding;
  readonly tensorMap: { get(dataId: object): Held };
  /** Numbers of TensorFlow's tensors, which are made where there are none yet. */
  getInputTensorIds(tensors: readonly tf.Tensor[]): number[];
  createOutputTensor(made: NativeTensor): tf.Tensor;
  move(dataId: object, ...rest: unknown[]): void;
}

export const native = (): Native => tf.backend() as unknown as Native;

/** Whether steps can be replayed here: on the native library, on a CPU, where a session shares the memory of tensors. */
export function canReplay(): boolean {
  return tf.getBackend() === "tensorflow" && !native().isUsingGpuDevice;
}

/** TensorFlow's number of a tensor, which is handed over first where it has not been. */
export const idOf = (tensor: tf.Tensor): number => native().getInputTensorIds([tensor])[0];
