import { checkLengths } from "./check";
import { studentQuantile, studentTails } from "./distributions";
import { checkLevel, summary } from "./summary";

/** What a paired t-test says of the differences first - second. */
export interface PairedTTest {
  /** Mean difference. */
  readonly mean: number;
  /** Sample standard deviation of the differences; NaN for one pair. */
  readonly standardDeviation: number;
  /** Two-sided interval of the mean difference; [NaN, NaN] for one pair. */
  readonly interval: readonly [number, number];
  /** t; NaN for one pair or where all differences are 0, infinite where they are all the same other number. */
  readonly statistic: number;
  readonly degreesOfFreedom: number;
  /** Two-sided p-value of "the mean difference is 0"; NaN where the statistic is. */
  readonly pValue: number;
  readonly count: number;
}

/**
 * The paired t-test of two methods run on the same seeds, with the interval of their mean difference.
 *
 *     t = mean(d) / (sd(d) / sqrt(n)),    d = first - second,    n - 1 degrees of freedom
 *
 * Seeds must be independent runs. For the folds of a cross-validation, which share training data, take
 * `correctedResampledTTest`; across data sets, `wilcoxonSignedRank`.
 *
 * @param first one number per seed [n], n >= 1.
 * @param second the other method's numbers [n], in the same order of seeds.
 * @param options.level coverage of the interval, in (0, 1); default 0.95.
 * @returns mean difference, its spread, interval, t, degrees of freedom and two-sided p. One pair has a mean difference and NaN
 *   for the rest; equal differences have an interval of width 0, with p NaN where they are 0 and p = 0 elsewhere.
 * @throws RangeError on empty input, unequal lengths, NaN, or a level outside (0, 1).
 */
export function pairedTTest(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  { level = 0.95 }: { level?: number } = {},
): PairedTTest {
  return tTest("pairedTTest", differences("pairedTTest", first, second), level, (count) => 1 / count);
}

/**
 * The corrected resampled t-test of two methods compared on repeated splits of one data set.
 *
 *     t = mean(d) / sqrt((1/n + n_test / n_train) var(d)),    n - 1 degrees of freedom
 *
 * The splits share training data, so that their differences are correlated and the plain test finds differences where there
 * are none; the second term, a rule of thumb, allows for it.
 *
 * @param first one number per split [n], n >= 1.
 * @param second the other method's numbers [n] on the same splits.
 * @param options.testShare n_test / n_train > 0: 1/9 for ten folds.
 * @param options.level coverage of the interval, in (0, 1); default 0.95.
 * @returns as `pairedTTest`.
 * @throws RangeError on what `pairedTTest` refuses, or when `testShare` is not a positive finite number.
 * @see Nadeau, Bengio: Inference for the generalization error, Machine Learning 52, 2003.
 */
export function correctedResampledTTest(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  { testShare, level = 0.95 }: { testShare: number; level?: number },
): PairedTTest {
  if (!(testShare > 0 && testShare < Infinity)) {
    throw new RangeError(`correctedResampledTTest: testShare must be a positive finite number, received ${testShare}`);
  }
  const paired = differences("correctedResampledTTest", first, second);
  return tTest("correctedResampledTTest", paired, level, (count) => 1 / count + testShare);
}

/** The differences first - second of two lists of finite numbers of one length. */
export function differences(name: string, first: ArrayLike<number>, second: ArrayLike<number>): number[] {
  checkLengths(name, { first, second });
  return Array.from(first, (value, index) => {
    const difference = value - second[index];
    if (!Number.isFinite(difference)) {
      throw new RangeError(`${name}: needs finite numbers, received ${value} and ${second[index]} at index ${index}`);
    }
    return difference;
  });
}

/** A t-test whose squared standard error is `share(n)` times the variance. */
function tTest(name: string, values: readonly number[], level: number, share: (count: number) => number): PairedTTest {
  checkLevel(name, level);
  const { mean, standardDeviation, count } = summary(values);
  const degreesOfFreedom = count - 1;
  const error = standardDeviation * Math.sqrt(share(count));
  // 0/0 is NaN and x/0 infinite, as documented.
  const statistic = mean / error;
  const halfWidth = count === 1 ? NaN : studentQuantile((1 + level) / 2, degreesOfFreedom) * error;
  return {
    mean,
    standardDeviation,
    interval: [mean - halfWidth, mean + halfWidth],
    statistic,
    degreesOfFreedom,
    pValue: studentTails(statistic, degreesOfFreedom),
    count,
  };
}
