import { figure, lines, seriesStyle, type Figure } from "../../../figures";
import { summary } from "../../../metrics";
import { byMethod, type StoredStudy } from "../../core";
import { type ClassConfig } from "./settings";
import { type ClassResult } from "./trial";

type Stored = StoredStudy<ClassConfig, ClassResult>;

/** The figures of the study: errors of the methods, the parameters found, their path during the search. */
export function classFigures(stored: Stored): Record<string, Figure> {
  if (stored.trials.length === 0) return {};
  const made: Record<string, Figure> = { errors: errorFigure(stored) };
  for (const parameter of ["scale", "shift"] as const) {
    const found = parameterFigure(stored, parameter);
    if (found) made[parameter] = found;
    const path = pathFigure(stored, parameter);
    if (path) made[`path-${parameter}`] = path;
  }
  return made;
}

/** Mean and seeds of every method's balanced error, best on top. */
function errorFigure({ trials }: Stored): Figure {
  const methods = [...byMethod(trials)]
    .map(([method, of]) => ({ method, errors: of.map(({ numbers }) => 100 * numbers.testError) }))
    .map((entry) => ({ ...entry, mean: summary(entry.errors).mean }))
    .sort((a, b) => b.mean - a.mean);
  const searched = (method: string) => method.startsWith("AutoBalance");
  const trace = (name: string, chosen: typeof methods, position: number) => {
    const { color } = seriesStyle(position);
    return [
      {
        type: "scatter" as const,
        mode: "markers" as const,
        name: `${name}, seeds`,
        showlegend: false,
        x: chosen.flatMap(({ errors }) => errors),
        y: chosen.flatMap(({ method, errors }) => errors.map(() => method)),
        marker: { color, size: 5, symbol: "circle-open" as const },
      },
      {
        type: "scatter" as const,
        mode: "markers" as const,
        name,
        x: chosen.map(({ mean }) => mean),
        y: chosen.map(({ method }) => method),
        marker: { color, size: 8, symbol: position === 0 ? ("circle" as const) : ("diamond" as const) },
      },
    ];
  };
  return figure({
    width: "oneColumn",
    height: 0.8 + 0.165 * methods.length,
    data: [
      ...trace(
        "fixed, tuned or random",
        methods.filter(({ method }) => !searched(method)),
        0,
      ),
      ...trace(
        "AutoBalance",
        methods.filter(({ method }) => searched(method)),
        1,
      ),
    ],
    layout: {
      xaxis: { title: { text: "Balanced test error (%)" } },
      yaxis: { categoryorder: "array", categoryarray: methods.map(({ method }) => method), automargin: true },
      legend: { orientation: "h", x: 1, xanchor: "right", y: 1, yanchor: "bottom" },
    },
  });
}

/** The parameters that the searches found, against the class; not those that were divided by their largest afterwards. */
function parameterFigure({ trials }: Stored, parameter: "scale" | "shift"): Figure | undefined {
  const which = parameter === "scale" ? "deltaCorrelation" : "shiftCorrelation";
  const asFound = trials.filter(
    ({ config: { settings }, numbers }) =>
      numbers[which] !== null && !(settings.kind === "search" && settings.normalize),
  );
  const series = [...byMethod(asFound)].map(([method, of]) => {
    const rows = of.map(({ numbers }) => (parameter === "scale" ? numbers.scale! : centred(numbers.shift!)));
    const columns = rows[0].map((_, k) => summary(rows.map((row) => row[k])));
    return {
      name: method.replace("AutoBalance ", "").replace(/\bl\b/, "<i>l</i>"),
      x: columns.map((_, k) => k + 1),
      y: columns.map(({ mean }) => mean),
      ...(rows.length > 1 && {
        low: columns.map(({ mean, standardDeviation }) => mean - standardDeviation),
        high: columns.map(({ mean, standardDeviation }) => mean + standardDeviation),
      }),
    };
  });
  if (series.length === 0) return undefined;
  return lines({
    series,
    xTitle: "Class, from the most to the least frequent",
    yTitle: parameter === "scale" ? "Scale σ(Δ)" : "Shift <i>l</i>, centred",
    width: "oneColumn",
    height: 2.6,
  });
}

/** How the parameters of the joint search move, first seed, one line for the head, a middle and the tail class. */
function pathFigure({ trials }: Stored, parameter: "scale" | "shift"): Figure | undefined {
  const joint = trials.find(({ config, numbers }) => config.method === "AutoBalance Δ&l" && numbers.path !== null);
  if (!joint) return undefined;
  const path = joint.numbers.path!;
  const classes = joint.numbers.counts.length;
  const shown = [0, Math.floor(classes / 3), Math.floor((2 * classes) / 3), classes - 1];
  return lines({
    series: shown.map((k) => ({
      name: `class ${k + 1} (${joint.numbers.counts[k]})`,
      x: path.map(({ step }) => step),
      y: path.map((point) => (parameter === "scale" ? point.scale[k] : centred(point.shift)[k])),
    })),
    xTitle: "Step of the search",
    yTitle: parameter === "scale" ? "Scale σ(Δ)" : "Shift <i>l</i>, centred",
    width: "oneColumn",
    height: 2.4,
  });
}

/** A common shift changes nothing: it is taken out. */
function centred(values: readonly number[]): number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.map((value) => value - mean);
}
