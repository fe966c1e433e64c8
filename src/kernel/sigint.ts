import { createHook } from "node:async_hooks";
import { constants } from "node:os";
import { Script } from "node:vm";

/** Runs scripts that an interrupt can end, and notices every other interrupt. */
export interface Sigint {
  /**
   * Runs a compiled script.
   *
   * @throws Error with code ERR_SCRIPT_EXECUTION_INTERRUPTED when SIGINT comes while the script runs.
   */
  run(script: Script): unknown;
  /** Serves an interrupt that has come already and that no script was ended by; to be called when a script begins. */
  look(): void;
}

/** Node's thread that watches for SIGINT while a script runs. It counts who wants it, and notes a signal that no script is there for. */
interface Watchdog {
  startSigintWatchdog(): void;
  watchdogHasPendingSigint(): boolean;
}

/** Node's own handle of a signal, which `process.on` makes and hides. */
interface SignalHandle {
  onsignal: () => void;
  start(signal: number): number;
  unref(): void;
}

const { SIGINT } = constants.signals;
/** How often an interrupt is looked for that no script was ended by. */
const LOOK_MS = 25;
const NOTHING = new Script("undefined");
const nothing = () => undefined;

/**
 * Listens for SIGINT for the life of the process, beside any other listener.
 *
 * Left to itself Node hands the signal from the event loop to a thread and back for each script that it may end, and forgets what is
 * under way: a signal that the loop has not served yet, and one that the thread has not, which takes it milliseconds on a busy machine.
 * An interrupt that comes while a cell starts is then lost, and in between there are moments in which it ends the process. So here
 * the thread keeps the signal for good: it ends the script that runs, whenever it gets to it, and what finds none is looked for.
 *
 * What remains: the thread must not get to it in the very microsecond in which a script ends, when Node clears its note.
 */
export function listenForSigint(onInterrupt: () => void): Sigint {
  const run = (script: Script): unknown => script.runInThisContext({ breakOnSigint: true, displayErrors: false });
  const watchdog = findWatchdog();
  const keepLoopOut = signalHandle();
  // A Node.js without these still runs and interrupts cells, in its own way.
  if (watchdog === undefined || keepLoopOut === undefined) {
    process.on("SIGINT", onInterrupt);
    return { run, look: () => undefined };
  }
  // Other code sees a listener, lest it think itself alone and end the process.
  process.on("SIGINT", nothing);
  // As long as this handle is started, the event loop neither takes the signal nor gives it back, whoever comes and goes.
  keepLoopOut.onsignal = nothing;
  keepLoopOut.unref();
  keepLoopOut.start(SIGINT);
  watchdog.startSigintWatchdog();

  /** A script's end makes the thread forget what it had noted. */
  function look(): void {
    if (!watchdog?.watchdogHasPendingSigint()) return;
    try {
      run(NOTHING);
    } catch {
      // Another one came just now: the two are one.
    }
    onInterrupt();
    // The listeners of other code, which Node puts aside while a script runs.
    process.emit("SIGINT", "SIGINT");
  }
  setInterval(look, LOOK_MS).unref();

  return { run, look };
}

/** Node's REPL uses it, and it has no other name. */
function findWatchdog(): Watchdog | undefined {
  const { binding } = process as { binding?: (name: string) => Partial<Watchdog> };
  const found = binding?.("contextify");
  return found?.startSigintWatchdog && found.watchdogHasPendingSigint ? (found as Watchdog) : undefined;
}

/** Node shows the handles that it makes to `async_hooks`, and nowhere else without a warning. */
function signalHandle(): SignalHandle | undefined {
  const seen: object[] = [];
  const hook = createHook({
    init(_id, type, _trigger, resource) {
      if (type === "SIGNALWRAP") seen.push(resource);
    },
  });
  hook.enable();
  process.on("SIGINT", nothing);
  hook.disable();
  process.off("SIGINT", nothing);
  const [sample] = seen as (object & { constructor: new () => SignalHandle })[];
  return sample && new sample.constructor();
}
