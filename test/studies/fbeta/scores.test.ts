import assert from "node:assert/strict";
import { test } from "node:test";

import { engine, metrics } from "../../../src";
import { ceilingAtPrior, fBetaAtPrior } from "../../../src/studies/fbeta";

/** 50 positives and 450 negatives around +-0.7. */
function scored(): metrics.Scored {
  const draw = engine.random(3);
  const labels = Array.from({ length: 500 }, (_, index) => Number(index < 50));
  return { labels, scores: labels.map((label) => draw.normal() + (label ? 0.7 : -0.7)) };
}

test("at the data's own prior F-beta at a prior is that of the counts", () => {
  const data = scored();
  for (const beta of [0.5, 1, 2]) {
    const counted = metrics.fBeta(metrics.confusionCounts(data, 0.3), beta);
    // Rates are quotients of the counts: double precision throughout.
    assert.ok(Math.abs(fBetaAtPrior(data, 0.3, { prior: 0.1, beta }) - counted) < 1e-12);
  }
});

test("at another prior it is F-beta of the data with the negatives repeated", () => {
  const { labels, scores } = scored();
  const more = Array.from(labels, (label, index) => ({ label, score: scores[index] })).flatMap((sample) =>
    sample.label === 1 ? [sample] : Array.from({ length: 5 }, () => sample),
  );
  const repeated = { labels: more.map(({ label }) => label), scores: more.map(({ score }) => score) };
  const prior = 50 / (50 + 5 * 450);
  const counted = metrics.fBeta(metrics.confusionCounts(repeated, 0.3), 1);
  assert.ok(Math.abs(fBetaAtPrior({ labels, scores }, 0.3, { prior, beta: 1 }) - counted) < 1e-12);
});

test("the ceiling is the best threshold of all, and calling nothing positive is 0", () => {
  const data = scored();
  const at = { prior: 0.05, beta: 1 };
  const tried = Array.from(data.scores, (threshold) => fBetaAtPrior(data, threshold, at));
  assert.ok(Math.abs(ceilingAtPrior(data, at) - Math.max(...tried)) < 1e-12);
  assert.equal(fBetaAtPrior(data, Infinity, at), 0);
});
