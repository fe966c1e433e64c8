import { randomUUID } from "node:crypto";
import { SingleBar } from "cli-progress";
import { displayFunction, type DisplayFunction } from "./display";
import { escapeHtml } from "./html";

/** A task under way. */
export interface Progress {
  /** Says how much is done, of `total`, and a few words on it; shown at most five times a second. */
  update(done: number, detail?: string): void;
  /** The task is complete. */
  done(detail?: string): void;
  /** The task ended before it was complete. */
  fail(message: string): void;
}

/** What a progress display is about. */
export interface ProgressOptions {
  /** How much there is to do, above 0, in any unit. */
  total: number;
  title: string;
  /** Where plain text goes outside a notebook; by default the standard error. */
  stream?: NodeJS.WriteStream;
  /** Milliseconds that only grow; by default those of the process. */
  clock?: () => number;
}

/** What is shown of a task at a moment. */
interface State {
  title: string;
  done: number;
  total: number;
  detail: string;
  elapsed: number;
  ended?: "done" | "failed";
}

/** One way to show it; `last` is called once, at the end. */
interface Sink {
  draw(state: State): void;
  last(state: State): void;
}

const LEAST_GAP = 200;

/**
 * Shows how far a task is: a bar updated in place in a notebook and in a terminal, a line now and then in a log.
 *
 * @param options.total how much there is to do, finite and above 0.
 * @param options.title what is being done.
 * @returns the handle: `update`, then `done` or `fail`; calls after the end do nothing.
 * @throws RangeError when `total` is not above 0.
 */
export function progress(options: ProgressOptions): Progress {
  const { total, title, stream = process.stderr, clock = () => performance.now() } = options;
  if (!(Number.isFinite(total) && total > 0)) {
    throw new RangeError(`progress: total must be a finite number above 0, received ${total}`);
  }
  const started = clock();
  const state: State = { title, done: 0, total, detail: "", elapsed: 0 };
  const display = displayFunction();
  const sink = display ? cellSink(display) : stream.isTTY ? terminalSink(stream) : logSink(stream);
  let drawn = -Infinity;

  const end = (ended: "done" | "failed", detail: string): void => {
    if (state.ended) return;
    Object.assign(state, { ended, detail, elapsed: clock() - started, ...(ended === "done" && { done: total }) });
    sink.last(state);
  };
  sink.draw(state);
  return {
    update(done, detail = "") {
      if (state.ended) return;
      const now = clock();
      Object.assign(state, { done: Math.min(Math.max(done, 0), total), detail, elapsed: now - started });
      if (now - drawn < LEAST_GAP) return;
      drawn = now;
      sink.draw(state);
    },
    done: (detail = "") => end("done", detail),
    fail: (message) => end("failed", message),
  };
}

/** A duration in milliseconds as a person says it. */
export function duration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 10) return `${(milliseconds / 1000).toFixed(1)} s`;
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  const two = (count: number): string => String(count).padStart(2, "0");
  if (minutes < 60) return `${minutes} min ${two(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
}

function percent({ done, total }: State): string {
  return `${Math.floor((100 * done) / total)} %`;
}

/** Elapsed time, and what remains at the same pace. */
function times(state: State): string {
  const { done, total, elapsed, ended } = state;
  if (ended === "done") return `done in ${duration(elapsed)}`;
  if (ended === "failed") return `stopped after ${duration(elapsed)}`;
  if (done === 0) return `${duration(elapsed)} elapsed`;
  return `${duration(elapsed)} elapsed, about ${duration((elapsed * (total - done)) / done)} left`;
}

function sentence(state: State): string {
  return [percent(state), `${state.done} of ${state.total}`, times(state), state.detail]
    .filter((part) => part !== "")
    .join(" · ");
}

function cellSink(display: DisplayFunction): Sink {
  const transient = { display_id: randomUUID() };
  let shown = false;
  const draw = (state: State): void => {
    const bar =
      `<progress value="${state.done}" max="${state.total}" ` +
      `style="width:12em;height:1em;vertical-align:middle;margin-right:0.8em"></progress>`;
    const text = escapeHtml(sentence(state));
    const colour = state.ended === "failed" ? "color:var(--jp-error-color1,#D55E00)" : "color:inherit";
    const html =
      `<div style="font-variant-numeric:tabular-nums;${colour}">` +
      `<div><strong>${escapeHtml(state.title)}</strong></div><div>${bar}<span>${text}</span></div></div>`;
    const data = { "text/html": html, "text/plain": `${state.title}: ${sentence(state)}` };
    display({ data, metadata: {}, transient }, shown);
    shown = true;
  };
  return { draw, last: draw };
}

/** A bar whose timer does not hold the process back when a task is abandoned. */
class QuietBar extends SingleBar {
  override render(): void {
    super.render();
    (this as unknown as { timer?: NodeJS.Timeout | null }).timer?.unref();
  }
}

function terminalSink(stream: NodeJS.WriteStream): Sink {
  const bar = new QuietBar({
    stream,
    format: "{title} {bar} {sentence}",
    barsize: 24,
    barCompleteChar: "█",
    barIncompleteChar: "░",
    fps: 5,
    // Nothing of the terminal is changed, so nothing has to be put back after an interrupt.
    linewrap: true,
    hideCursor: false,
  });
  let begun = false;
  const payload = (state: State): object => ({ title: state.title, sentence: sentence(state) });
  const draw = (state: State): void => {
    if (begun) bar.update(state.done, payload(state));
    else bar.start(state.total, state.done, payload(state));
    begun = true;
  };
  return {
    draw,
    last(state) {
      draw(state);
      bar.stop();
    },
  };
}

/** A line at each tenth, and at the end. */
function logSink(stream: NodeJS.WriteStream): Sink {
  let told = 0;
  return {
    draw(state) {
      const tenth = Math.floor((10 * state.done) / state.total);
      if (tenth <= told || tenth >= 10) return;
      told = tenth;
      stream.write(`${state.title}: ${sentence(state)}\n`);
    },
    last: (state) => void stream.write(`${state.title}: ${sentence(state)}\n`),
  };
}
