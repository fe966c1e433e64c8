import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, it } from "node:test";

import * as metrics from "../../src/metrics";

/** The references are rounded to 12 significant digits; what is computed from counts agrees to that. */
const TOLERANCE = 1e-11;
/** jstat's continued fraction stops at 3e-7, which leaves tails and quantiles of t, F and the range right to 1e-7. */
const DISTRIBUTION_TOLERANCE = 1e-7;

type Wanted = number | "Infinity" | null | readonly Wanted[];
interface Oracle {
  binary: {
    kind: string;
    scores: number[];
    labels: number[];
    threshold: number;
    want: Record<string, Wanted> & { calibration?: { bins: number; uniform?: number[]; quantile?: number[] } };
  }[];
  multiclass: {
    classes: number;
    labels: number[];
    predictions: number[];
    beta: number;
    want: Record<string, Wanted> & Record<"zero" | "skipped", Record<"macro" | "micro" | "weighted", Wanted[]>>;
  }[];
  probabilities: {
    classes: number;
    labels: number[];
    probabilities: number[];
    want: { argmax: number[]; brier: number; topLabel: number[] | null };
  }[];
  groups: {
    labels: number[];
    predictions: number[];
    groups: number[];
    count: number;
    want: { errors: Wanted[][]; worst: number; opportunity: Wanted; odds: { max: number; mean: number } | null };
  }[];
  paired: { first: number[]; want: { t: number[]; wilcoxon: Record<string, number[]> } }[];
  friedman: {
    table: number[][];
    want: { averageRanks: number[]; chiSquared: number[]; imanDavenport: Wanted[] };
  }[];
  nemenyi: { methods: number; dataSets: number; alpha: number; want: number }[];
  sign: { first: number[]; rope: number; want: { integral: number[]; baycomp: number[] } }[];
}

const oracle = JSON.parse(readFileSync(join(__dirname, "../oracle/metrics.json"), "utf8")) as Oracle;
const deviations = new Map<string, number>();

/** Asserts that the value is the reference's, NaN where that is null, and notes how far it is off. */
function agrees(what: string, got: unknown, want: Wanted | undefined, tolerance = TOLERANCE): void {
  if (Array.isArray(want)) {
    const list = got as ArrayLike<unknown>;
    assert.equal(list.length, want.length, `${what}: length`);
    want.forEach((entry, index) => agrees(what, list[index], entry as Wanted, tolerance));
    return;
  }
  assert.ok(want !== undefined, `${what}: no reference`);
  assert.equal(typeof got, "number", what);
  if (want === "Infinity") return assert.equal(got, Infinity, what);
  if (want === null) return assert.ok(Number.isNaN(got), `${what}: ${String(got)}, wanted NaN`);
  const deviation = Math.abs((got as number) - (want as number));
  deviations.set(what, Math.max(deviations.get(what) ?? 0, deviation));
  assert.ok(deviation <= tolerance * Math.max(1, Math.abs(want as number)), `${what}: ${String(got)}, wanted ${want}`);
}

after(() => {
  // Asked for when the table in src/metrics/README.md is brought up to date.
  if (process.env.SHOW_DEVIATIONS) console.table(Object.fromEntries(deviations));
});

