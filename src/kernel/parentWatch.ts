import { join } from "node:path";
import { Worker } from "node:worker_threads";

/**
 * Ends this process soon after its parent, the Jupyter server or client, has died.
 *
 * The watch runs in a thread of its own, since a cell may keep the main thread busy for hours.
 *
 * @param exit ends the process in good order: called where the main thread is free; where it is not, the process is killed.
 */
export function watchParent(exit: (code: number) => never): void {
  const worker = new Worker(join(__dirname, "parentWorker.js"), { workerData: { parent: process.ppid } });
  worker.on("message", () => exit(0));
  worker.unref();
}
