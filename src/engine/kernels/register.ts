import { tf } from "../tf";

/** Attribute of a native operation, in the form its binding takes. */
export interface NativeAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: boolean | number | string | readonly number[];
}

/** The part of the native backend that the kernels use. */
export interface NativeBackend {
  readonly isUsingGpuDevice?: boolean;
  readonly binding: Record<
    | "TF_FLOAT"
    | "TF_INT32"
    | "TF_BOOL"
    | "TF_ATTR_SHAPE"
    | "TF_ATTR_TYPE"
    | "TF_ATTR_INT"
    | "TF_ATTR_FLOAT"
    | "TF_ATTR_STRING"
    | "TF_ATTR_BOOL",
    number
  >;
  executeSingleOutput(name: string, attributes: NativeAttribute[], inputs: tf.TensorInfo[]): tf.Tensor;
  executeMultipleOutputs(
    name: string,
    attributes: NativeAttribute[],
    inputs: tf.TensorInfo[],
    count: number,
  ): tf.Tensor[];
}

/**
 * An operation of the kit's own that runs on both backends and is recorded on the gradient tape like any other.
 *
 * Native operations called on the backend directly would be constants to every derivative; registered as a kernel, with a
 * gradient that is made of recorded operations again, they can be differentiated as often as their gradients can.
 */
export interface KernelDefinition {
  readonly name: string;
  /** Calls TensorFlow's own operation. */
  native(
    backend: NativeBackend,
    inputs: Record<string, tf.Tensor>,
    attributes: Record<string, number>,
  ): tf.Tensor | tf.Tensor[];
  /** The same from elementary operations, for the JavaScript backend. */
  elementary(inputs: Record<string, tf.Tensor>, attributes: Record<string, number>): tf.Tensor | tf.Tensor[];
}

/** Registers an operation on both backends; an earlier registration under the name is replaced. */
export function defineKernel({ name, native, elementary }: KernelDefinition): void {
  for (const backendName of ["tensorflow", "cpu"]) {
    if (tf.getKernel(name, backendName)) tf.unregisterKernel(name, backendName);
    tf.registerKernel({
      kernelName: name,
      backendName,
      kernelFunc: ({ inputs, backend, attrs }) => {
        const tensors = inputs as unknown as Record<string, tf.Tensor>;
        const numbers = (attrs ?? {}) as Record<string, number>;
        return backendName === "tensorflow"
          ? native(backend as NativeBackend, tensors, numbers)
          : tf.tidy(() => elementary(tensors, numbers));
      },
    });
  }
}

/** Runs a kernel by name, on the tape. */
export function runKernel<T>(
  name: string,
  inputs: Record<string, tf.Tensor>,
  attributes: Record<string, unknown> = {},
): T {
  return tf.engine().runKernel(name, inputs, attributes as never) as unknown as T;
}

/** The type attribute that float operations of TensorFlow ask for. */
export const floatType = (backend: NativeBackend, name = "T"): NativeAttribute => ({
  name,
  type: backend.binding.TF_ATTR_TYPE,
  value: backend.binding.TF_FLOAT,
});
