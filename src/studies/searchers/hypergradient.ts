import { lossParameters, searchCost, searchLoss, separate, logPriorMultiple, type SearchUpdate } from "../autobalance";
import { reporter } from "../autobalance/classes/training";
import { type Course } from "./course";
import { isDivergence } from "./divergence";
import { gradientsPerProduct, searchPlan } from "./plan";
import { type HypergradientSettings, type Space } from "./settings";
import { modeOf } from "./solvers";
import { type SearcherTrial } from "./task";

/**
 * A search by hypergradients: a network is trained once, and the loss moves while it trains.
 *
 * A search that diverges is a finding: it hands back nothing, so that cross-entropy is judged in its place, and says why.
 *
 * @param trial the trial.
 * @param settings see {@link HypergradientSettings}.
 * @param space what is moved, from cross-entropy on: `shift`, `tau` or `scaleShift`.
 * @returns the course, with a point after each update.
 * @throws what `searchLoss` throws but for divergence.
 */
export async function hypergradientCourse(
  trial: SearcherTrial,
  settings: HypergradientSettings,
  space: Exclude<Space, "gammaTau">,
): Promise<Course> {
  const started = performance.now();
  const { task, context, objective } = trial;
  const plan = searchPlan(settings, trial.settings.budget);
  const parameters = lossParameters({
    counts: task.counts,
    search: space === "scaleShift" ? ["scale", "shift"] : ["shift"],
    sharing: space === "tau" ? logPriorMultiple() : separate(),
  });
  const model = task.newModel();
  const optimizer = task.newOptimizer(plan.steps, "search");
  const run = await context.openRun("search", { hash: task.parts.train.hash });
  try {
    const { updates } = await searchLoss({
      model,
      parameters,
      objective,
      train: task.batches("train"),
      validation: task.validationBatches(),
      optimizer,
      steps: plan.steps,
      warmup: plan.warmup,
      mode: modeOf(settings, plan.every),
      run,
      signal: context.signal,
      observers: [reporter(trial, "search", plan.steps)],
    });
    trial.done.add("search");
    return courseOf(settings, task.classes, plan.steps, updates, (performance.now() - started) / 1000);
  } catch (error) {
    if (context.signal.aborted || !isDivergence(error)) throw error;
    return {
      points: [],
      gradients: trial.settings.budget,
      updates: null,
      candidates: null,
      residual: null,
      failure: error.message,
      seconds: (performance.now() - started) / 1000,
    };
  } finally {
    await run.close();
    model.dispose();
    optimizer.dispose();
    parameters.dispose();
  }
}

/** The points of a search, with what each had cost. */
function courseOf(
  { solver, trainingBatches, validationBatches }: HypergradientSettings,
  classes: number,
  steps: number,
  updates: readonly SearchUpdate[],
  seconds: number,
): Course {
  const costUpTo = (count: number, inner: number) =>
    searchCost({
      steps: inner,
      updates: updates.slice(0, count),
      trainingBatches,
      validationBatches,
      gradientsPerProduct: gradientsPerProduct(solver),
    });
  const residuals = updates.flatMap(({ residual }) => (residual === null ? [] : [residual]));
  return {
    points: updates.map(({ step, scale, shift, weight }, index) => ({
      gradients: costUpTo(index + 1, step),
      loss: { classes, groups: null, scale, shift, weight },
    })),
    gradients: costUpTo(updates.length, steps),
    updates: updates.length,
    candidates: null,
    residual: residuals.length === 0 ? null : residuals.reduce((sum, value) => sum + value, 0) / residuals.length,
    failure: null,
    seconds,
  };
}
