import { createInterface } from "node:readline";

import type { Profile } from "./profile";

/** A training step that a peer can be asked for. */
export interface Task {
  readonly model: "resnet" | "mlp";
  /** Layers of a ResNet. */
  readonly depth?: number;
  readonly batch: number;
  /** Steps timed together; their mean is reported. Short steps need more than one. */
  readonly steps: number;
}

export interface Timing {
  /** Wall time of one step. */
  readonly seconds: number;
  /** Loss of the last step: the peers must learn, not only run. */
  readonly loss: number;
  /** Resident memory of the process. */
  readonly residentBytes: number;
}

/** What a peer can do. */
export interface Abilities {
  /** A step of a task, which returns its loss. */
  prepare(task: Task): () => number;
  profiled?(step: () => number): Profile;
  device?(): string;
  threads?(): number;
}

/** A request: a step to time, a step to profile, a number to measure. */
export type Request = Task | { readonly profile: Task } | { readonly describe: true };

export interface Description {
  readonly device: string;
  readonly threads: number;
}

/** Answers one line of JSON per request on standard input, until it ends: what every peer does, in whichever language. */
export function serve({ prepare, profiled, device, threads }: Abilities): void {
  const prepared = new Map<string, () => number>();
  const stepOf = (task: Task): (() => number) => {
    const key = JSON.stringify({ ...task, steps: 0 });
    const step = prepared.get(key) ?? prepare(task);
    prepared.set(key, step);
    return step;
  };
  const timing = (task: Task): Timing => {
    const step = stepOf(task);
    const start = performance.now();
    let loss = NaN;
    for (let count = 0; count < task.steps; count++) loss = step();
    const seconds = (performance.now() - start) / 1000 / task.steps;
    return { seconds, loss, residentBytes: process.memoryUsage().rss };
  };
  createInterface({ input: process.stdin }).on("line", (line) => {
    const request = JSON.parse(line) as Request;
    const answer =
      "profile" in request
        ? profiled?.(stepOf(request.profile))
        : "describe" in request
          ? { device: device?.() ?? "", threads: threads?.() ?? 1 }
          : timing(request);
    process.stdout.write(`${JSON.stringify(answer ?? null)}\n`);
  });
}
