import type { Annotations, Dash, Data, Layout, LayoutAxis, Shape } from "plotly.js";
import { figure, inches, type Figure, type FigureSize } from "./figure";
import { PIXELS_PER_INCH, points, seriesStyle, textSize, textWidth, translucent } from "./theme";

/** One line of a plot, with a band around it where `low` and `high` are given. */
export interface LineSeries {
  name: string;
  x: ArrayLike<number>;
  y: ArrayLike<number>;
  /** Lower and upper edge of the band, for example mean - sd and mean + sd; length of `x`, both or neither. */
  low?: ArrayLike<number>;
  high?: ArrayLike<number>;
  /** Dash pattern; by default that of the position, so that lines differ without colour. */
  dash?: Dash;
  /** Whether points are marked: "auto" (default) marks lines of at most 15 points. */
  markers?: boolean | "auto";
}

/** A vertical line at `x`, in the colour of a series or grey, with a label above the plot. */
export interface VerticalMark {
  x: number;
  label?: string;
  /** Name of the series whose colour it takes. */
  series?: string;
}

/** What `lines` takes; titles may hold `<sub>`, `<sup>`, `<i>` and any Greek letter. */
export interface LinesOptions extends FigureSize {
  series: readonly LineSeries[];
  xTitle: string;
  yTitle: string;
  /** "linear" (default) or "log"; a logarithmic axis labels powers of ten. */
  xScale?: "linear" | "log";
  yScale?: "linear" | "log";
  /** Ends of the axes, in the values' own unit also on a logarithmic axis. */
  xRange?: readonly [number, number];
  yRange?: readonly [number, number];
  /** Vertical lines, for example chosen thresholds. */
  marks?: readonly VerticalMark[];
  /** Further plotly layout; wins over everything else. */
  layout?: Partial<Layout>;
}

const FEW_POINTS = 15;
const BAND_OPACITY = 0.18;
const GREY = "#595959";

/**
 * Lines with bands, for curves and their spread over seeds.
 *
 * @param options.series at least one line; `x` and `y` of one length, numbers that are not finite are gaps.
 * @param options.xTitle title of the horizontal axis.
 * @param options.yTitle title of the vertical axis.
 * @param options.marks vertical lines; their labels stand above the plot and give way to each other.
 * @returns the figure.
 * @throws RangeError when there is no series, when lengths differ, when only one edge of a band is given, or when a mark
 *   names a series that does not exist.
 */
export function lines(options: LinesOptions): Figure {
  const { series, marks = [] } = options;
  if (series.length === 0) throw new RangeError("lines: series must hold at least one line, received none");
  series.forEach(checkLine);
  const names = series.map((line) => line.name);
  const bands = series.flatMap((line, position) => bandOf(line, position));
  const curves = series.map((line, position) => curveOf(line, position));
  const colors = marks.map((mark) => {
    if (mark.series === undefined) return GREY;
    const position = names.indexOf(mark.series);
    if (position >= 0) return seriesStyle(position).color;
    throw new RangeError(`lines: a mark's series must be one of ${quoted(names)}, received "${mark.series}"`);
  });
  const size = inches(options);
  const labels = markLabels(marks, colors, options, size);
  const plotHeight = size.height * PIXELS_PER_INCH - points(40);
  return figure({
    width: options.width,
    height: options.height,
    // Bands lie below every curve.
    data: [...bands, ...curves],
    layout: {
      xaxis: axisOf(options.xTitle, options.xScale, options.xRange),
      yaxis: axisOf(options.yTitle, options.yScale, options.yRange),
      shapes: marks.map((mark, index) => markLine(mark, colors[index])),
      annotations: labels.annotations,
      showlegend: series.length > 1,
      // The legend stands above the labels of the marks; plotly's own check stumbles over one that nothing is in.
      ...(series.length > 1 && { legend: { y: 1 + (labels.rows * labelHeight + points(1)) / plotHeight } }),
      ...options.layout,
    },
  });
}

function axisOf(
  title: string,
  scale: "linear" | "log" = "linear",
  range?: readonly [number, number],
): Partial<LayoutAxis> {
  const logarithmic = scale === "log";
  return {
    title: { text: title },
    type: scale,
    ...(logarithmic && { dtick: 1, minor: { ticks: "outside", ticklen: points(1.5), tickwidth: points(0.4) } }),
    // plotly takes the ends of a logarithmic axis as powers of ten.
    ...(range && { range: range.map((end) => (logarithmic ? Math.log10(end) : end)) }),
  };
}

