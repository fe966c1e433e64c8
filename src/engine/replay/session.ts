import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { TAG } from "./graph";
import { native, type NativeTensor } from "./native";
import { type Recording } from "./recorder";

/** A graph that TensorFlow holds ready. */
export interface Session {
  /** Runs it on TensorFlow's numbers of the inputs; the memory of inputs and outputs is shared, not copied. */
  run(inputs: number[]): NativeTensor[];
  dispose(): void;
}

/**
 * Hands a recording to TensorFlow.
 *
 * The binding reads graphs from files alone, so there is one for a moment, in the system's temporary folder.
 *
 * @throws Error when the file cannot be written or TensorFlow does not take the graph.
 */
export function openSession({ savedModel, inputs, outputs }: Recording): Session {
  const { binding } = native();
  const folder = mkdtempSync(join(tmpdir(), "counterweight-"));
  let model: number;
  try {
    writeFileSync(join(folder, "saved_model.pb"), savedModel);
    model = binding.loadSavedModel(folder, TAG);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const [from, to] = [inputs.join(), outputs.join()];
  return {
    run: (ids) => binding.runSavedModel(model, ids, from, to),
    dispose: () => binding.deleteSavedModel(model),
  };
}
