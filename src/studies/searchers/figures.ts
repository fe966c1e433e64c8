import type { Data, Shape } from "plotly.js";
import { curve, dots, panels, points, seriesStyle, textSize, type Figure } from "../../figures";
import { summary } from "../../metrics";
import { type StoredStudy } from "../core";
import { bySearcher, measured, SPACE_NAMES, type Measure, type SearcherTrials } from "./rows";
import { type SearcherConfig, type Space } from "./settings";
import { type SearcherResult } from "./trial";

type Stored = StoredStudy<SearcherConfig, SearcherResult>;

const GREY = "#595959";

/** The figures of the study: where searchers end, and how they get there. */
export function searcherFigures(stored: Stored): Record<string, Figure> {
  return { errors: errorFigure(stored), anytime: anytimeFigure(stored) };
}

const SPACES: readonly (Space | null)[] = [null, "shift", "tau", "scaleShift", "gammaTau"];
/** A space in the legend, in the type of a formula. */
const spaceText = (space: Space | null) =>
  space === null ? "no search" : `of ${SPACE_NAMES[space].replace("l", "<i>l</i>")}`;

/**
 * Test error and validation objective of all searchers, one row each: seeds as open dots, their mean filled. One that is far off is told in
 * figures at the edge.
 *
 * @param stored results of the study.
 * @returns the figure, two columns wide.
 * @throws RangeError when nothing is stored.
 */
export function errorFigure({ trials }: Stored): Figure {
  const groups = bySearcher(trials);
  if (groups.length === 0) throw new RangeError("errorFigure: needs at least one stored trial, received none");
  const place = (group: SearcherTrials) => groups.length - 1 - groups.indexOf(group);
  const panel = (measure: Measure, title: string, isFirst: boolean) => {
    const { range, beyond } = readableRange(groups, measure);
    return {
      annotations: beyond.map((group) => ({
        x: range[1],
        y: place(group),
        xanchor: "right" as const,
        text: `${meanOf(group, measure).toFixed(measure === "testError" ? 0 : 1)} →`,
        font: { size: textSize.small, color: GREY },
      })),
      data: SPACES.flatMap((space, position): Data[] => {
        const own = groups.filter((group) => group.space === space && !beyond.includes(group));
        if (own.length === 0) return [];
        const { color, symbol } = seriesStyle(position);
        const rows = own.flatMap((group) =>
          group.trials.map((trial) => ({ x: measured(trial, measure), y: place(group) })),
        );
        const name = spaceText(space);
        return [
          {
            ...dots({ x: rows.map(({ x }) => x), y: rows.map(({ y }) => y), color, size: 3, symbol: "circle-open" }),
            legendgroup: name,
          } as Data,
          {
            ...dots({
              x: own.map((group) => meanOf(group, measure)),
              y: own.map(place),
              color,
              symbol,
              size: 5.5,
              name,
            }),
            legendgroup: name,
            showlegend: isFirst,
          } as Data,
        ];
      }),
      shapes: referenceLines(groups, measure),
      xaxis: { title: { text: title }, range },
      yaxis: {
        tickvals: groups.map(place),
        ticktext: groups.map(({ searcher }) => searcher),
        showticklabels: isFirst,
        showgrid: true,
        gridcolor: "#E8E8E8",
        range: [-0.7, groups.length - 0.3],
      },
    };
  };
  return panels({
    panels: [
      panel("testError", "Balanced error on test images (%)", true),
      panel("objective", "Validation objective (balanced cross-entropy)", false),
    ],
    gap: { x: 0.15 },
    width: "twoColumn",
    height: 0.9 + 0.155 * groups.length,
  });
}

const meanOf = ({ trials }: SearcherTrials, measure: Measure) =>
  summary(trials.map((trial) => measured(trial, measure))).mean;

/** Ends of an axis for all but those who are at more than twice the largest reference: a diverged search would press the rest together. */
function readableRange(groups: readonly SearcherTrials[], measure: Measure) {
  const references = groups.filter(({ space }) => space === null).map((group) => meanOf(group, measure));
  const limit = references.length === 0 ? Infinity : 2 * Math.max(...references);
  const beyond = groups.filter((group) => meanOf(group, measure) > limit);
  const values = groups
    .filter((group) => !beyond.includes(group))
    .flatMap(({ trials }) => trials.map((trial) => measured(trial, measure)));
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const room = 0.06 * (most - least) || 1;
  return { range: [least - room, most + room] as [number, number], beyond };
}

