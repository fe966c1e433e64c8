import { parentPort, workerData } from "node:worker_threads";

const INTERVAL_MS = 1000;
const GRACE_MS = 2000;
const { parent } = workerData as { parent: number };

const watch = setInterval(() => {
  // An orphan is given another parent.
  if (process.ppid === parent) return;
  clearInterval(watch);
  parentPort?.postMessage("orphaned");
  // Nothing less ends a process whose main thread never yields.
  setTimeout(() => process.kill(process.pid, "SIGKILL"), GRACE_MS);
}, INTERVAL_MS);