describe("binary metrics against scikit-learn and imbalanced-learn", () => {
  it("has ties, absent classes and constant scores among at least 200 cases of all kinds", () => {
    assert.ok(oracle.binary.length + oracle.multiclass.length >= 200);
    const kinds = new Set(oracle.binary.map(({ kind }) => kind));
    for (const kind of ["ties", "constant", "allPositive", "allNegative", "single"]) assert.ok(kinds.has(kind), kind);
  });

  it("agrees on everything that is made of confusion counts", () => {
    for (const { scores, labels, threshold, want } of oracle.binary) {
      const counts = metrics.confusionCounts({ scores, labels }, threshold);
      agrees("precision", metrics.precision(counts), want.precision);
      agrees("recall", metrics.recall(counts), want.recall);
      agrees("specificity", metrics.specificity(counts), want.specificity);
      agrees(
        "fBeta",
        [0.5, 1, 2].map((beta) => metrics.fBeta(counts, beta)),
        [want.fHalf, want.fOne, want.fTwo],
      );
      agrees("fBetaCurve", metrics.fBetaCurve({ scores, labels }, [threshold]), [want.fOne]);
      agrees("criticalSuccessIndex", metrics.criticalSuccessIndex(counts), want.csi);
      agrees("accuracy", metrics.accuracy(counts), want.accuracy);
      agrees("balancedAccuracy", metrics.balancedAccuracy(counts), want.balancedAccuracy);
      agrees("gMean", metrics.gMean(counts), want.gMean);
      agrees("matthewsCorrelation", metrics.matthewsCorrelation(counts), want.mcc);
      agrees("cohenKappa", metrics.cohenKappa(counts), want.kappa);
      agrees("heidkeSkillScore", metrics.heidkeSkillScore(counts), want.kappa);
      agrees("trueSkillStatistic", metrics.trueSkillStatistic(counts), want.tss);
    }
  });

  it("agrees on areas and curves, ties included", () => {
    for (const { scores, labels, want } of oracle.binary) {
      agrees("areaUnderRoc", metrics.areaUnderRoc({ scores, labels }), want.areaUnderRoc);
      agrees("averagePrecision", metrics.averagePrecision({ scores, labels }), want.averagePrecision);
      if (!want.roc) continue;
      const roc = metrics.rocCurve({ scores, labels });
      assert.equal(roc.thresholds[0], Infinity);
      agrees("rocCurve", [roc.falsePositiveRates, roc.truePositiveRates, roc.thresholds.slice(1)], want.roc);
      const pr = metrics.precisionRecallCurve({ scores, labels });
      agrees("precisionRecallCurve", [pr.precisions, pr.recalls, pr.thresholds], want.pr);
      agrees("areaUnderCurve", metrics.areaUnderCurve(pr.recalls, pr.precisions), want.prArea);
    }
  });

  it("agrees on Brier score and calibration error, uniform and quantile bins", () => {
    let binned = 0;
    for (const { scores, labels, want } of oracle.binary) {
      if (!want.calibration) continue;
      agrees("brierScore", metrics.brierScore({ scores, labels }), want.brier);
      for (const binning of ["uniform", "quantile"] as const) {
        const { bins, [binning]: errors } = want.calibration;
        if (!errors) continue;
        binned++;
        const got = (["l1", "l2", "max"] as const).map((norm) =>
          metrics.calibrationError({ scores, labels }, { bins, binning, norm }),
        );
        agrees("calibrationError", got, errors);
      }
    }
    assert.ok(binned > 200, `${binned} binned cases`);
  });
});

describe("multiclass metrics against scikit-learn and imbalanced-learn", () => {
  it("agrees on matrices and on what is made of them", () => {
    for (const { classes, labels, predictions, want } of oracle.multiclass) {
      const matrix = metrics.confusionMatrix({ labels, predictions }, { classes });
      assert.deepEqual(matrix, want.matrix);
      agrees("accuracy", metrics.accuracy(matrix), want.accuracy);
      agrees("balancedAccuracy", metrics.balancedAccuracy(matrix), want.balancedAccuracy);
      agrees("balancedError", metrics.balancedError(matrix), 1 - (want.balancedAccuracy as number));
      agrees("gMean", metrics.gMean(matrix), want.gMean);
      agrees("gMean", metrics.gMean(matrix, { correction: 0.01 }), want.gMeanCorrected);
      agrees("matthewsCorrelation", metrics.matthewsCorrelation(matrix), want.mcc);
      agrees("cohenKappa", metrics.cohenKappa(matrix), want.kappa);
      agrees("perClassAccuracy", metrics.perClassAccuracy(matrix), want.perClassAccuracy);
    }
  });

  it("agrees on per-class, macro, micro and weighted scores, with 0/0 as 0 and left out", () => {
    for (const { classes, labels, predictions, beta, want } of oracle.multiclass) {
      const matrix = metrics.confusionMatrix({ labels, predictions }, { classes });
      const rows = metrics.classScores(matrix, { beta });
      const perClass = (["precision", "recall", "fBeta"] as const).map((name) => rows.map((row) => row[name]));
      agrees("classScores", perClass, want.perClass);
      const [specificities, ...averaged] = want.specificity as Wanted[];
      agrees(
        "classScores",
        rows.map((row) => row.specificity),
        specificities,
      );
      (["macro", "micro", "weighted"] as const).forEach((average, index) => {
        for (const [zeroDivision, reference] of [
          [0, want.zero],
          [NaN, want.skipped],
        ] as const) {
          const scores = metrics.averageScores(matrix, { average, beta, zeroDivision });
          agrees("averageScores", [scores.precision, scores.recall, scores.fBeta], reference[average]);
        }
        agrees("averageScores", metrics.averageScores(matrix, { average }).specificity, averaged[index]);
      });
      rows.forEach((row, k) =>
        agrees("oneVersusRest", metrics.fBeta(metrics.oneVersusRest(matrix, k), beta), row.fBeta),
      );
    }
  });

  it("agrees on argmax, Brier score and top-label calibration of probabilities", () => {
    for (const { classes, labels, probabilities, want } of oracle.probabilities) {
      assert.deepEqual(Array.from(metrics.argmax(probabilities, classes)), want.argmax);
      agrees("multiclassBrierScore", metrics.multiclassBrierScore(probabilities, labels, classes), want.brier);
      if (!want.topLabel) continue;
      const top = metrics.topLabel(probabilities, labels, classes);
      const got = (["l1", "l2", "max"] as const).map((norm) => metrics.calibrationError(top, { bins: 7, norm }));
      agrees("topLabel", got, want.topLabel);
    }
  });
});

