import { cellsOf, logPriorsOf, type Counts } from "./cells";
import { requireThat } from "./check";
import { type UpperObjective } from "./objectives";

/** Where a search starts: values of the loss parameters per cell, row by row for cells of classes and groups. */
export interface StartPoint {
  readonly name: string;
  /** Factors of the logits, in (0, 1]; a common factor changes no decision. */
  readonly scale: readonly number[];
  /** l, added to the logits. */
  readonly shift: readonly number[];
  /** w > 0, of the samples. */
  readonly weight: readonly number[];
}

/**
 * Cross-entropy: scale 1, l = 0, w = 1.
 *
 * @param counts training samples per class [K] or cell [K][G].
 * @returns the start; consistent for the plain error.
 * @throws RangeError for bad counts, as all starts do.
 */
export function crossEntropyStart(counts: Counts): StartPoint {
  return { name: "cross-entropy", ...neutral(cellsOf("crossEntropyStart", counts).counts) };
}

/**
 * Logit adjustment.
 *
 *     l_k = tau log pi_k,  of cells l_kg = tau log pi_(k|g)
 *
 * @param counts training samples per class [K] or cell [K][G].
 * @param options.tau finite; default 1, which is consistent for the balanced error.
 * @returns the start.
 */
export function logitAdjustedStart(counts: Counts, { tau = 1 }: { readonly tau?: number } = {}): StartPoint {
  requireThat(Number.isFinite(tau), "logitAdjustedStart", "tau", "a finite number", tau);
  const cells = cellsOf("logitAdjustedStart", counts);
  return {
    name: `logit adjustment (tau ${tau})`,
    ...neutral(cells.counts),
    shift: logPriorsOf(cells).map((logPrior) => tau * logPrior),
  };
}

/**
 * Class-dependent temperatures.
 *
 *     scale_k = (n_k / n_max)^gamma
 *
 * The released code stores this number as Delta and then takes its sigmoid, so that its start is another: 0.73 to 0.5 where 1 to 0 is
 * meant. Here the scale is what the formula says, but for a common factor below 1 that the sigmoid needs.
 *
 * @param counts training samples per class [K] or cell [K][G].
 * @param options.gamma >= 0; default 0.2.
 * @returns the start; not consistent for any error, but the one that shapes margins beyond zero training error.
 */
export function temperatureStart(counts: Counts, { gamma = 0.2 }: { readonly gamma?: number } = {}): StartPoint {
  requireThat(gamma >= 0 && gamma < Infinity, "temperatureStart", "gamma", "a non-negative finite number", gamma);
  const { counts: n } = cellsOf("temperatureStart", counts);
  const most = Math.max(...n);
  return {
    name: `class-dependent temperature (gamma ${gamma})`,
    ...neutral(n),
    scale: n.map((count) => (count / most) ** gamma),
  };
}

/**
 * Weighted cross-entropy, with the inverse frequencies as weights.
 *
 *     w_k = N / (P n_k),   P cells
 *
 * @param counts training samples per class [K] or cell [K][G].
 * @returns the start; consistent for the balanced error.
 */
export function weightedStart(counts: Counts): StartPoint {
  const { counts: n } = cellsOf("weightedStart", counts);
  const total = n.reduce((a, b) => a + b, 0);
  return {
    name: "inverse frequencies as weights",
    ...neutral(n),
    weight: n.map((count) => total / (n.length * count)),
  };
}

/**
 * The additive start that an upper objective is consistent with.
 *
 *     l_k = log pi_k - log omega_k
 *
 * pi is the prior of the training set, omega the one under which the objective counts errors: pi itself for cross-entropy (l = 0),
 * 1 / K for the balanced one (LA with tau 1), the preferences where there are some, and for blends what lies between. The minimiser
 * of the training loss then is log(omega_k P(x | k)) up to a constant, whose largest entry is the best decision.
 *
 * @param counts training samples per class [K] or cell [K][G]; of cells, all groups have the shift of their class.
 * @param objective one that names its prior: cross-entropy, balanced, preferences, blends of these.
 * @returns the start.
 * @throws RangeError when the objective has no such prior (DEO, worst group, F-beta): there take another start.
 * @see The formula is that of Bayes decisions, derived here; the paper asks for a start consistent with the objective and names CE, LA
 *   and CDT (third-party digest).
 */
export function consistentStart(counts: Counts, objective: UpperObjective): StartPoint {
  const caller = "consistentStart";
  const cells = cellsOf(caller, counts);
  const { classes, groups = 1 } = cells;
  const perClass = Array.from({ length: classes }, (_, k) =>
    cells.counts.slice(k * groups, (k + 1) * groups).reduce((a, b) => a + b, 0),
  );
  const total = perClass.reduce((a, b) => a + b, 0);
  const prior = perClass.map((count) => count / total);
  const target = objective.targetPrior?.(prior);
  if (!target) {
    throw new RangeError(
      `${caller}: the objective "${objective.name}" names no prior; take crossEntropyStart, logitAdjustedStart, temperatureStart or weightedStart`,
    );
  }
  requireThat(target.length === classes, caller, "the objective's prior", `of ${classes} classes`, target);
  // The same for all groups: decisions are made without knowing the group.
  const perClassShift = prior.map((p, k) => Math.log(p / target[k]));
  return {
    name: `consistent with ${objective.name}`,
    ...neutral(cells.counts),
    shift: cells.counts.map((_, cell) => perClassShift[Math.floor(cell / groups)]),
  };
}

const neutral = (counts: readonly number[]) => ({
  scale: counts.map(() => 1),
  shift: counts.map(() => 0),
  weight: counts.map(() => 1),
});
