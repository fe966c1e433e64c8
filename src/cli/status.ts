import { clearScreenDown, moveCursor } from "node:readline";

import { duration } from "../notebook/progress";

/** Tells how far each of several runs is. */
export interface Status {
  /** A run has begun, for a reason. */
  start(name: string, why: string): void;
  /** A run has come to a cell, counted from 1. */
  cell(name: string, cell: number, cells: number): void;
  /** A run has ended; `line` says how. */
  end(name: string, line: string): void;
  /** A word in between. */
  say(line: string): void;
  /** Nothing more will come. */
  close(): void;
}

interface Run {
  readonly since: number;
  cell: number;
  cells: number;
}

/** Milliseconds between two drawings in a terminal. */
const REDRAW = 250;
/** Milliseconds between two signs of life in a log. */
const HEARTBEAT = 60_000;
const WIDTH = 20;

/**
 * Shows runs as they go: in a terminal a line that moves for each; in a log a line at its start and its end, and every minute one on
 * all that are under way.
 *
 * @param stream where to write; a terminal is known by its `isTTY`.
 * @param options.clock milliseconds that only grow; by default those of the process.
 * @param options.heartbeat milliseconds between two lines of a log on what is under way, by default a minute.
 * @returns the handle; after `close` no timer is left.
 */
export function createStatus(
  stream: NodeJS.WriteStream,
  { clock = () => performance.now(), heartbeat = HEARTBEAT }: { clock?: () => number; heartbeat?: number } = {},
): Status {
  const runs = new Map<string, Run>();
  const elapsed = ({ since }: Run) => clock() - since;
  const show = stream.isTTY ? terminal(stream, runs, elapsed) : log(stream, runs, elapsed);
  const timer = setInterval(show.tick, stream.isTTY ? REDRAW : heartbeat);
  timer.unref();
  return {
    start(name, why) {
      runs.set(name, { since: clock(), cell: 0, cells: 0 });
      show.say(`${name}: running (${why})`);
    },
    cell(name, cell, cells) {
      const run = runs.get(name);
      if (run) Object.assign(run, { cell, cells });
    },
    end(name, line) {
      runs.delete(name);
      show.say(line);
    },
    say: show.say,
    close() {
      clearInterval(timer);
      runs.clear();
      if (stream.isTTY) show.tick();
    },
  };
}

type Show = (
  stream: NodeJS.WriteStream,
  runs: ReadonlyMap<string, Run>,
  elapsed: (run: Run) => number,
) => { say(line: string): void; tick(): void };

/** Lines that stay, and below them one per run that is drawn again and again. */
const terminal: Show = (stream, runs, elapsed) => {
  let drawn = 0;
  const clear = () => {
    if (drawn > 0) moveCursor(stream, 0, -drawn);
    clearScreenDown(stream);
  };
  const draw = () => {
    const lines = [...runs].map(([name, run]) => {
      const done = run.cells > 0 ? Math.round((WIDTH * (run.cell - 1)) / run.cells) : 0;
      const bar = "█".repeat(done) + "░".repeat(WIDTH - done);
      return `  ${name.padEnd(30)} ${bar} ${placeOf(run).padEnd(16)} ${duration(elapsed(run))}`;
    });
    const columns = stream.columns || 80;
    for (const line of lines) stream.write(`${line.slice(0, columns - 1)}\n`);
    drawn = lines.length;
  };
  return {
    say(line) {
      clear();
      stream.write(`${line}\n`);
      draw();
    },
    tick() {
      clear();
      draw();
    },
  };
};

const log: Show = (stream, runs, elapsed) => ({
  say: (line) => void stream.write(`${line}\n`),
  tick() {
    if (runs.size === 0) return;
    const states = [...runs].map(([name, run]) => `${name} (${placeOf(run)}, ${duration(elapsed(run))})`);
    stream.write(`under way: ${states.join("; ")}\n`);
  },
});

const placeOf = ({ cell, cells }: Run): string => (cells > 0 ? `cell ${cell} of ${cells}` : "kernel starting");
