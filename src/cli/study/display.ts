import { MultiBar, type SingleBar } from "cli-progress";

import { duration } from "../../notebook/progress";
import { labelText, type Trial } from "../../studies";
import { type PoolObserver } from "../../studies/execution";

/** Shows a running grid. */
export interface GridDisplay {
  readonly observer: PoolObserver;
  /** A line above the bars. */
  say(line: string): void;
  close(): void;
}

export interface GridDisplayOptions {
  /** Trials that are to run. */
  readonly trials: readonly Trial[];
  /** How many run side by side. */
  readonly slots: number;
  readonly stream?: NodeJS.WriteStream;
  readonly clock?: () => number;
}

/** A bar per running trial and one for all in a terminal; a line per trial elsewhere. */
export function gridDisplay(options: GridDisplayOptions): GridDisplay {
  const { trials, slots, stream = process.stderr, clock = () => performance.now() } = options;
  const total = trials.length;
  const pace = paceOf(total, slots, clock);
  const nameOf = namesOf(trials);
  const view = stream.isTTY ? bars(total, stream, nameOf) : lines(stream);
  const tell = (trial: Trial, how: string) => {
    view.ended(trial, `${pace.done()}/${total} ${how} ${nameOf(trial)}`, pace.done(), pace.left());
  };
  return {
    say: view.say,
    close: view.close,
    observer: {
      started(trial) {
        pace.started(trial);
        view.running(trial, 0, "");
      },
      progress(trial, { done, total: all, detail }) {
        pace.progress(trial, done / all);
        view.running(trial, done / all, detail, pace.left());
      },
      finished(trial, { timing }) {
        pace.ended(trial);
        tell(trial, `finished in ${duration(timing.seconds * 1000)}:`);
      },
      failed(trial, { message, log }) {
        pace.ended(trial);
        tell(trial, "FAILED");
        view.say(`  ${message.split("\n")[0]}\n  log: ${log}`);
      },
    },
  };
}

/** A trial by the labels in which the trials differ, all of them where there is but one. */
function namesOf(trials: readonly Trial[]): (trial: Trial) => string {
  const labels = Object.keys(trials[0]?.labels ?? {});
  const differ = labels.filter((label) => trials.some((trial) => trial.labels[label] !== trials[0].labels[label]));
  const shown = differ.length > 0 ? differ : labels;
  return (trial) => labelText(Object.fromEntries(shown.map((label) => [label, trial.labels[label]])));
}

/** Milliseconds that remain, from the trials that have ended here and how far the running ones are. */
function paceOf(total: number, slots: number, clock: () => number) {
  const running = new Map<string, { since: number; fraction: number }>();
  let [ended, spent] = [0, 0];
  return {
    started: ({ key }: Trial) => void running.set(key, { since: clock(), fraction: 0 }),
    progress({ key }: Trial, fraction: number) {
      const found = running.get(key);
      if (found && fraction >= 0 && fraction <= 1) found.fraction = fraction;
    },
    ended({ key }: Trial) {
      spent += clock() - (running.get(key)?.since ?? clock());
      running.delete(key);
      ended++;
    },
    done: () => ended,
    left(): number | undefined {
      const now = clock();
      const under = [...running.values()];
      const share = ended + under.reduce((sum, { fraction }) => sum + fraction, 0);
      const time = spent + under.reduce((sum, { since }) => sum + (now - since), 0);
      if (share < 0.05 || time <= 0) return undefined;
      return ((time / share) * (total - share)) / Math.min(slots, Math.max(1, total - ended));
    },
  };
}

interface View {
  running(trial: Trial, fraction: number, detail: string, left?: number): void;
  ended(trial: Trial, line: string, done: number, left: number | undefined): void;
  say(line: string): void;
  close(): void;
}

const leftText = (left: number | undefined) => (left === undefined ? "" : `about ${duration(left)} left`);

function lines(stream: NodeJS.WriteStream): View {
  const say = (line: string) => void stream.write(`${line}\n`);
  return {
    running: () => undefined,
    ended: (_trial, line, _done, left) => say(left !== undefined && left > 0 ? `${line}, ${leftText(left)}` : line),
    say,
    close: () => undefined,
  };
}

function bars(total: number, stream: NodeJS.WriteStream, nameOf: (trial: Trial) => string): View {
  const multi = new MultiBar({
    stream,
    format: "{bar} {percentage} % {text}",
    barsize: 20,
    barCompleteChar: "█",
    barIncompleteChar: "░",
    fps: 5,
    hideCursor: false,
    linewrap: false,
    clearOnComplete: true,
    emptyOnZero: true,
    // Lines above move the bars down, those that have not changed too.
    forceRedraw: true,
  });
  const log = (text: string) => multi.log(folded(text, stream.columns));
  const all = multi.create(total, 0, { text: `0 of ${total} trials` });
  const byKey = new Map<string, SingleBar>();
  let [ended, remaining]: [number, number | undefined] = [0, undefined];
  const overall = () => {
    const rest = leftText(remaining);
    all.update(ended, { text: `${ended} of ${total} trials${rest === "" ? "" : `, ${rest}`}` });
  };
  return {
    running(trial, fraction, detail, left) {
      const text = `${nameOf(trial)}${detail === "" ? "" : ` · ${detail}`}`;
      const bar = byKey.get(trial.key) ?? multi.create(100, 0, { text });
      byKey.set(trial.key, bar);
      bar.update(Math.floor(100 * fraction), { text });
      remaining = left ?? remaining;
      overall();
    },
    ended(trial, line, done, left) {
      const bar = byKey.get(trial.key);
      if (bar) multi.remove(bar);
      byKey.delete(trial.key);
      log(line);
      [ended, remaining] = [done, left];
      overall();
    },
    say: log,
    close: () => multi.stop(),
  };
}

/** Lines for a terminal that does not wrap: no longer than it is wide, each wiping what stood in its place. */
function folded(text: string, columns = 80): string {
  const lines = text.split("\n").flatMap((line) => {
    const letters = [...line];
    const count = Math.max(1, Math.ceil(letters.length / columns));
    return Array.from({ length: count }, (_, part) => letters.slice(part * columns, (part + 1) * columns).join(""));
  });
  return lines.map((line) => `${line}\x1b[K\n`).join("");
}
