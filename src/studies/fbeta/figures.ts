import { type Figure } from "../../figures";
import { type StoredStudy } from "../core";
import { type FBetaConfig, type FBetaResult } from "./config";
import { againstPriorFigure } from "./plots/againstPrior";
import { byLossFigure } from "./plots/byLoss";
import { ranksFigure } from "./plots/ranks";
import { trainingFigure } from "./plots/training";
import { rankLosses } from "./ranking";

/**
 * The study's figures.
 *
 * @param stored any part of the results, at least one trial.
 * @returns `by-loss`, `against-prior`, `training`, and `ranks` where two blocks have results; all of F1.
 * @throws Error when there is no trial.
 */
export function fBetaFigures({ trials }: StoredStudy<FBetaConfig, FBetaResult>): Readonly<Record<string, Figure>> {
  if (trials.length === 0) throw new Error("fBetaFigures: there is no stored trial to draw");
  const [half, tuned] = (["half", "tuned"] as const).map((decision) => rankLosses(trials, { beta: 1, decision }));
  return {
    "by-loss": byLossFigure(trials, 1),
    "against-prior": againstPriorFigure(trials, 1),
    training: trainingFigure(trials),
    ...(half && tuned && { ranks: ranksFigure({ "threshold ½": half, "threshold tuned": tuned }) }),
  };
}