/** Lines through the means of the references. */
function referenceLines(groups: readonly SearcherTrials[], measure: Measure): Partial<Shape>[] {
  return groups
    .filter(({ space }) => space === null)
    .map(({ trials }) => {
      const value = summary(trials.map((trial) => measured(trial, measure))).mean;
      const line = { color: GREY, width: points(0.7), dash: "dot" as const };
      return { type: "line", layer: "below", x0: value, x1: value, yref: "paper", y0: 0, y1: 1, line };
    });
}

/** Searchers that are shown over the course of the budget, at most as many as can be told apart, in the order of the palette. */
const SHOWN = ["identity", "conjugate gradient", "random", "unrolled", "Neumann, as published"] as const;

/**
 * Mean test error of what searchers would hand back, against the gradients spent, a panel per space.
 *
 * @param stored results of the study.
 * @returns the figure, two columns wide; CE and LA are the dotted lines.
 * @throws RangeError when no search is stored.
 */
export function anytimeFigure({ trials }: Stored): Figure {
  const groups = bySearcher(trials);
  const spaces = (["shift", "tau", "scaleShift"] as const).filter((space) =>
    groups.some((group) => group.space === space),
  );
  if (spaces.length === 0) throw new RangeError("anytimeFigure: needs the trials of a search, received none");
  const curves = groups
    .filter(({ space }) => space !== null)
    .map((group) => {
      const points = group.trials[0].numbers.course.map(({ gradients }, index) => ({
        gradients,
        error: summary(group.trials.map(({ numbers }) => 100 * numbers.course[index].testError)).mean,
      }));
      return { ...group, points };
    });
  const references = groups.filter(({ space }) => space === null);
  // A search that diverges leaves the plot at the top.
  const { beyond } = readableRange(groups, "testError");
  const drawn = curves.filter(({ name }) => !beyond.some((group) => group.name === name));
  const all = [...drawn.flatMap(({ points: of }) => of.map(({ error }) => error)), ...references.map(levelOf)];
  const room = 0.06 * (Math.max(...all) - Math.min(...all)) + 0.1;
  const budget = Math.max(...curves.flatMap(({ points: of }) => of.map(({ gradients }) => gradients)));
  const named = new Set<string>();
  return panels({
    panels: spaces.map((space) => ({
      title: `Search ${spaceText(space)}`,
      data: SHOWN.flatMap((searcher, position): Data[] => {
        const found = curves.find((group) => group.searcher === searcher && group.space === space);
        if (!found) return [];
        const { color, dash, symbol } = seriesStyle(position);
        const [x, y] = [found.points.map(({ gradients }) => gradients), found.points.map(({ error }) => error)];
        const isNew = !named.has(searcher);
        named.add(searcher);
        return [
          { ...curve({ x, y, color, dash }), legendgroup: searcher } as Data,
          {
            ...dots({ x, y, color, symbol, size: 4.5, name: searcher, clip: true }),
            legendgroup: searcher,
            showlegend: isNew,
          } as Data,
        ];
      }),
      shapes: references.map((reference) => levelLine(levelOf(reference), budget)),
      annotations: references.map((reference) => ({
        // Before the first point of the curves.
        x: 0.01 * budget,
        y: levelOf(reference),
        text: reference.name,
        xanchor: "left",
        yanchor: "bottom",
        font: { size: textSize.small, color: GREY },
      })),
    })),
    xTitle: "Gradients spent on the search",
    // Room beside the last tick, whose label would touch the first of the next panel.
    xRange: [0, 1.1 * budget],
    yTitle: "Balanced test error (%)",
    yRange: [Math.min(...all) - room, Math.max(...all) + room],
    width: "twoColumn",
    height: 2.7,
  });
}

const levelOf = (group: SearcherTrials) => meanOf(group, "testError");

const levelLine = (level: number, end: number): Partial<Shape> => ({
  type: "line",
  layer: "below",
  x0: 0,
  x1: end,
  y0: level,
  y1: level,
  line: { color: GREY, width: points(0.7), dash: "dot" },
});
