import { tf } from "../tf";
import { type NativeAttribute, type NativeBackend } from "./register";

const TRIED = Symbol.for("counterweight.oneDnn");

/** The attribute by which oneDNN's operations ask for plain memory, in the layout that all others use. */
export function plainLayout({ binding }: NativeBackend): NativeAttribute {
  return { name: "_kernel", type: binding.TF_ATTR_STRING, value: "MklNameChangeOp" };
}

/**
 * Whether an operation of oneDNN's, to which TensorFlow rewrites its own graphs on x86, runs here and gets a known answer right.
 *
 * @param backend the native backend; never on a GPU.
 * @param name of the operation.
 * @param trial runs it on an input whose answer is known and says whether it is right; tried once per process.
 */
export function hasOneDnn(backend: NativeBackend, name: string, trial: () => boolean): boolean {
  const keeper = backend as NativeBackend & { [TRIED]?: Record<string, boolean> };
  const tried = (keeper[TRIED] ??= {});
  return (tried[name] ??=
    !keeper.isUsingGpuDevice &&
    tf.tidy(() => {
      try {
        return trial();
      } catch {
        return false;
      }
    }));
}
