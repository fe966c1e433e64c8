import { checkNumber } from "../multiclass/options";
import { checkedCellCounts, type CellCounts } from "./options";

/**
 * Logarithms of the class priors within each group.
 *
 *     log pi_kg = log(n_kg / sum_j n_jg)
 *
 * @param counts n_kg > 0, [K][G] or a tensor [K, G].
 * @returns log pi [K][G].
 * @throws RangeError when a count is not positive.
 */
export function groupLogPriors(counts: CellCounts): number[][] {
  const n = checkedCellCounts("groupLogPriors", counts);
  const totals = n[0].map((_, group) => n.reduce((sum, row) => sum + row[group], 0));
  return n.map((row) => row.map((count, group) => Math.log(count / totals[group])));
}

/**
 * Temperatures of the cells as factors of the logits: smaller for rarer cells.
 *
 *     Delta_kg = (n_kg / n_max)^gamma     n_max the largest cell
 *
 * @param counts n_kg > 0, [K][G] or a tensor [K, G].
 * @param gamma >= 0; default 0.3; 0 gives 1 for every cell.
 * @returns Delta [K][G], at most 1.
 * @throws RangeError when a count is not positive or gamma negative.
 * @see Kini, Paraskevas, Oymak, Thrampoulidis, NeurIPS 2021: read in the public code of VS-loss.
 */
export function groupTemperatures(counts: CellCounts, gamma = 0.3): number[][] {
  const n = checkedCellCounts("groupTemperatures", counts);
  const ok = gamma >= 0 && gamma < Infinity;
  checkNumber("groupTemperatures", "gamma", gamma, ok, "a non-negative finite number");
  const most = n.flat().reduce((a, b) => Math.max(a, b));
  return n.map((row) => row.map((count) => (count / most) ** gamma));
}
