import { spawn } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";

import { info } from "../../engine";
import { table } from "../../notebook/table";
import { gridOf, type Study, type Trial } from "../../studies";
import { makespan, measureWorks, trialCost, type Measured, type TrialCost, type Work } from "../../studies/cost";
import { driverAnswer, requireDevice, resourcesOf, thisMachine } from "../../studies/execution";
import { environmentOf } from "../../studies/execution/slots";
import { INTERRUPTED, untilInterrupted } from "../interrupted";
import { ownCommand, selectionOf, sharedWords, studyOf, type RunOptions, type SelectionOptions } from "./options";

export interface CostOptions extends Omit<RunOptions, "fresh" | "parallel"> {
  /** Seconds that each kind of work is measured for. */
  readonly seconds: number;
  /** How many trials run side by side in the second of the two sums. */
  readonly devices: number;
  /** The label that the rows of the table are of. */
  readonly by: string;
  /** Whether the estimates rest on processor time, spread over the threads of a trial. */
  readonly busy?: boolean;
}

/** What the measuring process tells. */
interface Answer {
  readonly device: string;
  readonly measured: readonly Measured[];
}

/**
 * Estimates what a grid costs on this machine: a process with the threads, or the GPU, of a trial measures every kind of work that the trials
 * do.
 *
 * @returns the tables as text; undefined when it was interrupted.
 * @throws Error when the study does not say what its trials do, a GPU was asked for and none answers, or the measuring fails.
 */
export async function costText(name: string, options: CostOptions): Promise<string | undefined> {
  const { profile, devices, by } = options;
  const study = await studyOf(name, options);
  const trials = await gridOf(study, profile, selectionOf(options));
  const works = trials.map((trial) => worksOf(study, trial));
  requireLabel(trials, by);
  const device = requireDevice(options.device);
  const { threads } = resourcesOf(study.profiles[profile].resources);
  const [gpu] = thisMachine(device === "gpu" ? driverAnswer().names.length : 0).gpus;
  if (options.busy && device === "gpu")
    throw new Error("--busy is for the processor: on a GPU, measure while it is free");
  const answer = await measureApart(name, options, environmentOf(threads, device, gpu));
  if (!answer) return undefined;
  // On one core, a step takes as long as it is computed for; on several, at least that divided among them.
  const cores = Math.min(threads, availableParallelism());
  const timed = options.busy
    ? answer.measured.map((each) => ({ ...each, seconds: each.processor / cores }))
    : answer.measured;
  const basis = options.busy ? `processor time on ${cores === 1 ? "one core" : `${cores} cores`}` : "the medians";
  const where =
    device === "gpu" ? answer.device : `${answer.device}, ${threads} ${threads === 1 ? "thread" : "threads"} per trial`;
  const costs = works.map((of) => trialCost(of, timed));
  return [measuredText(answer.measured, where), rowsText(trials, costs, { by, basis }), gridText(costs, devices)].join(
    "\n\n",
  );
}

/**
 * Measures, in this process, the kinds of work of a selection of trials, and sends them to the process that started it.
 *
 * @returns the exit code.
 */
export function measure(name: string, options: SelectionOptions & { readonly seconds: number }): Promise<number> {
  return untilInterrupted(async (signal) => {
    const study = await studyOf(name, options);
    const trials = await gridOf(study, options.profile, selectionOf(options));
    try {
      const measured = await measureWorks(
        trials.flatMap((trial) => worksOf(study, trial)),
        {
          seconds: options.seconds,
          signal,
          begin: (work, index, count) => console.error(`${index + 1}/${count} ${work.name}`),
        },
      );
      const answer: Answer = { device: info().device, measured };
      if (process.send) process.send(answer);
      else console.log(JSON.stringify(answer));
      return 0;
    } catch (error) {
      if (signal.aborted) return INTERRUPTED;
      throw error;
    } finally {
      if (process.connected) process.disconnect();
    }
  });
}

