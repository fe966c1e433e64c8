import { randomUUID } from "node:crypto";
import { lines, type LineSeries } from "../figures";
import { displayFunction } from "./display";
import { mimeBundle } from "./mime";
import { progress, type Progress } from "./progress";

/** What a training run tells while it goes on; `fit` of the training room takes it among its `observers`. */
export interface TrainingProgress {
  begin(plan: {
    readonly model: string;
    readonly step: number;
    readonly steps: number;
    readonly stepsPerEpoch: number;
    readonly epochs: readonly EpochNumbers[];
  }): void;
  step(made: number): void;
  losses(readings: readonly { readonly step: number; readonly loss: number }[]): void;
  epoch(record: EpochNumbers): void;
  end(how: string): void;
  fail(error: unknown): void;
}

/** The numbers of an epoch that are shown. */
export interface EpochNumbers {
  readonly epoch: number;
  /** Updates made by its end. */
  readonly step: number;
  readonly loss: number;
  readonly metrics: Readonly<Record<string, number>>;
}

export interface TrainingProgressOptions {
  /** What is trained; default: the model's name. */
  readonly title?: string;
  /** Metrics that are drawn in a cell; default: all, `loss` beside the training loss, the others on axes of their own. */
  readonly metrics?: readonly string[];
  /** Whether curves are drawn in a cell; default true. */
  readonly curves?: boolean;
  /** Where plain text goes outside a notebook; by default the standard error. */
  readonly stream?: NodeJS.WriteStream;
  /** Milliseconds that only grow; by default those of the process. */
  readonly clock?: () => number;
}

/** Milliseconds from one drawing of the curves to the next. */
const LEAST_GAP = 1000;
/** Most points of a curve: more steps are averaged. */
const MOST_POINTS = 200;

/**
 * Shows a training run: a live line, and in a notebook curves of the losses and metrics below it, redrawn about once a second.
 *
 * @param options see {@link TrainingProgressOptions}.
 * @returns an observer for one call of `fit`.
 */
export function trainingProgress(options: TrainingProgressOptions = {}): TrainingProgress {
  const { stream, clock = () => performance.now(), curves = true } = options;
  const losses: { step: number; loss: number }[] = [];
  const epochs: EpochNumbers[] = [];
  const plots = [liveFigure(), liveFigure()];
  let bar: Progress | undefined;
  let drawn = -Infinity;

  const draw = (now = clock()) => {
    if (!curves || !displayFunction()) return;
    drawn = now;
    const names = options.metrics ?? [...new Set(epochs.flatMap(({ metrics }) => Object.keys(metrics)))];
    const curve = (name: string, shown = name): LineSeries => {
      const told = epochs.filter(({ metrics }) => Object.hasOwn(metrics, name));
      return { name: shown, x: told.map(({ step }) => step), y: told.map(({ metrics }) => metrics[name]) };
    };
    const others = names.filter((name) => name !== "loss").map((name) => curve(name));
    const evaluated = names.includes("loss") ? [curve("loss", "evaluation")] : [];
    plots[0]("loss", [{ name: "training", ...averaged(losses), markers: false }, ...evaluated]);
    if (others.length > 0) plots[1](others.length === 1 ? others[0].name : "metric", others);
  };
  const detail = () => {
    const last = epochs[epochs.length - 1];
    const numbers = { loss: losses[losses.length - 1]?.loss, ...prefixed(last?.metrics) };
    return Object.entries(numbers)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `${name} ${(value as number).toPrecision(3)}`)
      .join(", ");
  };
  return {
    begin({ model, step, steps, epochs: before }) {
      epochs.push(...before);
      bar = progress({ total: steps, title: options.title ?? model, stream, clock });
      if (step > 0) bar.update(step, "resumed");
    },
    step(made) {
      bar?.update(made, detail());
      if (losses.length > 1 && clock() - drawn >= LEAST_GAP) draw();
    },
    losses: (readings) => void losses.push(...readings),
    epoch(record) {
      epochs.push(record);
      if (clock() - drawn >= LEAST_GAP) draw();
    },
    end(how) {
      draw();
      bar?.done([how === "finished" ? "" : how, detail()].filter((part) => part !== "").join(", "));
    },
    fail(error) {
      draw();
      bar?.fail(error instanceof Error ? error.message : String(error));
    },
  };
}

/** A figure that replaces itself. */
function liveFigure() {
  const transient = { display_id: randomUUID() };
  let shown = false;
  return (yTitle: string, series: readonly LineSeries[]): void => {
    const bundle = mimeBundle(lines({ series, xTitle: "step", yTitle, width: "oneColumn" }));
    if (!bundle || series.every(({ x }) => x.length === 0)) return;
    displayFunction()?.({ ...bundle, transient }, shown);
    shown = true;
  };
}

/** At most so many points, each the mean of the same number of steps. */
function averaged(losses: readonly { readonly step: number; readonly loss: number }[]): { x: number[]; y: number[] } {
  const size = Math.ceil(losses.length / MOST_POINTS) || 1;
  const x: number[] = [];
  const y: number[] = [];
  for (let start = 0; start < losses.length; start += size) {
    const part = losses.slice(start, start + size);
    x.push(part[part.length - 1].step + 1);
    y.push(part.reduce((sum, { loss }) => sum + loss, 0) / part.length);
  }
  return { x, y };
}

/** The metrics of an epoch; its loss is called so to tell it from the training loss. */
function prefixed(metrics: Readonly<Record<string, number>> = {}): Record<string, number> {
  return Object.fromEntries(
    Object.entries(metrics).map(([name, value]) => [name === "loss" ? "evaluation loss" : name, value]),
  );
}
