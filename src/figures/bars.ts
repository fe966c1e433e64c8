import type { Data, Layout } from "plotly.js";
import { figure, type Figure, type FigureSize } from "./figure";
import { points, seriesStyle } from "./theme";

/** One colour of bars: a value per category, with half the length of its error bar. */
export interface BarSeries {
  name: string;
  /** One value per category. */
  values: ArrayLike<number>;
  /** Half lengths of the error bars, for example standard deviations; at least 0, one per category. */
  error?: ArrayLike<number>;
}

/** What `bars` takes. */
export interface BarsOptions extends FigureSize {
  /** Labels along the horizontal axis. */
  categories: readonly string[];
  series: readonly BarSeries[];
  xTitle?: string;
  yTitle: string;
  yRange?: readonly [number, number];
  /** Further plotly layout; wins over everything else. */
  layout?: Partial<Layout>;
}

/**
 * Grouped bars with error bars.
 *
 * @param options.categories the groups, from left to right.
 * @param options.series at least one; the bars of a group stand in this order.
 * @param options.yTitle title of the vertical axis.
 * @returns the figure. Bars start at 0, so lengths may be compared.
 * @throws RangeError when there is no series or lengths differ from the number of categories.
 */
export function bars(options: BarsOptions): Figure {
  const { categories, series } = options;
  if (series.length === 0) throw new RangeError("bars: series must hold at least one series of bars, received none");
  for (const { name, values, error } of series) {
    for (const [field, column] of Object.entries({ values, error })) {
      if (column !== undefined && column.length !== categories.length) {
        throw new RangeError(
          `bars: ${field} of "${name}" must have one value for each of ${categories.length} categories, received ${column.length}`,
        );
      }
    }
  }
  return figure({
    width: options.width,
    height: options.height,
    data: series.map((entry, position) => barsOf(entry, categories, position)),
    layout: {
      barmode: "group",
      bargap: 0.3,
      bargroupgap: 0.08,
      xaxis: { type: "category", ticks: "", ...(options.xTitle && { title: { text: options.xTitle } }) },
      yaxis: {
        title: { text: options.yTitle },
        rangemode: "tozero",
        ...(options.yRange && { range: [...options.yRange] }),
      },
      showlegend: series.length > 1,
      ...options.layout,
    },
  });
}

function barsOf({ name, values, error }: BarSeries, categories: readonly string[], position: number): Data {
  return {
    type: "bar",
    name,
    x: [...categories],
    y: Array.from(values),
    marker: { color: seriesStyle(position).color, line: { width: 0, color: "#000000" } },
    ...(error && {
      error_y: {
        type: "data",
        array: Array.from(error),
        color: "#000000",
        thickness: points(0.7),
        width: points(1.8),
      },
    }),
  };
}
