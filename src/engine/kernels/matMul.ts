import { tf } from "../tf";
import { floatType, type NativeBackend } from "./register";

/** tfjs's own kernel, kept on its engine, so that registering anew does not wrap a wrapper. */
const ORIGINAL = Symbol.for("counterweight.batchMatMul");

interface Product {
  readonly inputs: { readonly a: tf.Tensor; readonly b: tf.Tensor };
  readonly backend: NativeBackend;
  readonly attrs: { readonly transposeA?: boolean; readonly transposeB?: boolean };
}

/**
 * Matrix products by TensorFlow's MatMul.
 *
 * tfjs runs the batched operation for single matrices too, which takes some 60 microseconds more: as much as the product itself in the
 * last layer of a small network. Gradients are those of tfjs, made of products again.
 */
export function registerMatMul(): void {
  const keeper = tf.engine() as unknown as { [ORIGINAL]?: (call: Product) => tf.Tensor };
  const kernel = tf.getKernel("BatchMatMul", "tensorflow");
  if (!kernel) return;
  const original = (keeper[ORIGINAL] ??= kernel.kernelFunc as never);
  tf.unregisterKernel("BatchMatMul", "tensorflow");
  tf.registerKernel({
    kernelName: "BatchMatMul",
    backendName: "tensorflow",
    kernelFunc: ((call: Product) => {
      const { inputs, backend, attrs } = call;
      const { a, b } = inputs;
      if (a.shape.length !== 2 || b.shape.length !== 2 || a.dtype !== "float32" || b.dtype !== "float32")
        return original(call);
      const transposed = (name: string, value = false) => ({ name, type: backend.binding.TF_ATTR_BOOL, value });
      const attributes = [
        floatType(backend),
        transposed("transpose_a", attrs.transposeA),
        transposed("transpose_b", attrs.transposeB),
      ];
      return backend.executeSingleOutput("MatMul", attributes, [a, b]);
    }) as never,
  });
}
