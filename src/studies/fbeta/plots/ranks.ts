import type { Data } from "plotly.js";

import { palette, panels, points, type Figure } from "../../../figures";
import { type LossRanking } from "../ranking";

/**
 * Mean ranks of the losses, best at the top, with Nemenyi's critical difference as a bar from the best rank on: losses beyond its end are worse
 * than the best one.
 *
 * @param rankings by title, such as the two thresholds; a panel each.
 */
export function ranksFigure(rankings: Readonly<Record<string, LossRanking>>): Figure {
  const entries = Object.entries(rankings);
  const most = Math.max(...entries.map(([, { losses }]) => losses.length));
  return panels({
    width: "twoColumn",
    height: 0.19 * most + 0.9,
    gap: { x: 1.25 },
    panels: entries.map(
      ([
        title,
        {
          losses,
          nemenyi: { averageRanks, criticalDifference },
        },
      ]) => {
        const sorted = losses
          .map(({ label }, index) => ({ label, rank: averageRanks[index] }))
          .sort((a, b) => b.rank - a.rank);
        const best = sorted[sorted.length - 1].rank;
        const color = ({ rank }: { rank: number }) => (rank - best <= criticalDifference ? palette[0] : palette[1]);
        const data: Data[] = [
          {
            type: "scatter",
            mode: "markers",
            x: sorted.map(({ rank }) => rank),
            y: sorted.map((_, row) => row),
            marker: {
              color: sorted.map(color),
              symbol: sorted.map((entry) => (color(entry) === palette[0] ? "circle" : "square")),
              size: points(4.5),
            },
            showlegend: false,
            cliponaxis: false,
          },
        ];
        return {
          title,
          data,
          xaxis: { title: { text: "mean rank" }, range: [0.5, most + 0.5], dtick: 2, tick0: 2 },
          yaxis: {
            range: [-0.6, losses.length + 1.3],
            tickvals: sorted.map((_, row) => row),
            ticktext: sorted.map(({ label }) => label),
          },
          shapes: [
            {
              type: "line" as const,
              x0: best,
              x1: best + criticalDifference,
              y0: losses.length,
              y1: losses.length,
              line: { color: "#000000", width: points(1.6) },
            },
          ],
          annotations: [
            {
              x: best + criticalDifference / 2,
              y: losses.length,
              yanchor: "bottom" as const,
              yshift: points(1),
              text: `critical difference ${criticalDifference.toFixed(1)}`,
              font: { size: points(7.5) },
            },
          ],
        };
      },
    ),
  });
}
