import { tf } from "../tf";
import { floatType, type NativeAttribute, type NativeBackend } from "./register";

/** A variable of TensorFlow's own: operations change it in place. */
export interface Resource {
  readonly handle: tf.Tensor;
  write(value: tf.Tensor): void;
  /** A tensor that shares the variable's memory until the variable is next changed. */
  read(): tf.Tensor;
  dispose(): void;
}

/** Native backends on which optimizers keep their state in resources: those on a CPU. */
export function keepsResources(): boolean {
  return tf.getBackend() === "tensorflow" && !(tf.backend() as unknown as NativeBackend).isUsingGpuDevice;
}

/** Makes a variable with the values of a tensor. */
export function resource(initial: tf.Tensor): Resource {
  const backend = tf.backend() as unknown as NativeBackend;
  const { binding } = backend;
  const text = (name: string, value: string): NativeAttribute => ({ name, type: binding.TF_ATTR_STRING, value });
  const dtype = floatType(backend, "dtype");
  const shape = { name: "shape", type: binding.TF_ATTR_SHAPE, value: initial.shape };
  // Tensor numbers are never used twice, so no two variables share a name.
  const name = `counterweight/${initial.id}/${(tf.engine() as unknown as { nextTensorId(): number }).nextTensorId()}`;
  const handle = tf.keep(
    backend.executeSingleOutput("VarHandleOp", [text("container", ""), text("shared_name", name), dtype, shape], []),
  );
  const write = (value: tf.Tensor) =>
    void backend.executeMultipleOutputs("AssignVariableOp", [dtype], [handle, value], 0);
  write(initial);
  return {
    handle,
    write,
    read: () => backend.executeSingleOutput("ReadVariableOp", [dtype], [handle]),
    dispose() {
      const ignore = { name: "ignore_lookup_error", type: binding.TF_ATTR_BOOL, value: true };
      backend.executeMultipleOutputs("DestroyResourceOp", [ignore], [handle], 0);
      handle.dispose();
    },
  };
}
