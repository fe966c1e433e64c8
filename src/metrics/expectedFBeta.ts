import { requireCount } from "../options";
import { checkBeta, checkIndices, checkProbabilities } from "./check";

/** A set of labels (or samples) to call positive, and the F-beta expected of it. */
export interface ExpectedFBetaSet {
  /** Indices called positive, rising. */
  readonly members: number[];
  readonly expectedFBeta: number;
}

export interface ExpectedFBetaOptions {
  /** beta > 0; default 1. */
  readonly beta?: number;
  /** The F-beta of calling nothing positive where nothing is: 1 (default, as in the sources) or 0. */
  readonly empty?: number;
}

/** Mass that joint probabilities may miss or exceed 1 by: float32 input, summed over a few hundred cells. */
const MASS_TOLERANCE = 1e-4;

/**
 * The set that maximises the expected F-beta under any joint distribution of the labels: the general F-measure maximiser (GFM).
 *
 *     P_is = P(y_i = 1, sum_j y_j = s);    W_sk = 1 / (beta^2 s + k);    Delta = P W
 *     for each size k: the k labels with the largest Delta_ik;    E F(k) = (1 + beta^2) sum_{i in top k} Delta_ik
 *
 * beta^2 multiplies s, the number of true labels, not k, the number of predicted ones. Costs O(m^3).
 *
 * @param joint [m][m]: row i, column s - 1 holds P(y_i = 1, sum_j y_j = s); P(no label) is what is left. `countDistribution`
 *   makes it from samples of label vectors.
 * @param options.beta > 0; default 1.
 * @param options.empty the F-beta of calling nothing positive where nothing is; default 1.
 * @returns the best set and its expected F-beta; of equal values the smaller set, of equal labels the lower indices.
 * @throws RangeError when `joint` is not square, holds numbers outside [0, 1], or its mass exceeds 1; on a bad option.
 * @see Dembczynski, Waegeman, Cheng, Huellermeier: An exact algorithm for F-measure maximization, NeurIPS 2011; Waegeman et al.:
 *   On the Bayes-optimality of F-measure maximizers, JMLR 2014. The placement of beta^2 was derived and checked by enumeration.
 */
export function expectedFBetaSet(
  joint: ArrayLike<ArrayLike<number>>,
  { beta = 1, empty = 1 }: ExpectedFBetaOptions = {},
): ExpectedFBetaSet {
  checkOptions("expectedFBetaSet", beta, empty);
  const labels = joint.length;
  requireCount("expectedFBetaSet", "the number of labels", labels, 1);
  // A label vector with s ones is counted in s rows.
  let anyLabel = 0;
  for (let i = 0; i < labels; i++) {
    if (joint[i].length !== labels) {
      throw new RangeError(
        `expectedFBetaSet: joint must be ${labels} x ${labels}, received ${joint[i].length} in row ${i}`,
      );
    }
    checkProbabilities("expectedFBetaSet", joint[i]);
    for (let s = 1; s <= labels; s++) anyLabel += joint[i][s - 1] / s;
  }
  if (anyLabel > 1 + MASS_TOLERANCE) {
    throw new RangeError(`expectedFBetaSet: joint must sum to at most 1 over label vectors, received ${anyLabel}`);
  }

  let best: ExpectedFBetaSet = { members: [], expectedFBeta: empty * Math.max(1 - anyLabel, 0) };
  for (let k = 1; k <= labels; k++) {
    const gain = Float64Array.from({ length: labels }, (_, i) => {
      let sum = 0;
      for (let s = 1; s <= labels; s++) sum += joint[i][s - 1] / (beta ** 2 * s + k);
      return sum;
    });
    const top = falling(gain).slice(0, k);
    const expectedFBeta = (1 + beta ** 2) * top.reduce((sum, i) => sum + gain[i], 0);
    if (expectedFBeta > best.expectedFBeta) best = { members: top.sort((a, b) => a - b), expectedFBeta };
  }
  return best;
}

/**
 * P(y_i = 1, sum_j y_j = s) of a sample of label vectors, as `expectedFBetaSet` takes it.
 *
 * @param vectors label vectors [n][m] in {0, 1}: draws from P(y | x), or the members of an ensemble.
 * @param weights probabilities [n] of the vectors, >= 0, scaled to sum to 1; default equal.
 * @returns [m][m]: row i, column s - 1.
 * @throws RangeError on empty input, vectors of different lengths, labels other than 0 and 1, or bad weights.
 */
