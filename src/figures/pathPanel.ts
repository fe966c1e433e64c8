import type { Data } from "plotly.js";
import { arrows } from "./arrows";
import type { Panel } from "./panels";
import { textSize } from "./theme";
import { curve, dots } from "./traces";

/** A path in a plane, from its start on. */
export interface PlanePath {
  x: readonly number[];
  y: readonly number[];
  /** A value at each point, for the hover label. */
  value: readonly number[];
  /** CSS colour; paths of one colour are one trace. */
  color: string;
}

/** What `pathPanel` takes. */
export interface PathPanelOptions {
  title?: string;
  /** The part of the plane that is shown; paths are drawn as far as they stay inside. */
  xRange: readonly [number, number];
  yRange: readonly [number, number];
  paths: readonly PlanePath[];
  /** Directions on a grid. */
  field?: { x: readonly number[]; y: readonly number[]; dx: readonly number[]; dy: readonly number[]; length: number };
  /** Where the paths come to rest, drawn as a diamond; without it each ends in an arrow. */
  rest?: readonly [x: number, y: number];
  /** Traces below everything else. */
  background?: readonly Data[];
  /** A line of text in the lower left. */
  note?: string;
  /** Hover label of a point, in plotly's template language: %{x}, %{y} and %{customdata}, the value. */
  hover?: string;
  /** About so many points of each whole path are drawn; default 40. */
  points?: number;
}

/** Share of the plane's sides that paths keep free, so that their arrows are not cut. */
const RIM = 0.02;

/**
 * A plot of paths in a plane over the field that they follow.
 *
 * @param options.xRange shown part of the plane; axes of equal scale show angles as they are.
 * @param options.paths with a dot at each start and an arrow at each end.
 * @param options.field drawn as grey arrows of one length.
 * @param options.rest a point drawn as a diamond, in place of the arrows.
 * @param options.note text in the lower left corner.
 * @param options.points points drawn of a whole path, at least 2.
 * @returns a panel for `figures.panels`, with coordinates rounded to 3 decimals.
 * @throws RangeError when a path has no point or `points` is below 2.
 */
export function pathPanel(options: PathPanelOptions): Panel {
  const { title, paths, field, rest, background = [], note, hover, xRange, yRange } = options;
  const shown = paths.map((path) => drawnPart(path, options));
  const colors = [...new Set(paths.map(({ color }) => color))];
  const ends = shown.map(({ x, y }) => ({
    x: x[x.length - 1],
    y: y[y.length - 1],
    dx: x[x.length - 1] - x[Math.max(x.length - 2, 0)],
    dy: y[y.length - 1] - y[Math.max(y.length - 2, 0)],
  }));
  const endings = rest
    ? dots({ x: [rest[0]], y: [rest[1]], color: "#FFFFFF", rim: "#000000", symbol: "diamond", size: 5.5 })
    : dots({
        x: ends.map(({ x }) => x),
        y: ends.map(({ y }) => y),
        color: paths.map(({ color }) => color),
        symbol: "triangle-up",
        size: 4.5,
        angle: ends.map(({ dx, dy }) => Math.round((Math.atan2(dx, dy) * 180) / Math.PI)),
      });
  return {
    title,
    data: [
      ...background,
      ...(field ? arrows({ ...field, color: "#A0A0A0" }) : []),
      ...colors.map((color) =>
        curve({ ...joinedPaths(shown.filter((path) => path.color === color)), color, width: 1.1, hover }),
      ),
      dots({
        x: shown.map(({ x }) => x[0]),
        y: shown.map(({ y }) => y[0]),
        color: paths.map(({ color }) => color),
        size: 3.2,
      }),
      endings,
    ],
    annotations:
      note === undefined
        ? []
        : [
            {
              x: xRange[0] + RIM * (xRange[1] - xRange[0]),
              y: yRange[0] + RIM * (yRange[1] - yRange[0]),
              xanchor: "left",
              yanchor: "bottom",
              text: note,
              font: { size: textSize.small },
              bgcolor: "rgba(255,255,255,0.75)",
            },
          ],
  };
}

/**
 * Paths as one curve with gaps between them, for `curve`.
 *
 * @param paths any number of paths.
 * @returns x, y and, as `customdata`, the values; NaN (0 among the values) stands for a gap.
 */
export function joinedPaths(paths: readonly PlanePath[]): { x: number[]; y: number[]; customdata: number[] } {
  return {
    x: paths.flatMap(({ x }) => [...x, NaN]),
    y: paths.flatMap(({ y }) => [...y, NaN]),
    customdata: paths.flatMap(({ value }) => [...value, 0]),
  };
}

/**
 * The part of a path that stays inside a plane, thinned out and rounded to 3 decimals.
 *
 * @param path the path.
 * @param options.xRange shown part of the plane.
 * @param options.points points drawn of the whole path, at least 2; default 40.
 * @returns the path up to where it first leaves the plane, last point included.
 * @throws RangeError when it has no point or `points` is below 2.
 */
export function drawnPart(
  path: PlanePath,
  { xRange, yRange, points = 40 }: Pick<PathPanelOptions, "xRange" | "yRange" | "points">,
): PlanePath {
  if (!(points >= 2)) throw new RangeError(`drawnPart: points must be at least 2, received ${points}`);
  const within = (value: number, [low, high]: readonly [number, number]) => {
    const rim = RIM * (high - low);
    return value >= low + rim && value <= high - rim;
  };
  const inside = path.x.map((x, index) => within(x, xRange) && within(path.y[index], yRange));
  // A start may lie on the rim.
  const entered = inside.indexOf(true);
  const outside = inside.findIndex((is, index) => !is && index > entered);
  const length = outside < 0 ? path.x.length : outside;
  if (path.x.length === 0) throw new RangeError("drawnPart: a path must have at least one point, received none");
  const every = Math.max(1, Math.ceil(path.x.length / points));
  const kept = Array.from({ length }, (_, index) => index).filter(
    (index) => index % every === 0 || index === length - 1,
  );
  const pick = (values: readonly number[]) => kept.map((index) => Number(values[index].toFixed(3)));
  return { x: pick(path.x), y: pick(path.y), value: pick(path.value), color: path.color };
}
