/** Figures for papers: the theme, the kit's plots, export to SVG, PDF, PNG and JSON. */
export { arrows, type ArrowsOptions } from "./arrows";
export { bars, type BarSeries, type BarsOptions } from "./bars";
export { close } from "./browser";
export { CHROMIUM_VARIABLE, findChromium, type ChromiumSearch } from "./chromium";
export { decisionRegions, type DecisionRegionsOptions } from "./decisionRegions";
export { formats, save, toJson, type Format, type SaveOptions } from "./export";
export { figure, type Figure, type FigureSize } from "./figure";
export { imageGrid, type ImageGridOptions } from "./imageGrid";
export { lines, type LinesOptions, type LineSeries, type VerticalMark } from "./lines";
export { panels, type Panel, type PanelsOptions } from "./panels";
export { drawnPart, joinedPaths, pathPanel, type PathPanelOptions, type PlanePath } from "./pathPanel";
export {
  dashes,
  FONT,
  palette,
  PIXELS_PER_INCH,
  points,
  seriesStyle,
  symbols,
  template,
  textSize,
  textWidth,
  translucent,
  widths,
  type FigureWidth,
} from "./theme";
export { curve, dots, type CurveOptions, type DotsOptions } from "./traces";
