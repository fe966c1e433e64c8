import { type Study, dataSetHash } from "../core";
import { type FBetaConfig, type FBetaResult } from "./config";
import { fBetaCost } from "./cost";
import { fBetaFigures } from "./figures";
import { laptopTrials, paperTrials, smokeTrials } from "./grid";
import { methodsParagraph } from "./methodsParagraph";
import { fBetaTables } from "./tables";
import { runFBetaTrial } from "./trial";

/**
 * Losses for F-beta against cross-entropy with a tuned threshold, on ResNets.
 *
 * Every loss trains the same network from the same weights on the same batches, per seed; F-beta is measured at p = 1/2 and at a threshold
 * tuned on validation images.
 */
export const fBetaResNet: Study<FBetaConfig, FBetaResult> = {
  name: "fbeta-resnet",
  title: "Losses for F-beta on ResNets",
  question:
    "Does a loss made for F-beta give a better F-beta on new images than cross-entropy, at the threshold of one half and at a tuned one?",
  version: 1,
  profiles: {
    smoke: { seeds: [1], trials: smokeTrials, resources: { threads: 1, memory: 1, minutes: 2 } },
    laptop: { seeds: [1, 2, 3, 4, 5], trials: laptopTrials, resources: { threads: 1, memory: 1.5, minutes: 30 } },
    paper: { seeds: [1, 2, 3, 4, 5], trials: paperTrials, resources: { threads: 4, memory: 8, minutes: 24 * 60 } },
  },
  labels: ({ method, beta, dataset, positiveClasses, prior, seed }) => ({
    method,
    beta: beta ?? "any",
    dataset,
    positives: positiveClasses.join("+"),
    prior,
    seed,
  }),
  dataHash: ({ dataset }) => dataSetHash(dataset),
  run: runFBetaTrial,
  tables: fBetaTables,
  figures: fBetaFigures,
  methods: methodsParagraph,
  cost: fBetaCost,
};
