import type { Data } from "plotly.js";

import { panels, points, seriesStyle, type Figure } from "../../../figures";
import { byTask, entriesOf, lossesWith, overSeeds, type Decision, type FBetaTrial } from "../rows";

/** The losses that are drawn: as many as can be told apart. */
const DRAWN = [
  "bce",
  "weighted-bce",
  "fixed-point-bce",
  "surrogate-class",
  "surrogate-sample",
  "sasu",
  "soft-f",
  "mcc",
];

const DECISIONS: readonly { decision: Decision; words: string }[] = [
  { decision: "half", words: "threshold ½" },
  { decision: "tuned", words: "threshold tuned" },
];

/**
 * F-beta against the prior, with both thresholds, a row of panels per class to be found; bars are standard deviations over seeds.
 *
 * @param trials stored trials, at least one.
 * @param beta that is measured.
 */
export function againstPriorFigure(trials: readonly FBetaTrial[], beta: number): Figure {
  const tasks = byTask(trials);
  const subjects = [
    ...new Set(tasks.map(({ dataset, positiveClasses }) => `${dataset}, class ${positiveClasses.join("+")}`)),
  ];
  const priors = [...new Set(tasks.map(({ prior }) => prior))].sort((a, b) => a - b);
  const losses = lossesWith(trials, beta).filter(({ name }) => DRAWN.includes(name));
  const ends = [priors[0] / 1.35, priors[priors.length - 1] * 1.35].map(Math.log10) as [number, number];
  const cells = subjects.flatMap((subject) => DECISIONS.map((each) => ({ subject, ...each })));
  return panels({
    width: "twoColumn",
    height: 0.65 + 2.1 * subjects.length,
    columns: 2,
    gap: { x: 0.15, y: 0.5 },
    panels: cells.map(({ subject, decision, words }, index) => ({
      title: subjects.length > 1 ? `${subject}, ${words}` : words,
      data: losses.map(({ name, label }, position): Data => {
        const { color, dash, symbol } = seriesStyle(position);
        const of = tasks.filter(
          (task) =>
            `${task.dataset}, class ${task.positiveClasses.join("+")}` === subject &&
            entriesOf(task.trials, name, beta).length > 0,
        );
        const sorted = [...of].sort((a, b) => a.prior - b.prior);
        const values = sorted.map((task) => overSeeds(task.trials, name, beta, decision));
        // A little to the side of the prior, so that the bars do not cover each other.
        const side = 1.025 ** (position - (losses.length - 1) / 2);
        return {
          type: "scatter",
          mode: "lines+markers",
          name: label,
          legendgroup: name,
          showlegend: index === 0,
          x: sorted.map(({ prior }) => prior * side),
          y: values.map(({ mean }) => mean),
          line: { color, dash, width: points(1.1) },
          marker: { color, symbol, size: points(4) },
          error_y: {
            type: "data",
            array: values.map(({ standardDeviation }) => standardDeviation || 0),
            color,
            thickness: points(0.7),
            width: points(1.4),
          },
          cliponaxis: false,
        };
      }),
      xaxis: {
        type: "log",
        range: ends,
        tickvals: priors,
        ticktext: priors.map(String),
        title: { text: index + 2 >= cells.length ? "prior π" : "" },
      },
      yaxis: {
        range: [0, top(trials, beta)],
        showticklabels: index % 2 === 0,
        title: { text: index % 2 === 0 ? `<i>F</i><sub>${beta}</sub> on test images` : "" },
      },
    })),
  });
}

/** The end of all vertical axes: above the largest mean with its standard deviation, in tenths. */
function top(trials: readonly FBetaTrial[], beta: number): number {
  const ends = byTask(trials).flatMap((task) =>
    lossesWith(task.trials, beta).flatMap(({ name }) =>
      DECISIONS.map(({ decision }) => {
        const { mean, standardDeviation } = overSeeds(task.trials, name, beta, decision);
        return mean + (standardDeviation || 0);
      }),
    ),
  );
  return Math.min(1, Math.ceil(Math.max(...ends) * 10.2) / 10);
}
