import type { Dash, Layout, MarkerSymbol, Template } from "plotly.js";

/** CSS pixels per inch: plotly measures in pixels, papers in inches. */
export const PIXELS_PER_INCH = 96;

/** Widths of a figure in a two-column paper, in inches. */
export const widths = { oneColumn: 3.3, twoColumn: 6.8 } as const;

/** A width by its name. */
export type FigureWidth = keyof typeof widths;

/** Liberation Sans is metrically Helvetica and may be embedded in a PDF; the others stand in where it is not installed. */
export const FONT = "Liberation Sans, Helvetica, Arial, sans-serif";

/** A length in points (1/72 in), as plotly's pixels. */
export function points(count: number): number {
  return (count * PIXELS_PER_INCH) / 72;
}

/** Sizes of text on paper, in pixels: labels and titles of axes 8 pt, tick labels and the legend 7.5 pt. */
export const textSize = { label: points(8), small: points(7.5) } as const;

/** About how wide a label of the small size is, in pixels: for placing what plotly does not place itself. */
export function textWidth(text: string): number {
  return text.replace(/<[^>]*>/g, "").length * textSize.small * 0.55;
}

/**
 * The colours of Okabe and Ito, told apart with every common colour blindness; ordered so that neighbours differ in
 * lightness too, yellow (too light for a line on white) left out, black and grey last.
 *
 * @see https://jfly.uni-koeln.de/color/
 */
export const palette = [
  "#0072B2", // blue
  "#D55E00", // vermilion
  "#009E73", // bluish green
  "#CC79A7", // reddish purple
  "#56B4E9", // sky blue
  "#E69F00", // orange
  "#000000", // black
  "#7F7F7F", // grey
] as const;

/** Lengths of stroke and gap in points, as plotly's dash; its types know the named patterns only. */
function pattern(...lengths: number[]): Dash {
  return lengths.map((length) => `${Number(points(length).toFixed(2))}px`).join(",") as string as Dash;
}

/** Dash patterns in the order of the palette, each short enough to be told in a legend: lines differ without colour. */
export const dashes: readonly Dash[] = [
  "solid",
  pattern(4, 2),
  pattern(5, 1.5, 1.2, 1.5),
  pattern(1.2, 1.5),
  pattern(8, 2),
  pattern(5, 1.5, 1.2, 1.5, 1.2, 1.5),
  "solid",
  pattern(2.5, 1.2),
];

/** Marker symbols in the order of the palette. */
export const symbols: readonly MarkerSymbol[] = [
  "circle",
  "square",
  "triangle-up",
  "diamond",
  "triangle-down",
  "cross",
  "x",
  "star",
];

/** The look of the line, marker or bar at a position: colour, dash and symbol repeat together after eight. */
export function seriesStyle(position: number): { color: string; dash: Dash; symbol: MarkerSymbol } {
  const index = position % palette.length;
  return { color: palette[index], dash: dashes[index], symbol: symbols[index] };
}

/** The colour with an opacity, as CSS. */
export function translucent(color: string, opacity: number): string {
  const [red, green, blue] = [1, 3, 5].map((start) => parseInt(color.slice(start, start + 2), 16));
  return `rgba(${red}, ${green}, ${blue}, ${opacity})`;
}

const INK = "#000000";

const axis: Partial<Layout["xaxis"]> = {
  showline: true,
  linewidth: points(0.6),
  linecolor: INK,
  ticks: "outside",
  ticklen: points(2.5),
  tickwidth: points(0.6),
  tickcolor: INK,
  tickfont: { size: textSize.small, color: INK },
  title: { font: { size: textSize.label, color: INK }, standoff: points(4) } as Layout["xaxis"]["title"],
  showgrid: false,
  zeroline: false,
  automargin: true,
};

/** The paper theme as a plotly template: figures carry it, whatever they set themselves wins. */
export const template: Template = {
  layout: {
    font: { family: FONT, size: textSize.label, color: INK },
    colorway: [...palette],
    paper_bgcolor: "#FFFFFF",
    plot_bgcolor: "#FFFFFF",
    xaxis: axis,
    yaxis: axis,
    // The axes add what their labels need; the right edge leaves room for half a tick label.
    margin: { l: points(4), r: points(7), t: points(4), b: points(4), pad: 0 },
    legend: {
      orientation: "h",
      x: 0,
      xanchor: "left",
      y: 1,
      yanchor: "bottom",
      bgcolor: "rgba(0,0,0,0)",
      borderwidth: 0,
      font: { size: textSize.small, color: INK },
      tracegroupgap: 0,
    },
    hovermode: "closest",
  },
};
