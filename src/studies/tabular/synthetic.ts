import { random, type Random } from "../../engine";
import { families, type Family } from "./families";
import { bayesDifficulty, distanceOfArea, type BayesDifficulty, type NormalPart } from "./mixture";
import { type Table } from "./table";

/** A synthetic task: a family, how far its classes lie apart, how rare the positives are. */
export interface SyntheticTask {
  readonly name: string;
  readonly family: string;
  /** Bayes AUC that sets the distance of the classes. */
  readonly areaUnderRoc: number;
  /** Share of positives, in (0, 1). */
  readonly prior: number;
  /** Number of rows. */
  readonly rows: number;
}

const AREAS = [0.75, 0.85, 0.92, 0.97];
const PRIORS = [0.05, 0.1, 0.2, 0.4];
const ROWS = 1000;

/** The 96 synthetic tasks: six families, four Bayes AUC, four priors, 1,000 rows each. */
export const syntheticTasks: readonly SyntheticTask[] = families.flatMap(({ name }) =>
  AREAS.flatMap((areaUnderRoc) =>
    PRIORS.map((prior) => ({
      name: `${name}-auc${100 * areaUnderRoc}-prior${100 * prior}`,
      family: name,
      areaUnderRoc,
      prior,
      rows: ROWS,
    })),
  ),
);

/**
 * Draws a synthetic task.
 *
 * One coordinate u has the family's densities, the others are N(0, 1); x = warp(R (u, noise)) with a random rotation R. The numbers of
 * rows per class are exact. Everything is drawn from one seed and the task's name.
 *
 * @param task see {@link SyntheticTask}.
 * @param options.seed integer; default 1.
 * @returns the rows, the positives first.
 * @throws RangeError when the family is not known.
 */
export function drawTask(task: SyntheticTask, { seed = 1 }: { seed?: number } = {}): Table {
  const family = familyOf(task);
  const densities = family.densities(distanceOfArea(family.densities, task.areaUnderRoc));
  const generator = random(seed).fork(task.name);
  const rotation = randomRotation(family.columns, generator.fork("rotation"));
  const positives = Math.round(task.prior * task.rows);
  const features = new Float32Array(task.rows * family.columns);
  const draws = generator.fork("rows");
  for (let row = 0; row < task.rows; row++) {
    const along = drawFrom(row < positives ? densities.positive : densities.negative, draws);
    const coordinates = rotation.map((_, index) => (index === 0 ? along : draws.normal()));
    for (let column = 0; column < family.columns; column++) {
      const value = coordinates.reduce((sum, coordinate, index) => sum + coordinate * rotation[index][column], 0);
      features[row * family.columns + column] = family.warp ? family.warp(value) : value;
    }
  }
  return {
    name: task.name,
    columns: family.columns,
    features,
    labels: Int32Array.from({ length: task.rows }, (_, row) => (row < positives ? 1 : 0)),
  };
}

/**
 * The difficulty of a synthetic task.
 *
 * @param task see {@link SyntheticTask}.
 * @returns Bayes AUC and the largest F1 of any decision, at the task's prior.
 */
export function taskDifficulty(task: SyntheticTask): BayesDifficulty {
  const { densities } = familyOf(task);
  return bayesDifficulty(densities(distanceOfArea(densities, task.areaUnderRoc)), task.prior);
}

function familyOf(task: SyntheticTask): Family {
  const family = families.find(({ name }) => name === task.family);
  if (family) return family;
  const accepted = families.map(({ name }) => name).join(", ");
  throw new RangeError(`drawTask: family must be one of ${accepted}, received ${JSON.stringify(task.family)}`);
}

function drawFrom(parts: readonly NormalPart[], generator: Random): number {
  let left = generator.next();
  const part = parts.find(({ share }) => (left -= share) < 0) ?? parts[parts.length - 1];
  return part.mean + part.deviation * generator.normal();
}

/** Rows of a random orthogonal matrix: normal draws, made orthonormal by Gram and Schmidt. */
function randomRotation(size: number, generator: Random): number[][] {
  const rows: number[][] = [];
  for (let index = 0; index < size; index++) {
    let row = Array.from({ length: size }, () => generator.normal());
    // Twice, so that rounding leaves them orthogonal.
    for (let pass = 0; pass < 2; pass++) {
      for (const other of rows) {
        const along = dot(row, other);
        row = row.map((value, column) => value - along * other[column]);
      }
    }
    const length = Math.sqrt(dot(row, row));
    rows.push(row.map((value) => value / length));
  }
  return rows;
}

const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, index) => sum + value * b[index], 0);
