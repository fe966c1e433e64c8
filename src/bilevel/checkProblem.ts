import { probe, tf, withTape } from "../engine";
import { requireProblem, type BilevelProblem } from "./problem";

/** Agreement asked of two evaluations in float32, relative to their size. */
const TOLERANCE = 1e-4;

/**
 * Checks what hypergradients take for granted of a problem, at the cost of a few forward passes.
 *
 * 1. One batch number gives one value: no fresh minibatch, dropout or augmentation behind it.
 * 2. Where logits are given, innerLoss = innerLossOfLogits(innerLogits()) + innerPenalty(): a weight decay left out of one of them would
 *    give `gaussNewton` another problem.
 *
 * @param problem see {@link BilevelProblem}.
 * @returns whether the logits are independent of the outer variables, so that the mixed term takes forward passes alone; undefined
 *   without logits.
 * @throws Error naming the values that disagree; TypeError or RangeError for a malformed problem.
 */
export function checkProblem(problem: BilevelProblem): { readonly forwardMixedTerm: boolean | undefined } {
  const caller = "checkProblem";
  requireProblem(caller, problem);
  const value = (f: () => tf.Tensor) => probe(() => tf.tidy(() => f().dataSync()[0]));
  const [first, second] = [value(() => problem.innerLoss(0)), value(() => problem.innerLoss(0))];
  if (differ(first, second)) {
    throw new Error(`${caller}: innerLoss(0) gives ${first}, then ${second}: it must see the same samples each time`);
  }
  const [outer, again] = [value(() => problem.outerLoss(0)), value(() => problem.outerLoss(0))];
  if (differ(outer, again)) {
    throw new Error(`${caller}: outerLoss(0) gives ${outer}, then ${again}: it must see the same samples each time`);
  }
  if (!problem.innerLogits || !problem.innerLossOfLogits) return { forwardMixedTerm: undefined };
  let forwardMixedTerm = true;
  const composed = probe(() =>
    withTape(
      () => problem.innerLogits!(0),
      (logits, pullBack) => {
        forwardMixedTerm = pullBack(logits, problem.outer).every((part) => part === undefined);
        const loss = problem.innerLossOfLogits!(logits, 0);
        return (problem.innerPenalty ? tf.add(loss, problem.innerPenalty()) : loss).dataSync()[0];
      },
    ),
  );
  if (differ(first, composed)) {
    throw new Error(
      `${caller}: innerLoss(0) is ${first}, innerLossOfLogits(innerLogits(0), 0) + innerPenalty() is ${composed}: they must be equal`,
    );
  }
  return { forwardMixedTerm };
}

const differ = (a: number, b: number) => !(Math.abs(a - b) <= TOLERANCE * Math.max(Math.abs(a), Math.abs(b), 1e-6));
