import { runTrial } from "../../studies/execution";
import { INTERRUPTED } from "../interrupted";
import { placesOf, studyOf, type RunOptions } from "./options";

/** Seconds that a trial has, once it is asked to stop, for its last checkpoint. */
const GRACE = 30;

export type TrialOptions = Pick<RunOptions, "module" | "results" | "runs" | "device"> & { readonly key: string };

/**
 * Runs one trial in this process: what `study run` and a cluster start. Asked to stop, or when the process that started it is gone, it
 * writes a checkpoint where its training can, and ends.
 *
 * @returns the exit code: 0 with a result, 130 when interrupted. Errors are thrown.
 */
export async function trial(name: string, options: TrialOptions): Promise<number> {
  const stop = new AbortController();
  const interrupt = () => {
    if (stop.signal.aborted) return;
    stop.abort();
    setTimeout(() => process.exit(INTERRUPTED), GRACE * 1000).unref();
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, interrupt);
  process.on("disconnect", interrupt);
  let told = 0;
  try {
    const { record, made } = await runTrial({
      study: await studyOf(name, options),
      key: options.key,
      places: placesOf({ ...options, profile: "laptop" }),
      device: options.device,
      signal: stop.signal,
      onWait: ({ pid, host }) => console.log(`waiting for process ${pid} on ${host}, which works on this trial`),
      onProgress(done, total, detail = "") {
        if (done < total && performance.now() - told < 200) return;
        told = performance.now();
        if (process.connected) process.send?.({ done, total, detail }, () => undefined);
      },
    });
    const { seconds, processes } = record.timing;
    console.log(made ? `finished in ${seconds} s on ${record.engine.device}, process ${processes}` : "has a result");
    return 0;
  } catch (error) {
    if (!stop.signal.aborted) {
      console.error(error);
      throw error;
    }
    console.log("interrupted; the next process goes on from its last checkpoint");
    return INTERRUPTED;
  } finally {
    process.off("disconnect", interrupt);
    for (const signal of signals) process.off(signal, interrupt);
    if (process.connected) process.disconnect();
  }
}