describe("group metrics against fairlearn", () => {
  it("agrees on cell errors, the worst of them, equal opportunity and equalized odds", () => {
    for (const { labels, predictions, groups, count, want } of oracle.groups) {
      const confusions = metrics.groupConfusion({ labels, predictions, groups }, { classes: 2, groups: count });
      agrees("groupErrors", metrics.groupErrors(confusions), want.errors as Wanted);
      agrees("worstGroupError", metrics.worstGroupError(confusions), want.worst);
      agrees("equalOpportunityGap", metrics.equalOpportunityGap(confusions), want.opportunity);
      const gap = (combine: "max" | "mean" | "sum") => metrics.equalizedOddsGap(confusions, { combine });
      agrees("equalizedOddsGap", gap("max"), want.odds?.max ?? null);
      agrees("equalizedOddsGap", gap("sum"), want.odds ? 2 * want.odds.mean : null);
      // fairlearn's mean is over the two rates, as ours over the two classes.
      agrees("equalizedOddsGap", gap("mean"), want.odds?.mean ?? null);
    }
  });
});

describe("tests against scipy and baycomp", () => {
  it("agrees on the paired t-test and its interval", () => {
    for (const { first, want } of oracle.paired) {
      const test = metrics.pairedTTest(first, new Float64Array(first.length), { level: 0.9 });
      agrees("pairedTTest", [test.statistic, test.pValue, ...test.interval], want.t, DISTRIBUTION_TOLERANCE);
    }
  });

  it("agrees on the signed-rank test: exact with and without ties, normal, corrected, Wilcoxon's and Pratt's zeros", () => {
    let compared = 0;
    for (const { first, want } of oracle.paired) {
      for (const [key, reference] of Object.entries(want.wilcoxon)) {
        const [zeros, name] = key.split("/") as ["wilcox" | "pratt", "exact" | "normal" | "corrected"];
        const method = name === "exact" ? "exact" : "normal";
        const tests = (["two-sided", "greater", "less"] as const).map((alternative) =>
          metrics.wilcoxonSignedRank(first, new Float64Array(first.length), {
            alternative,
            zeros,
            method,
            continuity: name === "corrected",
          }),
        );
        agrees("wilcoxonSignedRank", [tests[0].statistic, ...tests.map(({ pValue }) => pValue)], reference);
        compared++;
      }
    }
    assert.ok(compared > 200, `${compared} comparisons`);
  });

  it("agrees on the Friedman test and the critical difference", () => {
    for (const { table, want } of oracle.friedman) {
      const test = metrics.friedman(table);
      agrees("rankTable", test.averageRanks, want.averageRanks);
      agrees("friedman", [test.statistic, test.pValue], want.chiSquared, DISTRIBUTION_TOLERANCE);
      const { statistic, pValue } = test.imanDavenport;
      agrees("friedman (Iman-Davenport)", [statistic, pValue], want.imanDavenport, DISTRIBUTION_TOLERANCE);
    }
    for (const { methods, dataSets, alpha, want } of oracle.nemenyi) {
      const got = metrics.nemenyiCriticalDifference(methods, dataSets, { alpha });
      agrees("nemenyiCriticalDifference", got, want, DISTRIBUTION_TOLERANCE);
    }
  });

  it("agrees on the Bayesian sign test within the error of its draws", () => {
    for (const [index, { first, rope, want }] of oracle.sign.entries()) {
      const zeros = new Float64Array(first.length);
      const test = metrics.bayesianSignTest(first, zeros, { rope, seed: index + 1 });
      const got = [test.better, test.equivalent, test.worse];
      // Five standard errors of 50 000 draws; the bound of 0.5 / sqrt(n) holds for every probability.
      agrees("bayesianSignTest", got, want.integral, (5 * 0.5) / Math.sqrt(50_000));
      // baycomp adds 1e-4 to every count and draws 400 000 times.
      agrees("bayesianSignTest", got, want.baycomp, 0.015);
    }
  });
});
