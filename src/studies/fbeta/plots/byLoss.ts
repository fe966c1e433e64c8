import type { Data } from "plotly.js";

import { palette, panels, points, type Figure } from "../../../figures";
import { byTask, lossesWith, overSeeds, type Decision, type FBetaTrial } from "../rows";

const LOOKS: Record<Decision, { name: string; color: string; symbol: "circle-open" | "circle"; shift: number }> = {
  half: { name: "threshold ½", color: palette[1], symbol: "circle-open", shift: 0.16 },
  tuned: { name: "threshold tuned on validation images", color: palette[0], symbol: "circle", shift: -0.16 },
};

/**
 * F-beta of every loss with both thresholds, a panel per task; bars are standard deviations over seeds, the dotted line is cross-entropy with a
 * tuned threshold.
 *
 * @param trials stored trials, at least one.
 * @param beta that is measured.
 */
export function byLossFigure(trials: readonly FBetaTrial[], beta: number): Figure {
  const tasks = byTask(trials);
  const losses = [...lossesWith(trials, beta)].reverse();
  const several =
    new Set(tasks.map(({ dataset, positiveClasses }) => `${dataset} ${positiveClasses.join("+")}`)).size > 1;
  return panels({
    width: "twoColumn",
    height: Math.max(2.4, (0.2 * losses.length + 0.75) * Math.ceil(tasks.length / 2)),
    columns: Math.min(2, tasks.length),
    gap: { x: 0.15, y: 0.65 },
    panels: tasks.map((task, index) => {
      const known = losses
        .map(({ name }, row) => ({ name, row }))
        .filter(({ name }) => lossesWith(task.trials, beta).some((loss) => loss.name === name));
      const data = (["half", "tuned"] as const).map((decision): Data => {
        const { name, color, symbol, shift } = LOOKS[decision];
        const values = known.map((loss) => overSeeds(task.trials, loss.name, beta, decision));
        return {
          type: "scatter",
          mode: "markers",
          name,
          legendgroup: decision,
          showlegend: index === 0,
          x: values.map(({ mean }) => mean),
          y: known.map(({ row }) => row + shift),
          marker: { color, symbol, size: points(4.5), line: { color, width: points(1) } },
          error_x: {
            type: "data",
            array: values.map(({ standardDeviation }) => standardDeviation || 0),
            color,
            thickness: points(0.8),
            width: points(1.6),
          },
          cliponaxis: false,
        };
      });
      const reference = known.some(({ name }) => name === "bce")
        ? overSeeds(task.trials, "bce", beta, "tuned").mean
        : undefined;
      return {
        title: `${several ? `${task.dataset}, class ${task.positiveClasses.join("+")}, ` : ""}π = ${task.prior}`,
        data,
        xaxis: {
          title: { text: `<i>F</i><sub>${beta}</sub> on test images` },
          rangemode: "tozero",
          range: [0, upperEnd(task.trials, beta)],
        },
        yaxis: {
          range: [-0.6, losses.length - 0.4],
          tickvals: losses.map((_, row) => row),
          ticktext: losses.map(({ label }) => label),
          showticklabels: index % 2 === 0,
          ticks: index % 2 === 0 ? "outside" : "",
        },
        ...(reference !== undefined && {
          shapes: [
            {
              type: "line" as const,
              x0: reference,
              x1: reference,
              y0: -0.6,
              y1: losses.length - 0.4,
              layer: "below" as const,
              line: { color: "#7F7F7F", width: points(0.8), dash: "dot" as const },
            },
          ],
        }),
      };
    }),
  });
}

/** A tenth above the largest mean and its standard deviation. */
function upperEnd(trials: readonly FBetaTrial[], beta: number): number {
  const ends = lossesWith(trials, beta).flatMap(({ name }) =>
    (["half", "tuned"] as const).map((decision) => {
      const { mean, standardDeviation } = overSeeds(trials, name, beta, decision);
      return mean + (standardDeviation || 0);
    }),
  );
  return Math.min(1, Math.ceil(Math.max(...ends) * 11) / 10);
}