function worksOf(study: Study, { config }: Trial): readonly Work[] {
  if (study.cost) return study.cost(config);
  throw new Error(`study ${study.name} does not say what its trials do: give it a \`cost\`, see src/studies/cost`);
}

function requireLabel(trials: readonly Trial[], by: string): void {
  const labels = Object.keys(trials[0]?.labels ?? {});
  if (labels.includes(by)) return;
  throw new RangeError(`--by takes a label of the study, received "${by}"; there are: ${labels.join(", ")}`);
}

/** The answer of a process with the environment of a trial; undefined when it was interrupted. */
async function measureApart(
  name: string,
  options: CostOptions,
  environment: Readonly<Record<string, string>>,
): Promise<Answer | undefined> {
  const { profile, seconds, only, seeds } = options;
  const [program, ...words] = [
    ...[...ownCommand(), "study", "measure", name, "--profile", profile, "--seconds", String(seconds)],
    ...[...only.flatMap((text) => ["--only", text]), ...(seeds === undefined ? [] : ["--seeds", seeds])],
    ...sharedWords(options),
  ];
  const child = spawn(program, words, {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    detached: true,
  });
  let answer: Answer | undefined;
  child.on("message", (message) => (answer = message as Answer));
  const stop = () => child.kill("SIGTERM");
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, stop);
  try {
    const [code, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
    if (code === INTERRUPTED) return undefined;
    if (answer) return answer;
    throw new Error(
      `measuring ended with ${code === null ? `signal ${signal}` : `exit code ${code}`} and without an answer`,
    );
  } finally {
    for (const signal of signals) process.off(signal, stop);
  }
}

function measuredText(measured: readonly Measured[], where: string): string {
  const rows = measured.map(({ name, images, seconds, quartiles, processor, count }) => ({
    work: name,
    ms: 1000 * seconds,
    quartiles: quartiles.map((each) => Number((1000 * each).toPrecision(3))).join(" to "),
    processor: 1000 * processor,
    count,
    rate: images / seconds,
  }));
  const columns = {
    work: "Work",
    ms: "ms",
    quartiles: "Middle half",
    processor: "Of all cores",
    count: "Timed",
    rate: "Images per second",
  };
  return String(
    table(rows, { columns, digits: { ms: 1, processor: 1, count: 0, rate: 1 }, caption: `medians on ${where}` }),
  );
}

function rowsText(
  trials: readonly Trial[],
  costs: readonly TrialCost[],
  { by, basis }: { readonly by: string; readonly basis: string },
): string {
  const byLabel = new Map<string, TrialCost[]>();
  trials.forEach(({ labels }, index) => {
    const label = String(labels[by]);
    byLabel.set(label, [...(byLabel.get(label) ?? []), costs[index]]);
  });
  const rows = [...byLabel].map(([label, of]) => {
    const [seconds, images] = [total(of, "seconds"), total(of, "images")];
    const hours = seconds / 3600;
    return {
      label,
      trials: of.length,
      images: images / of.length / 1e6,
      rate: images / seconds,
      one: hours / of.length,
      hours,
    };
  });
  const columns = {
    label: by,
    trials: "Trials",
    images: "Million images each",
    rate: "Images per second",
    one: "Hours each",
    hours: "Hours",
  };
  const digits = { trials: 0, images: 2, rate: 1, one: 3, hours: 2 };
  return String(table(rows, { columns, digits, caption: `estimates: how often a trial does what, times ${basis}` }));
}

function gridText(costs: readonly TrialCost[], devices: number): string {
  const seconds = costs.map((cost) => cost.seconds);
  const hours = (count: number) => (makespan(seconds, count) / 3600).toFixed(2);
  return [
    `the grid of ${costs.length} trials: ${hours(1)} hours one at a time,`,
    `${hours(devices)} hours ${devices} at a time on as many such devices, the longest first`,
  ].join(" ");
}

const total = (costs: readonly TrialCost[], name: keyof TrialCost) => costs.reduce((sum, cost) => sum + cost[name], 0);
