import { type Places, type Trial, type TrialRecord } from "../core";
import { sameNumbers } from "../core/records";
import { addResults } from "../core/results";
import { makePlan, type Plan, type PlanOptions } from "./plan";
import { runPool, type PoolObserver, type PoolOptions, type PoolResult } from "./pool";

export interface RunStudyOptions extends PlanOptions, Pick<PoolOptions, "slots" | "command" | "signal" | "kill"> {
  /** Called with the plan, before the first trial starts. */
  readonly planned?: (plan: Plan) => void;
  readonly observer?: PoolObserver;
}

/** How a study's run ended. */
export interface StudyRun extends PoolResult {
  /** Trials asked for. */
  readonly asked: number;
  /** Of those run afresh: with the stored numbers bit for bit, and with others. */
  readonly same: number;
  readonly different: readonly Trial[];
}

/**
 * Runs the trials of a study that have no result yet, side by side, and stores what they find.
 *
 * Every result is stored as soon as there is one, so that an end at any moment loses no finished trial.
 *
 * @param options see {@link RunStudyOptions}.
 * @returns how it ended.
 */
export async function runStudy(options: RunStudyOptions): Promise<StudyRun> {
  const { study, profile, places = {}, observer = {} } = options;
  const plan = await makePlan(options);
  await addResults(places, study.name, profile, plan.found);
  options.planned?.(plan);
  const different: Trial[] = [];
  let same = 0;
  const ended = await runPool({
    ...options,
    trials: plan.pending,
    observer: {
      ...observer,
      async finished(trial, record) {
        await addResults(places, study.name, profile, [record]);
        const before = plan.before.get(trial.key);
        if (before && sameNumbers(before, record)) same++;
        else if (before) different.push(trial);
        await observer.finished?.(trial, record);
      },
    },
  });
  return { ...ended, asked: plan.grid.length, same, different };
}

/**
 * Stores the results that lie in the trials' folders, such as those that a cluster has made.
 *
 * @returns the results of the trials asked for that were in their folders.
 */
export async function collect(options: Omit<PlanOptions, "fresh">): Promise<readonly TrialRecord[]> {
  const { study, profile, places = {} as Places } = options;
  const { found } = await makePlan(options);
  await addResults(places, study.name, profile, found);
  return found;
}