export function countDistribution(
  vectors: ArrayLike<ArrayLike<number>>,
  weights: ArrayLike<number> = new Float64Array(vectors.length).fill(1),
): number[][] {
  const labels = vectors[0]?.length ?? 0;
  const total = Array.from(weights).reduce((sum, weight) => sum + weight, 0);
  const bad = Array.from(weights).some((weight) => !(weight >= 0));
  if (labels === 0 || weights.length !== vectors.length || bad || !(total > 0 && total < Infinity)) {
    throw new RangeError(
      `countDistribution: needs label vectors and as many weights >= 0 with a positive sum, received ${vectors.length} vectors of ${labels} labels and ${weights.length} weights with sum ${total}`,
    );
  }
  const joint = Array.from({ length: labels }, () => new Array<number>(labels).fill(0));
  for (let row = 0; row < vectors.length; row++) {
    const vector = Array.from(vectors[row]);
    if (vector.length !== labels) {
      throw new RangeError(`countDistribution: vectors must be of one length, received ${labels} and ${vector.length}`);
    }
    checkIndices("countDistribution", "labels", vector, 2);
    const size = vector.reduce((sum, label) => sum + label, 0);
    vector.forEach((label, i) => {
      if (label === 1) joint[i][size - 1] += weights[row] / total;
    });
  }
  return joint;
}

/**
 * The set that maximises the expected F-beta where labels are independent given the input.
 *
 *     E F(k) = sum_{a, b} P(A_k = a) P(B_k = b) (1 + beta^2) a / (k + beta^2 (a + b))
 *
 * with A_k the number of positives among the k most probable and B_k among the others (Poisson binomials): under independence
 * the best set of each size is the most probable one. Masses below 1e-20 are left out. Costs about n^2 to n^3 / 6: good for
 * thousands of labels; for more, `plugInThreshold` gives the limit.
 *
 * @param probabilities P(y_i = 1) [n], in [0, 1].
 * @param options.beta > 0; default 1.
 * @param options.empty the F-beta of calling nothing positive where nothing is; default 1.
 * @returns the best set and its expected F-beta; of equal values the smaller set, of equal probabilities the lower indices.
 * @throws RangeError on empty input, values outside [0, 1], or a bad option.
 * @see Lewis: Evaluating and optimizing autonomous text classification systems, SIGIR 1995 (the form of the best set).
 */
export function independentExpectedFBetaSet(
  probabilities: ArrayLike<number>,
  { beta = 1, empty = 1 }: ExpectedFBetaOptions = {},
): ExpectedFBetaSet {
  checkOptions("independentExpectedFBetaSet", beta, empty);
  requireCount("independentExpectedFBetaSet", "the number of probabilities", probabilities.length, 1);
  checkProbabilities("independentExpectedFBetaSet", probabilities);
  const order = falling(probabilities);

  const others = new Array<Masses>(order.length + 1).fill(CERTAINLY_NONE);
  for (let k = order.length - 1; k >= 0; k--) others[k] = add(others[k + 1], Math.min(probabilities[order[k]], 1));

  let best = { size: 0, value: empty * (others[0].first === 0 ? others[0].mass[0] : 0) };
  let called = CERTAINLY_NONE;
  for (let k = 1; k <= order.length; k++) {
    called = add(called, Math.min(probabilities[order[k - 1]], 1));
    let value = 0;
    called.mass.forEach((massCalled, i) => {
      const a = called.first + i;
      if (a === 0) return;
      let sum = 0;
      others[k].mass.forEach((massOther, j) => (sum += massOther / (k + beta ** 2 * (a + others[k].first + j))));
      value += massCalled * (1 + beta ** 2) * a * sum;
    });
    if (value > best.value) best = { size: k, value };
  }
  return { members: order.slice(0, best.size).sort((a, b) => a - b), expectedFBeta: best.value };
}

/** The masses of a count from `first` on; those left out are negligible. */
interface Masses {
  readonly first: number;
  readonly mass: Float64Array;
}

const NEGLIGIBLE = 1e-20;
const CERTAINLY_NONE: Masses = { first: 0, mass: Float64Array.of(1) };

/** The count with one more independent trial that succeeds with probability p. */
function add({ first, mass }: Masses, p: number): Masses {
  const sum = new Float64Array(mass.length + 1);
  for (let index = 0; index < mass.length; index++) {
    sum[index] += (1 - p) * mass[index];
    sum[index + 1] += p * mass[index];
  }
  let [low, high] = [0, sum.length];
  while (sum[low] < NEGLIGIBLE) low++;
  while (sum[high - 1] < NEGLIGIBLE) high--;
  return { first: first + low, mass: sum.subarray(low, high) };
}

/** Indices in falling order of their value; of equal values the lower first. */
function falling(values: ArrayLike<number>): number[] {
  return Array.from(values, (_, index) => index).sort((a, b) => values[b] - values[a]);
}

function checkOptions(metric: string, beta: number, empty: number): void {
  checkBeta(metric, beta);
  if (!(empty >= 0 && empty <= 1)) throw new RangeError(`${metric}: empty must be in [0, 1], received ${empty}`);
}
