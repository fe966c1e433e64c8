import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { training } from "../../../src";
import { type StoredStudy } from "../../../src/studies/core";
import { autoBalanceSearchers, type SearcherConfig, type SearcherResult } from "../../../src/studies/searchers";

/** Runs a trial in a folder of its own; `stopAt` interrupts it at a progress of so many trainings. */
export async function run(
  config: SearcherConfig,
  { folder, stopAt = Infinity }: { readonly folder?: string; readonly stopAt?: number } = {},
): Promise<SearcherResult> {
  const runs = folder ?? (await mkdtemp(join(tmpdir(), "searchers-")));
  const stop = new AbortController();
  try {
    const { numbers } = await autoBalanceSearchers.run(config, {
      directory: runs,
      openRun: (name, data) => training.openRun({ name, config, data, folder: runs }),
      progress: (done) => {
        if (done >= stopAt) stop.abort(new Error("stopped by the test"));
      },
      signal: stop.signal,
    });
    return numbers;
  } finally {
    if (folder === undefined) await rm(runs, { recursive: true });
  }
}

/** The smoke configuration of a searcher. */
export function smoke(searcher: string, space: SearcherConfig["space"], seed = 1): SearcherConfig {
  const found = autoBalanceSearchers.profiles.smoke
    .trials([seed])
    .find((config) => config.searcher === searcher && config.space === space);
  if (!found) throw new Error(`no smoke trial of ${searcher} and ${space}`);
  return found;
}

/** Results made by hand: test errors in percent by searcher and space, one per seed from 2 on. */
export function stored(
  errors: readonly (readonly [string, SearcherConfig["space"], readonly number[]])[],
): StoredStudy<SearcherConfig, SearcherResult> {
  const trials = errors.flatMap(([searcher, space, values]) =>
    values.map((percent, index) => {
      const seed = 2 + index;
      const config = autoBalanceSearchers.profiles.laptop
        .trials([seed])
        .find((each) => each.searcher === searcher && each.space === space)!;
      const isSearch = space !== null;
      const point = {
        testError: percent / 100,
        testObjective: percent / 40,
        objective: percent / 50,
        validationError: 0.1,
        shift: [1, 0, -1],
      };
      const numbers: SearcherResult = {
        testError: percent / 100,
        testObjective: percent / 40,
        classErrors: [0.1, 0.2, 0.3],
        objective: percent / 50,
        validationError: 0.1,
        gradients: isSearch ? config.budget : 0,
        innerSteps: config.settings.kind === "hypergradient" ? 600 : null,
        updates: config.settings.kind === "hypergradient" ? 50 : null,
        candidates: config.settings.kind === "random" ? 10 : null,
        residual: config.settings.kind === "hypergradient" ? 0.5 : null,
        failure: null,
        counts: [100, 10, 1],
        scale: [1, 1, 1],
        shift: isSearch ? [1, 0, -1] : [0, 0, 0],
        shiftCorrelation: isSearch ? 1 : null,
        tau: 0.434,
        course: isSearch
          ? config.shares.map((share) => ({ gradients: share * config.budget, ...point }))
          : [{ gradients: 0, ...point }],
      };
      return {
        key: `${searcher}-${space}-${seed}`,
        config,
        labels: autoBalanceSearchers.labels(config),
        numbers,
        timing: { search: 10 },
        engine: {},
      };
    }),
  );
  return { study: autoBalanceSearchers.name, profile: "laptop", trials, missing: [] };
}