function checkLine({ name, x, y, low, high }: LineSeries): void {
  if ((low === undefined) !== (high === undefined)) {
    throw new RangeError(`lines: the band of "${name}" needs both low and high, received only ${low ? "low" : "high"}`);
  }
  for (const [field, values] of Object.entries({ y, low, high })) {
    if (values !== undefined && values.length !== x.length) {
      throw new RangeError(
        `lines: ${field} of "${name}" must have the ${x.length} values of x, received ${values.length}`,
      );
    }
  }
}

function curveOf({ name, x, y, dash, markers = "auto" }: LineSeries, position: number): Data {
  const style = seriesStyle(position);
  const marked = markers === "auto" ? x.length <= FEW_POINTS : markers;
  return {
    type: "scatter",
    name,
    legendgroup: name,
    x: Array.from(x),
    y: Array.from(y),
    mode: marked ? "lines+markers" : "lines",
    line: { color: style.color, width: points(1.2), dash: dash ?? style.dash, simplify: false },
    ...(marked && { marker: { color: style.color, symbol: style.symbol, size: points(4), maxdisplayed: FEW_POINTS } }),
  };
}

/** The band as one closed outline; points without both edges are left out. */
function bandOf({ name, x, low, high }: LineSeries, position: number): Data[] {
  if (low === undefined || high === undefined) return [];
  const kept = Array.from(x, (_, index) => index).filter((index) =>
    [x[index], low[index], high[index]].every((value) => Number.isFinite(value)),
  );
  const back = [...kept].reverse();
  return [
    {
      type: "scatter",
      name,
      legendgroup: name,
      showlegend: false,
      hoverinfo: "skip",
      x: [...kept, ...back].map((index) => x[index]),
      y: [...kept.map((index) => high[index]), ...back.map((index) => low[index])],
      mode: "lines",
      line: { width: 0, simplify: false },
      fill: "toself",
      fillcolor: translucent(seriesStyle(position).color, BAND_OPACITY),
    },
  ];
}

function markLine(mark: VerticalMark, color: string): Partial<Shape> {
  return {
    type: "line",
    x0: mark.x,
    x1: mark.x,
    yref: "paper",
    y0: 0,
    y1: 1,
    layer: "below",
    line: { color, width: points(0.8), dash: "dot" },
  };
}

const labelHeight = textSize.small * 1.25;

/** Labels of the marks above the plot, each in the lowest row where it touches no other. */
function markLabels(
  marks: readonly VerticalMark[],
  colors: readonly string[],
  options: LinesOptions,
  size: { width: number },
): { annotations: Partial<Annotations>[]; rows: number } {
  const scaled = (x: number): number => (options.xScale === "log" ? Math.log10(x) : x);
  const [left, right] = (options.xRange ?? extent(options.series.map((line) => line.x))).map(scaled);
  // About what the plot has between its margins.
  const plotWidth = size.width * PIXELS_PER_INCH - points(40);
  const rowEnds: number[] = [];
  const order = marks.map((_, index) => index).sort((one, other) => marks[one].x - marks[other].x);
  const annotations = order.flatMap((index): Partial<Annotations>[] => {
    const { x, label } = marks[index];
    if (!label) return [];
    const width = textWidth(label);
    const centre = ((scaled(x) - left) / (right - left || 1)) * plotWidth;
    const start = Math.min(Math.max(centre - width / 2, 0), plotWidth - width);
    const free = rowEnds.findIndex((end) => end + points(3) <= start);
    const row = free >= 0 ? free : rowEnds.length;
    rowEnds[row] = start + width;
    return [
      {
        // Annotations, unlike shapes, are placed on a logarithmic axis by the power of ten.
        x: scaled(x),
        xanchor: "center",
        // A label at the edge of the plot is pushed inwards.
        xshift: start + width / 2 - centre,
        yref: "paper",
        y: 1,
        yanchor: "bottom",
        yshift: row * labelHeight,
        text: label,
        showarrow: false,
        borderpad: 0,
        font: { size: textSize.small, color: colors[index] },
      },
    ];
  });
  return { annotations, rows: rowEnds.length };
}

function extent(columns: readonly ArrayLike<number>[]): [number, number] {
  const values = columns.flatMap((column) => Array.from(column)).filter(Number.isFinite);
  return values.reduce<[number, number]>(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [Infinity, -Infinity],
  );
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(", ");
}
