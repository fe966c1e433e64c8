import { info } from "../../engine";
import { labelText } from "../../studies";
import {
  driverAnswer,
  lastAsked,
  requireDevice,
  resourcesOf,
  runStudy,
  slotsOf,
  thisMachine,
  type Plan,
} from "../../studies/execution";
import { INTERRUPTED } from "../interrupted";
import { gridDisplay, type GridDisplay } from "./display";
import { ownCommand, placesOf, selectionOf, sharedWords, studyOf, type RunOptions } from "./options";

/**
 * Runs a study's trials on this machine and stores their results.
 *
 * @returns the exit code: 0 when all have a result, 1 when one failed, 130 when interrupted.
 */
export async function run(name: string, options: RunOptions & { readonly resume?: boolean }): Promise<number> {
  const study = await studyOf(name, options);
  const { profile } = options;
  const places = placesOf(options);
  const selection = options.resume ? await lastAsked(name, profile, places) : selectionOf(options);
  const device = requireDevice(options.device);
  const resources = resourcesOf(study.profiles[profile].resources);
  const machine = thisMachine(device === "gpu" ? driverAnswer().names.length : 0);
  const slots = slotsOf(device, resources, machine, options.parallel);
  const own = [...ownCommand(), "study", "trial", name, "--device", options.device, ...sharedWords(options)];
  const interruption = interrupts();
  let display: GridDisplay | undefined;
  try {
    const ended = await runStudy({
      study,
      profile,
      selection,
      fresh: options.fresh,
      places,
      slots,
      command: ({ key }) => [...own, "--key", key],
      signal: interruption.stop,
      kill: interruption.kill,
      planned({ grid, pending }: Plan) {
        const side = Math.min(slots.length, pending.length);
        const where = device === "gpu" ? info().device : `${info().device}, threads each: ${resources.threads}`;
        console.log(`study ${name}, profile ${profile}: ${grid.length} trials, ${pending.length} to run`);
        if (pending.length > 0) console.log(`${side} side by side on ${where}`);
        display = gridDisplay({ trials: pending, slots: slots.length });
        interruption.onStop = () => display?.say("stopping; what is finished is stored (Ctrl-C again stops at once)");
      },
      observer: {
        started: (trial) => display?.observer.started?.(trial),
        progress: (trial, message) => display?.observer.progress?.(trial, message),
        finished: (trial, record) => display?.observer.finished?.(trial, record),
        failed: (trial, failure) => display?.observer.failed?.(trial, failure),
      },
    });
    display?.close();
    const { asked, finished, failed, left, same, different } = ended;
    console.log(
      [
        `${asked - failed.length - left.length} of ${asked} trials have results, ${finished} of them new`,
        ...(failed.length > 0 ? [`${failed.length} failed`] : []),
        ...(left.length > 0 ? [`${left.length} left: "counterweight study resume ${name}" goes on`] : []),
      ].join("; "),
    );
    if (same + different.length > 0) {
      console.log(`run again: ${same} with the stored numbers exactly, ${different.length} with others`);
      for (const trial of different) console.log(`  other numbers: ${labelText(trial.labels)}`);
    }
    return interruption.stop.aborted ? INTERRUPTED : failed.length > 0 ? 1 : 0;
  } finally {
    display?.close();
    interruption.close();
  }
}

/** The first signal asks for an end in good order, the second ends at once. */
function interrupts() {
  const [stop, kill] = [new AbortController(), new AbortController()];
  const state = { stop: stop.signal, kill: kill.signal, onStop: () => undefined as void, close };
  const interrupt = () => {
    if (stop.signal.aborted) return kill.abort();
    stop.abort();
    state.onStop();
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, interrupt);
  function close() {
    for (const signal of signals) process.off(signal, interrupt);
  }
  return state;
}
