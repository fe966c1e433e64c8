import type { Data } from "plotly.js";

import { panels, points, seriesStyle, type Figure } from "../../../figures";
import { byTask, chosenRate, entriesOf, lossesWith, type Decision, type FBetaTask, type FBetaTrial } from "../rows";

const DRAWN = ["bce", "fixed-point-bce", "surrogate-class", "surrogate-sample", "soft-f", "anyloss"];

const ROWS: readonly { decision: Decision; words: string }[] = [
  { decision: "half", words: "threshold ½" },
  { decision: "tuned", words: "best threshold" },
];

/**
 * F1 on validation images in the course of training, means over seeds: a row per threshold, a column per prior of the first class to be found.
 *
 * @param trials stored trials, at least one, that measure F1 in the course of training.
 */
export function trainingFigure(trials: readonly FBetaTrial[]): Figure {
  const all = byTask(trials);
  const subject = ({ dataset, positiveClasses }: FBetaTask) => `${dataset} ${positiveClasses.join("+")}`;
  const tasks = all.filter((task) => subject(task) === subject(all[0]));
  const losses = lossesWith(trials, 1).filter(({ name }) => DRAWN.includes(name));
  const cells = ROWS.flatMap((row) => tasks.map((task) => ({ ...row, task })));
  return panels({
    width: "twoColumn",
    height: 3.9,
    columns: tasks.length,
    gap: { x: 0.4, y: 0.45 },
    panels: cells.map(({ decision, words, task }, index) => ({
      title: `${words}, π = ${task.prior}`,
      data: losses.flatMap(({ name, label }, position): Data[] => {
        const curves = entriesOf(task.trials, name, 1).flatMap((trial) => chosenRate(trial, 1, decision)?.curve ?? []);
        if (curves.length === 0) return [];
        const { color, dash, symbol } = seriesStyle(position);
        return [
          {
            type: "scatter",
            mode: "lines+markers",
            name: label,
            legendgroup: name,
            showlegend: index === 0,
            x: [...curves[0].step],
            y: curves[0].step.map(
              (_, at) => curves.reduce((sum, curve) => sum + curve[decision][at], 0) / curves.length,
            ),
            line: { color, dash, width: points(1.1), simplify: false },
            marker: { color, symbol, size: points(3.2) },
            cliponaxis: false,
          },
        ];
      }),
      xaxis: {
        rangemode: "tozero",
        title: { text: index >= tasks.length ? "step" : "" },
        showticklabels: index >= tasks.length,
      },
      yaxis: {
        rangemode: "tozero",
        title: { text: index % tasks.length === 0 ? "<i>F</i><sub>1</sub>, validation" : "" },
      },
    })),
  });
}
