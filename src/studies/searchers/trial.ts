import { rankCorrelation } from "../../metrics";
import { baselines, type FoundLoss } from "../autobalance";
import { rounded, type Outcome, type TrialContext } from "../core";
import { lossAt, type Course } from "./course";
import { hypergradientCourse } from "./hypergradient";
import { judged, tested } from "./judge";
import { searchPlan } from "./plan";
import { randomCourse } from "./random";
import { type SearcherConfig } from "./settings";
import { searcherTrial, type SearcherTrial } from "./task";

/** What a search would have handed back after a share of its budget, and how that does. */
export type CourseResult = {
  readonly gradients: number;
  /** Balanced error on the test images, of a network trained from scratch on both parts. */
  readonly testError: number;
  /** Balanced cross-entropy on the test images, of the same network. */
  readonly testObjective: number;
  /** Balanced cross-entropy and balanced error on the validation part, of a network trained from scratch on the training part. */
  readonly objective: number;
  readonly validationError: number;
  /** l, centred: a common shift changes nothing. */
  readonly shift: number[];
};

/** What a trial has found. */
export type SearcherResult = {
  /** As the last point of the course: at the whole budget. */
  readonly testError: number;
  readonly testObjective: number;
  readonly classErrors: number[];
  readonly objective: number;
  readonly validationError: number;
  /** Gradients counted. */
  readonly gradients: number;
  /** Planned inner steps, null but for hypergradients. */
  readonly innerSteps: number | null;
  readonly updates: number | null;
  readonly candidates: number | null;
  readonly residual: number | null;
  readonly failure: string | null;
  readonly counts: number[];
  readonly scale: number[];
  readonly shift: number[];
  /** Spearman's correlation of l with the class counts; null where all l are equal. */
  readonly shiftCorrelation: number | null;
  /** tau of the multiple of log pi that is nearest to the centred l, in least squares. */
  readonly tau: number;
  readonly course: CourseResult[];
};

/**
 * Runs one searcher on one draw of the data, and judges what it would hand back at shares of its budget.
 *
 * The judging is not the searcher's: its gradients are not counted, and it sees nothing of it.
 *
 * @param config see {@link SearcherConfig}.
 * @param context of the study.
 * @returns see {@link SearcherResult}; seconds of the whole, of the search and per gradient of the search apart.
 * @throws whatever data, training and search throw, divergence of a search excepted.
 */
export async function runSearcherTrial(
  config: SearcherConfig,
  context: TrialContext,
): Promise<Outcome<SearcherResult>> {
  const started = performance.now();
  const trial = await searcherTrial(config, context, trainingsOf(config));
  const { counts } = trial.task;
  const course = await searched(trial);
  const start = baselines.crossEntropy(counts);
  const judge = judgeOf(trial);
  const points: CourseResult[] = [];
  let last: Awaited<ReturnType<typeof judge>> | undefined;
  for (const share of course ? config.shares : [1]) {
    const gradients = Math.round(share * config.budget);
    // At the whole budget it is the last loss, although power iterations may have cost a little more.
    const loss = course ? lossAt(course, share === 1 ? Infinity : gradients, start) : fixedLoss(config, counts);
    last = await judge(loss);
    points.push({
      gradients: course ? gradients : 0,
      testError: last.testError,
      testObjective: last.testObjective,
      objective: last.objective,
      validationError: last.validationError,
      shift: centred(loss.shift).map(rounded),
    });
  }
  const { loss, classErrors, ...final } = last!;
  const isLevel = loss.shift.every((value) => value === loss.shift[0]);
  const numbers: SearcherResult = {
    ...final,
    classErrors,
    gradients: course?.gradients ?? 0,
    innerSteps: config.settings.kind === "hypergradient" ? searchPlan(config.settings, config.budget).steps : null,
    updates: course?.updates ?? null,
    candidates: course?.candidates ?? null,
    residual: course?.residual === null || course?.residual === undefined ? null : significant(course.residual),
    failure: course?.failure ?? null,
    counts: [...counts],
    scale: loss.scale.map(rounded),
    shift: loss.shift.map(rounded),
    shiftCorrelation: isLevel ? null : rounded(rankCorrelation(loss.shift, counts)),
    tau: rounded(nearestTau(loss.shift, counts)),
    course: points,
  };
  return {
    numbers,
    timing: { seconds: (performance.now() - started) / 1000, search: course?.seconds ?? 0 },
  };
}

function searched(trial: SearcherTrial): Promise<Course> | undefined {
  const { settings, space } = trial.settings;
  if (settings.kind === "fixed") return undefined;
  if (space === null) throw new RangeError("runSearcherTrial: a search needs a space, received null");
  if (settings.kind === "random") return randomCourse(trial, settings, space);
  if (space === "gammaTau") {
    throw new RangeError('runSearcherTrial: hypergradients move "shift", "tau" or "scaleShift", received "gammaTau"');
  }
  return hypergradientCourse(trial, settings, space);
}

function fixedLoss({ settings }: SearcherConfig, counts: readonly number[]): FoundLoss {
  const isAdjusted = settings.kind === "fixed" && settings.loss === "logitAdjusted";
  return isAdjusted ? baselines.logitAdjusted(counts, 1) : baselines.crossEntropy(counts);
}

/** Judges losses, each of them once. */
function judgeOf(trial: SearcherTrial) {
  const known = new Map<string, Awaited<ReturnType<typeof judge>>>();
  const judge = async (loss: FoundLoss) => {
    const validation = await judged(trial, `judge-${known.size}-train`, loss);
    const test = await tested(trial, `judge-${known.size}-pool`, loss);
    return {
      loss,
      testError: test.balanced,
      testObjective: rounded(test.objective),
      classErrors: test.byClass.map(rounded),
      objective: rounded(validation.objective),
      validationError: validation.error,
    };
  };
  return async (loss: FoundLoss) => {
    const name = JSON.stringify(loss);
    if (!known.has(name)) known.set(name, await judge(loss));
    return known.get(name)!;
  };
}

/** Least squares of the centred l on the centred log pi. */
export function nearestTau(shift: readonly number[], counts: readonly number[]): number {
  const [l, x] = [centred(shift), centred(counts.map(Math.log))];
  const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, k) => sum + value * b[k], 0);
  const size = dot(x, x);
  return size === 0 ? 0 : dot(l, x) / size;
}

/** Searches and trainings of a trial at most, for its progress. */
function trainingsOf({ settings, shares, budget }: SearcherConfig): number {
  if (settings.kind === "fixed") return 2;
  const searching = settings.kind === "random" ? Math.floor(budget / settings.candidateSteps) : 1;
  return searching + 2 * shares.length;
}

/** A common shift changes nothing: it is taken out. */
export function centred(values: readonly number[]): number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.map((value) => value - mean);
}

const significant = (value: number) => Number(value.toPrecision(4));
