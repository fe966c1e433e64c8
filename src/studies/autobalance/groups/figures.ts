import type { Data, MarkerSymbol } from "plotly.js";

import { panels, points, seriesStyle, type Figure } from "../../../figures";
import { summary } from "../../../metrics";
import { byMethod } from "../../core";
import { type GroupDataset } from "./settings";
import { datasetsOf, type Stored } from "./rows";
import { type GroupErrors } from "./trial";

const TITLES: Readonly<Record<GroupDataset, string>> = {
  "fashion-mnist": "Fashion-MNIST",
  adult: "Adult",
  compas: "COMPAS",
  waterbirds: "Waterbirds",
};

/** DEO against the worst cell's error, one point per method and a panel per data set; searched losses are open symbols. */
export function groupFigures({ trials }: Stored): Record<string, Figure> {
  const datasets = datasetsOf(trials);
  const names = [...byMethod(trials).keys()];
  const searched = names.filter((name) => name.startsWith("AutoBalance"));
  const style = (name: string): { color: string; symbol: MarkerSymbol } => {
    if (!searched.includes(name)) return seriesStyle(names.indexOf(name));
    const { color, symbol } = seriesStyle(searched.indexOf(name));
    return { color, symbol: `${symbol}-open` as MarkerSymbol };
  };
  return {
    front: panels({
      width: "twoColumn",
      height: 3,
      columns: Math.min(3, datasets.length),
      panels: datasets.map((dataset, index) => {
        const methods = byMethod(trials.filter(({ config }) => config.dataset === dataset));
        return {
          title: TITLES[dataset],
          data: [...methods].map(([name, of]): Data => {
            const { color, symbol } = style(name);
            const measured = (error: Exclude<keyof GroupErrors, "cells">) =>
              summary(of.map(({ numbers }) => 100 * numbers.test[error]));
            const [worst, gap] = [measured("worstGroupError"), measured("oddsGap")];
            const bar = (value: number) => ({
              type: "data" as const,
              array: [value],
              thickness: points(0.6),
              width: points(1.2),
              color,
            });
            return {
              type: "scatter",
              mode: "markers",
              name,
              legendgroup: name,
              showlegend: index === 0,
              x: [worst.mean],
              y: [gap.mean],
              ...(of.length > 1 && { error_x: bar(worst.standardDeviation), error_y: bar(gap.standardDeviation) }),
              marker: { color, symbol, size: points(5), line: { width: points(1.1), color } },
            };
          }),
          xaxis: { title: { text: "Worst cell's error (%)" } },
          yaxis: { title: { text: index === 0 ? "DEO (%)" : "" } },
        };
      }),
    }),
  };
}
