import type { Annotations, AxisName, Data, Layout, LayoutAxis, PlotData, Shape } from "plotly.js";
import { figure, inches, type Figure, type FigureSize } from "./figure";
import { PIXELS_PER_INCH, points, textSize } from "./theme";

/** One plot of a grid of plots. */
export interface Panel {
  /** Traces; the panel sets their axes. */
  data: readonly Data[];
  /** A line above the plot, at its left; may hold `<i>`, `<b>`, `<sub>`, `<sup>`. */
  title?: string;
  xaxis?: Partial<LayoutAxis>;
  yaxis?: Partial<LayoutAxis>;
  /** In the panel's own coordinates, or with a reference of their own ("paper"). */
  shapes?: readonly Partial<Shape>[];
  annotations?: readonly Partial<Annotations>[];
}

/** What `panels` takes. */
export interface PanelsOptions extends FigureSize {
  panels: readonly Panel[];
  /** Plots in a row; default all. */
  columns?: number;
  /** Titles and ends of all horizontal axes, shown below the lowest plot of each column. */
  xTitle?: string;
  xRange?: readonly [number, number];
  /** The same for the vertical axes, shown left of each row. */
  yTitle?: string;
  yRange?: readonly [number, number];
  /** Room between plots, in inches. */
  gap?: { x?: number; y?: number };
  /** Further plotly layout; wins over everything else. */
  layout?: Partial<Layout>;
}

/** About what axes, labels and titles around the plots take, in inches. */
const AROUND = { x: 0.5, y: 0.6 };

/**
 * A grid of plots, row by row: small multiples of one plane, or the parts of one figure.
 *
 * With `xRange` and `yRange` all plots show the same ranges, move together on screen, and only the outer ones carry tick labels;
 * without them each plot has its own axes, whose ends and titles stand in the panel.
 *
 * @param options.panels at least one; a panel's axis options win over the shared ones.
 * @param options.columns plots in a row, an integer of at least 1.
 * @param options.gap room between plots in inches, at least 0; by default 0.12 (x) and 0.26 (y) between plots that share
 *   their axes, 0.55 and 0.65 otherwise.
 * @returns the figure; a legend stands above the titles.
 * @throws RangeError when there is no panel, `columns` is no such integer, or the gaps leave no room.
 */
export function panels(options: PanelsOptions): Figure {
  const { panels: all, columns = all.length, layout = {} } = options;
  if (all.length === 0) throw new RangeError("panels: there must be at least one panel, received none");
  if (!(Number.isInteger(columns) && columns >= 1)) {
    throw new RangeError(`panels: columns must be an integer of at least 1, received ${columns}`);
  }
  const rows = Math.ceil(all.length / columns);
  const size = inches(options);
  const shared = { x: options.xRange !== undefined, y: options.yRange !== undefined };
  const gap = { x: shared.y ? 0.12 : 0.55, y: shared.x ? 0.26 : 0.65, ...options.gap };
  const domains = {
    x: spans("x", columns, gap.x / (size.width - AROUND.x)),
    y: spans("y", rows, gap.y / (size.height - AROUND.y)).reverse(),
  };
  const titled = all.slice(0, columns).some(({ title }) => title !== undefined);
  const titleRoom = titled ? textSize.label * 1.3 : 0;
  const named = all.some(({ data }) =>
    data.some((trace) => (trace as Partial<PlotData>).showlegend ?? "name" in trace),
  );
  const axes: Record<string, Partial<LayoutAxis>> = {};
  all.forEach((panel, index) => {
    const [row, column] = [Math.floor(index / columns), index % columns];
    const id = index === 0 ? "" : String(index + 1);
    const lowest = index + columns >= all.length;
    axes[`xaxis${id}`] = {
      domain: domains.x[column],
      anchor: `y${id}` as AxisName,
      ...sharedAxis(options.xTitle, options.xRange, { outer: lowest, first: index === 0, leader: "x" }),
      ...panel.xaxis,
    };
    axes[`yaxis${id}`] = {
      domain: domains.y[row],
      anchor: `x${id}` as AxisName,
      ...sharedAxis(options.yTitle, options.yRange, { outer: column === 0, first: index === 0, leader: "y" }),
      ...panel.yaxis,
    };
  });
  const plotHeight = (size.height - AROUND.y) * PIXELS_PER_INCH;
  return figure({
    width: options.width,
    height: options.height,
    data: all.flatMap((panel, index) => panel.data.map((trace) => ({ ...trace, ...axesOf(index) }) as Data)),
    layout: {
      ...(axes as Partial<Layout>),
      shapes: all.flatMap(({ shapes = [] }, index) => shapes.map((shape) => ({ ...references(index), ...shape }))),
      annotations: all.flatMap(({ annotations = [], title }, index) => [
        ...(title === undefined ? [] : [titleOf(title, index)]),
        ...annotations.map((annotation) => ({ showarrow: false, ...references(index), ...annotation })),
      ]),
      // plotly's own check of a figure stumbles over a legend that nothing is in.
      ...(named && { legend: { y: 1 + titleRoom / plotHeight } }),
      showlegend: named,
      margin: { l: points(4), r: points(7), t: points(4) + titleRoom, b: points(4), pad: 0 },
      ...layout,
    },
  });
}

/** Equal spans of [0, 1] with gaps between them. */
function spans(side: "x" | "y", count: number, gap: number): [number, number][] {
  const width = (1 - gap * (count - 1)) / count;
  if (!(gap >= 0 && width > 0)) {
    throw new RangeError(
      `panels: gap.${side} must leave room for ${count} plots, received a share of ${gap} for each gap`,
    );
  }
  return Array.from({ length: count }, (_, index) => [
    Number((index * (width + gap)).toFixed(6)),
    Number(Math.min(1, index * (width + gap) + width).toFixed(6)),
  ]);
}

function sharedAxis(
  title: string | undefined,
  range: readonly [number, number] | undefined,
  { outer, first, leader }: { outer: boolean; first: boolean; leader: AxisName },
): Partial<LayoutAxis> {
  return {
    ...(title !== undefined && outer && { title: { text: title } }),
    ...(range && { range: [...range], showticklabels: outer, ...(!first && { matches: leader }) }),
  };
}

function titleOf(text: string, index: number): Partial<Annotations> {
  const { xref, yref } = references(index);
  return {
    xref: `${xref} domain` as Along<"x">,
    yref: `${yref} domain` as Along<"y">,
    x: 0,
    y: 1,
    xanchor: "left",
    yanchor: "bottom",
    text,
    showarrow: false,
    borderpad: 0,
    font: { size: textSize.label },
  };
}

type Along<A extends "x" | "y"> = Extract<AxisName, `${A}${string}`>;

function references(index: number): { xref: Along<"x">; yref: Along<"y"> } {
  const id = index === 0 ? "" : String(index + 1);
  return { xref: `x${id}` as Along<"x">, yref: `y${id}` as Along<"y"> };
}

function axesOf(index: number): { xaxis: string; yaxis: string } {
  const { xref, yref } = references(index);
  return { xaxis: xref, yaxis: yref };
}
