import { tf } from "../tf";
import { type NativeBackend } from "./register";

/**
 * Gathering on the native CPU backend without reading the indices back: tfjs waits for them to check each, and TensorFlow checks them
 * itself on a CPU and throws. On a GPU, where it does not, tfjs's own way stays.
 */
export function registerGather(): void {
  const backendName = "tensorflow";
  const original = tf.getKernel(tf.GatherV2, backendName);
  if (!original || KEPT in original) return;
  tf.unregisterKernel(tf.GatherV2, backendName);
  const kernel: tf.KernelConfig = {
    kernelName: tf.GatherV2,
    backendName,
    kernelFunc(call) {
      const backend = call.backend as NativeBackend;
      if (backend.isUsingGpuDevice) return original.kernelFunc(call);
      const { x, indices } = call.inputs as unknown as Record<"x" | "indices", tf.Tensor>;
      const { axis, batchDims } = call.attrs as unknown as Record<"axis" | "batchDims", number>;
      tf.backend_util.segment_util.collectGatherOpShapeInfo(x, indices, axis, batchDims);
      const { binding } = backend;
      const type = (name: string, { dtype }: tf.Tensor) => {
        const types = { float32: binding.TF_FLOAT, int32: binding.TF_INT32, bool: binding.TF_BOOL };
        return { name, type: binding.TF_ATTR_TYPE, value: types[dtype as keyof typeof types] };
      };
      if (!["float32", "int32", "bool"].includes(x.dtype)) return original.kernelFunc(call);
      return tf.tidy(() => {
        const along = tf.scalar(axis, "int32");
        const attributes = [
          { name: "batch_dims", type: binding.TF_ATTR_INT, value: batchDims },
          type("Tparams", x),
          type("Tindices", indices),
          type("Taxis", along),
        ];
        return backend.executeSingleOutput("GatherV2", attributes, [x, indices, along]);
      });
    },
  };
  tf.registerKernel(Object.assign(kernel, { [KEPT]: true }));
}

/** Marks the replaced kernel, so that registering again keeps the original within reach. */
const KEPT = Symbol.for("counterweight.gather");
