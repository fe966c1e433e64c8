import { after, before, describe } from "node:test";

import { tf } from "../../src/engine";

/** The backends of this process: native TensorFlow where its addon was compiled, and plain JavaScript. */
export const BACKENDS: readonly string[] = ["tensorflow", "cpu"].filter((name) => tf.findBackend(name) !== null);

/** Sets the backend without the greeting that tfjs prints in Node. */
export function setBackend(name: string): void {
  void tf.setBackend(name);
  if (name === "cpu") Object.assign(tf.backend(), { firstUse: false });
}

/** The same tests on every backend of the process. */
export function onEachBackend(title: string, body: (backend: string) => void): void {
  for (const backend of BACKENDS) {
    describe(`${title} [${backend}]`, () => {
      const previous = tf.getBackend();
      before(() => setBackend(backend));
      after(() => setBackend(previous));
      body(backend);
    });
  }
}
