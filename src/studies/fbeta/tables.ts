import { meanCell, type StoredStudy, type StudyTable } from "../core";
import { type FBetaConfig, type FBetaResult } from "./config";
import { rankLosses } from "./ranking";
import { byTask, differenceText, lossesWith, overSeeds, pairedDifference, type Decision } from "./rows";

type Stored = StoredStudy<FBetaConfig, FBetaResult>;

/**
 * The study's tables: F-beta of every loss on every task, by beta, and the ranks by F1.
 *
 * @param stored any part of the results.
 * @returns `f1`, `f2`, ... for the betas measured, and `ranks` where two blocks have results.
 */
export function fBetaTables(stored: Stored): Readonly<Record<string, StudyTable>> {
  const betas = [...new Set(stored.trials.flatMap(({ config }) => config.betas))].sort((a, b) => a - b);
  const scores = betas.map((beta) => [`f${String(beta).replace(".", "-")}`, scoreTable(stored, beta)] as const);
  const ranks = rankRows(stored);
  return { ...Object.fromEntries(scores), ...(ranks && { ranks }) };
}

/** One row per task and loss: F-beta at both thresholds, and what it is held against cross-entropy with the same threshold. */
function scoreTable({ trials, profile }: Stored, beta: number): StudyTable {
  const rows = byTask(trials).flatMap((task) =>
    lossesWith(task.trials, beta).map(({ name, label }) => {
      const at = (decision: Decision | "ceiling") => overSeeds(task.trials, name, beta, decision);
      const againstCrossEntropy = (decision: Decision) =>
        name === "bce"
          ? null
          : differenceText(
              pairedDifference(task.trials, { method: name, decision }, { method: "bce", decision }, beta),
            );
      return {
        task: `${task.dataset} ${task.positiveClasses.join("+")}`,
        prior: task.prior,
        loss: label,
        half: meanCell(at("half")),
        halfDifference: againstCrossEntropy("half"),
        tuned: meanCell(at("tuned")),
        tunedDifference: againstCrossEntropy("tuned"),
        ceiling: meanCell(at("ceiling")),
        seeds: at("half").count,
      };
    }),
  );
  return {
    caption:
      `F${beta} on test images at the task's prior, mean ± standard deviation over seeds; differences to BCE with the same threshold, ` +
      `paired by seed, with 95 % t-intervals; the ceiling is the best threshold on the test images themselves (profile ${profile})`,
    rows,
    columns: {
      task: "Task",
      prior: "Prior",
      loss: "Loss",
      half: `F${beta} at 1/2`,
      halfDifference: "minus BCE at 1/2",
      tuned: `F${beta} tuned`,
      tunedDifference: "minus BCE tuned",
      ceiling: "Ceiling",
      seeds: "Seeds",
    },
    digits: { prior: 2, half: 3, tuned: 3, ceiling: 3, seeds: 0 },
  };
}

function rankRows({ trials, profile }: Stored): StudyTable | undefined {
  const [half, tuned] = (["half", "tuned"] as const).map((decision) => rankLosses(trials, { beta: 1, decision }));
  if (!half || !tuned) return undefined;
  const rows = tuned.losses
    .map(({ label }, index) => ({
      loss: label,
      half: half.nemenyi.averageRanks[index],
      tuned: tuned.nemenyi.averageRanks[index],
    }))
    .sort((a, b) => a.tuned - b.tuned);
  const p = (value: number) => (value < 0.001 ? "< 0.001" : `= ${value.toFixed(3)}`);
  return {
    caption:
      `Mean ranks by F1 over ${tuned.blocks.length} blocks of task and seed, 1 is best; Friedman's test (Iman and Davenport) ` +
      `p ${p(half.friedman.imanDavenport.pValue)} at 1/2, p ${p(tuned.friedman.imanDavenport.pValue)} tuned; ` +
      `Nemenyi's critical difference at 5 %: ${tuned.nemenyi.criticalDifference.toFixed(2)} ranks (profile ${profile})`,
    rows,
    columns: { loss: "Loss", half: "Mean rank at 1/2", tuned: "Mean rank tuned" },
    digits: 2,
  };
}
