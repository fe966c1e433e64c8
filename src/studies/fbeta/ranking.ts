import { friedman, nemenyi, type FriedmanTest, type NemenyiTest } from "../../metrics";
import { byTask, entriesOf, lossesWith, valueOf, type Decision, type FBetaTrial } from "./rows";

/** Ranks of losses over blocks, a block being one task with one seed. */
export interface LossRanking {
  readonly losses: readonly { readonly name: string; readonly label: string }[];
  /** "fashion-mnist, class 6, prior 0.1, seed 1". */
  readonly blocks: readonly string[];
  /** Ranks [block][loss], 1 for the best, their means, and whether they differ at all. */
  readonly friedman: FriedmanTest;
  /** Which losses differ. */
  readonly nemenyi: NemenyiTest;
}

/**
 * Ranks the losses within every block, and tests whether their ranks differ.
 *
 * Within a block all losses share training images, initial weights and batches. Where there is one class and a few priors, as in the profile
 * `laptop`, the test speaks of this class: it generalises over draws of the training images, not over tasks.
 *
 * @param trials stored trials.
 * @param options.beta that is measured.
 * @param options.decision which threshold.
 * @returns the ranking of the losses that have a trial in every block that cross-entropy has one in; undefined where there are less than two
 *   such losses or blocks.
 */
export function rankLosses(
  trials: readonly FBetaTrial[],
  { beta, decision }: { readonly beta: number; readonly decision: Decision },
): LossRanking | undefined {
  const blocks = byTask(trials).flatMap((task) =>
    entriesOf(task.trials, "bce", beta).map(({ config: { seed } }) => ({
      name: `${task.name}, seed ${seed}`,
      values: new Map(
        task.trials
          .filter(({ config }) => config.seed === seed && (config.beta ?? beta) === beta && config.betas.includes(beta))
          .map((trial) => [trial.config.method, valueOf(trial, beta, decision)] as const),
      ),
    })),
  );
  const losses = lossesWith(trials, beta).filter(({ name }) => blocks.every(({ values }) => values.has(name)));
  if (blocks.length < 2 || losses.length < 2) return undefined;
  const table = blocks.map(({ values }) => losses.map(({ name }) => values.get(name) as number));
  return {
    losses: losses.map(({ name, label }) => ({ name, label })),
    blocks: blocks.map(({ name }) => name),
    friedman: friedman(table),
    nemenyi: nemenyi(table),
  };
}
