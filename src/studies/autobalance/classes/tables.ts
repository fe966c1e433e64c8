import { byMethod, bySeed, pairedBySeed, spread, type StoredStudy, type StudyTable } from "../../core";
import { PUBLISHED_ERRORS } from "./published";
import { type ClassConfig } from "./settings";
import { type ClassResult } from "./trial";

type Stored = StoredStudy<ClassConfig, ClassResult>;
type StoredClassTrial = Stored["trials"][number];

/** Percent of a share; null of none. */
const percent = (share: number | null) => (share === null ? null : 100 * share);

/** The tables of the study: errors of all methods, what the searches found, and the differences that seeds can tell apart. */
export function classTables(stored: Stored): Record<string, StudyTable> {
  if (stored.trials.length === 0) return {};
  const { dataset } = stored.trials[0].config;
  const methods = byMethod(stored.trials);
  return {
    errors: errorTable(dataset, methods, stored.profile),
    differences: differenceTable(dataset, methods),
    searches: searchTable(dataset, methods),
  };
}

function errorTable(
  dataset: string,
  methods: ReadonlyMap<string, readonly StoredClassTrial[]>,
  profile: string,
): StudyTable {
  const rows = [...methods].map(([method, trials]) => {
    const column = (name: "testError" | "many" | "medium" | "few" | "validationError") =>
      spread(trials.map(({ numbers }) => percent(numbers[name])));
    const chosen = trials.flatMap(({ numbers }) => (numbers.chosen === null ? [] : [numbers.chosen]));
    return {
      method,
      testError: column("testError"),
      many: column("many"),
      medium: column("medium"),
      few: column("few"),
      validationError: column("validationError"),
      gradients: spread(trials.map(({ numbers }) => numbers.gradients)),
      chosen: chosen.length === 0 ? null : chosen.join(", "),
      ...(dataset in PUBLISHED_ERRORS.CE && { published: PUBLISHED_ERRORS[method]?.[dataset] ?? null }),
    };
  });
  return {
    caption: `Balanced error in % on the test images of ${dataset}, long-tailed training, profile ${profile}; mean and standard deviation over seeds`,
    rows,
    columns: {
      method: "Method",
      testError: "Balanced error",
      many: "Many",
      medium: "Medium",
      few: "Few",
      validationError: "On validation",
      gradients: "Gradients to choose",
      chosen: "Chosen",
      ...(dataset in PUBLISHED_ERRORS.CE && { published: "Published" }),
    },
    digits: { testError: 2, many: 1, medium: 1, few: 1, validationError: 1, gradients: 0, published: 2 },
  };
}

/** Methods that every other one is compared with, on the same seeds. */
const REFERENCES = ["CE", "LA", "CDT", "VS", "random search of VS"] as const;

function differenceTable(dataset: string, methods: ReadonlyMap<string, readonly StoredClassTrial[]>): StudyTable {
  const errors = (method: string) => bySeed(methods.get(method) ?? [], ({ numbers }) => 100 * numbers.testError);
  const rows = [...methods.keys()]
    .filter((method) => method.startsWith("AutoBalance"))
    .flatMap((method) =>
      REFERENCES.flatMap((reference) => {
        const test = pairedBySeed(errors(method), errors(reference));
        if (!test) return [];
        const [low, high] = test.interval;
        return [{ method, reference, mean: test.mean, low, high, seeds: test.count }];
      }),
    );
  return {
    caption: `Balanced error of AutoBalance minus that of others on ${dataset}, in points, with the 95 % t-interval over paired seeds`,
    rows,
    columns: { method: "Method", reference: "Minus", mean: "Difference", low: "From", high: "To", seeds: "Seeds" },
    digits: { mean: 2, low: 2, high: 2, seeds: 0 },
  };
}

function searchTable(dataset: string, methods: ReadonlyMap<string, readonly StoredClassTrial[]>): StudyTable {
  const rows = [...methods]
    .filter(([, trials]) => trials.some(({ numbers }) => numbers.path !== null))
    .map(([method, trials]) => ({
      method,
      delta: spread(trials.map(({ numbers }) => numbers.deltaCorrelation)),
      shift: spread(trials.map(({ numbers }) => numbers.shiftCorrelation)),
      residual: spread(trials.map(({ numbers }) => numbers.residual)),
      updates: spread(trials.map(({ numbers }) => numbers.updates)),
    }));
  return {
    caption: `What the searches found on ${dataset}: Spearman's correlation of the parameters with the class counts, and how well the linear systems were solved`,
    rows,
    columns: { method: "Search", delta: "Δ", shift: "l", residual: "Residual", updates: "Updates" },
    digits: { delta: 2, shift: 2, residual: 2, updates: 0 },
  };
}
