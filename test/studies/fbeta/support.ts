import { type AtRate, type FBetaConfig, type FBetaTrial } from "../../../src/studies/fbeta";
import { laptopTrials } from "../../../src/studies/fbeta/grid";

/** A stored trial with one learning rate per pair of F1 values: on test and on validation images, half and tuned alike. */
export function trialWith(
  choose: Partial<Pick<FBetaConfig, "method" | "prior" | "seed" | "beta">>,
  values: readonly { readonly test: number; readonly validation: number }[],
): FBetaTrial {
  const { method = "bce", prior = 0.1, seed = 1, beta } = choose;
  const config = laptopTrials([seed]).find(
    (each) => each.method === method && each.prior === prior && (beta === undefined || each.beta === beta),
  );
  if (!config) throw new Error(`no trial of ${method} at ${prior}`);
  const rates = values.map(({ test, validation }, index): AtRate => ({
    learningRate: config.learningRates[index],
    scores: config.betas.map((each) => ({
      beta: each,
      half: test / 2,
      tuned: test,
      ceiling: test,
      threshold: 0,
      validation: { half: 1 - validation, tuned: validation },
    })),
    areaUnderRoc: 0.9,
    curve: { step: [25, 50], loss: [1, 0.5], half: [0, 0.1], tuned: [0.1, 0.2], weight: null },
  }));
  return {
    key: `${method}-${prior}-${seed}`,
    config,
    labels: { method, seed },
    numbers: {
      rates,
      diverged: [],
      samplingPrior: prior,
      counts: { train: [1000, 9000], validation: [400, 3600] },
    },
    timing: {},
    engine: {},
  };
}
