import { disposeCheckpoint, type Checkpoint } from "./checkpoint";
import { type BestWeights } from "./earlyStopping";
import { type FitOptions } from "./fitOptions";
import { type RunHistory } from "./history";
import { modelState } from "./modelState";
import { type FitObserver } from "./observer";
import { type Plan } from "./plan";
import { type State, type Stateful } from "./state";

/** What `fit` saves and restores, and when. */
export interface RunKeeper {
  /** Path of the last checkpoint of this run. */
  readonly last: string | undefined;
  /** Brings every part to the newest checkpoint; returns the updates it had made, 0 without one. */
  restore(): Promise<number>;
  /** Whether a checkpoint is due after an update, or after the end of an epoch. */
  isDue(step: number, epochEnded: boolean): boolean;
  /** Seconds that the epoch had taken before the run was restored; asked once. */
  secondsBefore(): number;
  /** Writes a checkpoint, unless the last one is of the same moment; returns the name of a weight that is not finite, if any. */
  save(step: number, seconds: number): Promise<string | undefined>;
  /** After an error: saves, where that is asked for (an interrupt), or tells the run why it ended. Throws nothing. */
  fail(error: unknown, save: (() => Promise<void>) | undefined): Promise<void>;
}

/** The parts of a run and their checkpoints. */
export function runKeeper(context: {
  readonly options: FitOptions;
  readonly plan: Plan;
  readonly history: RunHistory;
  readonly stopping: BestWeights | undefined;
  readonly observers: Required<FitObserver>;
  readonly signal: AbortSignal | undefined;
}): RunKeeper {
  const { options, plan, history, stopping, observers, signal } = context;
  const { model, optimizer, average, run, stateful = {} } = options;
  const store = run?.checkpoints ?? options.checkpoints;
  const every = options.checkpointEvery ?? { epochs: 1 };
  let secondsBefore = 0;
  let secondsNow = 0;
  let stepNow = 0;
  let last: string | undefined;
  let saved = "";

  /** Settings that later numbers depend on, and that a checkpoint must agree with. */
  const settings: Stateful = {
    state: () => ({
      tensors: {},
      values: {
        steps: plan.steps,
        stepsPerEpoch: plan.stepsPerEpoch,
        optimizer: optimizer.name,
        nextLearningRate: stepNow < plan.steps ? optimizer.learningRate(stepNow) : null,
        seconds: secondsNow,
      },
    }),
    restore({ values }) {
      const mine = settings.state().values;
      for (const name of ["stepsPerEpoch", "optimizer", "nextLearningRate"]) {
        // A finished run has no next learning rate; more steps may follow it, after whole epochs.
        if (values[name] === mine[name] || (name === "nextLearningRate" && values[name] === null)) continue;
        throw new RangeError(
          `fit: the checkpoint is of a run whose ${name} is ${values[name]}, received ${mine[name]}`,
        );
      }
      if (values.steps !== mine.steps && stepNow % plan.stepsPerEpoch !== 0 && stepNow === values.steps) {
        throw new RangeError(
          `it ended within an epoch, after ${values.steps} steps, and cannot go on to ${plan.steps}`,
        );
      }
      secondsBefore = Number(values.seconds);
    },
  };
  const own: Record<string, Stateful> = {
    settings,
    model: modelState(model),
    optimizer,
    history,
    ...(average && { average }),
    ...(stopping && { stopping }),
  };
  const clash = Object.keys(stateful).find((name) => Object.hasOwn(own, name) || !/^[\w.-]+$/.test(name));
  if (clash !== undefined) {
    throw new RangeError(
      `fit: stateful must have names of letters and digits other than ${Object.keys(own).join(", ")}; received "${clash}"`,
    );
  }
  const parts: Readonly<Record<string, Stateful>> = { ...own, ...stateful };
  const moment = () => `${stepNow} ${history.epochs.length}`;

  return {
    get last() {
      return last;
    },
    async restore() {
      const found = await store?.latest();
      if (found) {
        const { path, checkpoint } = found;
        try {
          stepNow = checkpoint.step;
          if (stepNow > plan.steps) {
            throw new RangeError(`fit: ${path} has ${stepNow} updates, more than the ${plan.steps} that are asked for`);
          }
          restoreParts(parts, checkpoint.parts, path);
        } finally {
          disposeCheckpoint(checkpoint);
        }
        last = path;
        saved = moment();
      }
      await run?.begin({ step: stepNow });
      await run?.metrics(history.epochs);
      return stepNow;
    },
    isDue: (step, epochEnded) =>
      store !== undefined &&
      ((every.steps !== undefined && step > 0 && step % every.steps === 0) ||
        (every.epochs !== undefined && epochEnded && history.epochs.length % every.epochs === 0)),
    secondsBefore() {
      const seconds = secondsBefore;
      secondsBefore = 0;
      return seconds;
    },
    async save(step, seconds) {
      stepNow = step;
      if (!store || moment() === saved) return undefined;
      secondsNow = secondsBefore + seconds;
      const epoch = Math.floor(step / plan.stepsPerEpoch);
      const checkpoint: Checkpoint = {
        step,
        epoch,
        position: step - epoch * plan.stepsPerEpoch,
        parts: Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, part.state()])),
      };
      const result = await store.save(checkpoint).catch((error: unknown) => {
        const from = last === undefined ? "there is no checkpoint before it" : `the run can go on from ${last}`;
        throw new Error(`fit: ${messageOf(error)}; ${from}`, { cause: error });
      });
      if ("notFinite" in result) return result.notFinite;
      last = result.path;
      saved = moment();
      observers.checkpoint(last);
      return undefined;
    },
    async fail(error, save) {
      try {
        if (save) await save();
        else if (signal?.aborted !== true)
          await run?.finish({ status: statusOf(error), step: stepNow, message: messageOf(error) });
      } catch (second) {
        process.emitWarning(`the run could not be saved at its end: ${messageOf(second)}`);
      }
    },
  };
}

function restoreParts(
  parts: Readonly<Record<string, Stateful>>,
  states: Readonly<Record<string, State>>,
  path: string,
): void {
  const [mine, theirs] = [Object.keys(parts), Object.keys(states)];
  const differing = [
    ...mine.filter((name) => !theirs.includes(name)),
    ...theirs.filter((name) => !mine.includes(name)),
  ];
  if (differing.length > 0) {
    throw new RangeError(`fit: ${path} is of a run with the parts ${theirs.join(", ")}, received ${mine.join(", ")}`);
  }
  for (const name of mine) {
    try {
      parts[name].restore(states[name]);
    } catch (error) {
      throw new RangeError(`fit: ${path} does not fit: ${messageOf(error)}`, { cause: error });
    }
  }
}

const statusOf = (error: unknown) =>
  (error as { code?: unknown } | undefined)?.code === "DIVERGED" ? ("diverged" as const) : ("failed" as const);

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
