import { binary } from "../../losses";
import { importanceWeighted, negativesLeftOut, surrogateByShares, type PriorShift } from "./correction";

type Options = Readonly<Record<string, number | string>>;

/** What a loss of the study is made for. */
export interface LossSetting extends PriorShift {
  /** Of F-beta, > 0. */
  readonly beta: number;
  /** Options beside beta and the prior, as `FBetaLoss.options` has them. */
  readonly options: Options;
  /** Positive weight of the moment, which the fixed point moves. */
  readonly weight: () => number;
}

/** How a loss is corrected for batches in which positives are more frequent than in the training set, see the README. */
export type Correction = "importance weights" | "prior" | "class means" | "class shares" | "alpha";

/** A loss of the study. */
export interface FBetaLoss {
  readonly name: string;
  /** As figures and tables call it. */
  readonly label: string;
  /** Whether it is made for one beta; the others are trained once and measured at every beta. */
  readonly dependsOnBeta: boolean;
  readonly correction: Correction;
  /** Options beside beta and the prior; written into the configuration of every trial. */
  readonly options: Options;
  readonly make: (setting: LossSetting) => binary.BinaryLoss;
}

/**
 * The losses of the study, cross-entropy first.
 *
 * Options are the defaults of the catalogue but for sigmoidF1's slope, 9 as in its public code (slope 1 is soft F1), SaSu's focal weights, 0.5 as
 * in its own, and the width of the score-oriented loss: with 0.1 no p lies within 0.1 of 1/2 at the start, all gradients are exactly 0 and the
 * network stays as it was drawn. Weighted cross-entropy weighs the classes alike; the fixed point's weight starts at 1.
 */
export const fBetaLosses: readonly FBetaLoss[] = [
  {
    name: "bce",
    label: "BCE",
    dependsOnBeta: false,
    correction: "importance weights",
    options: {},
    make: (setting) => importanceWeighted(binary.binaryCrossEntropy({ reduction: "none" }), setting),
  },
  {
    name: "weighted-bce",
    label: "weighted BCE",
    dependsOnBeta: false,
    correction: "importance weights",
    options: {},
    make: (setting) => {
      const positiveWeight = (1 - setting.prior) / setting.prior;
      return importanceWeighted(binary.binaryCrossEntropy({ reduction: "none", positiveWeight }), setting);
    },
  },
  {
    name: "fixed-point-bce",
    label: "fixed-point BCE",
    dependsOnBeta: true,
    correction: "importance weights",
    options: { start: 1 },
    make: (setting) => (logits, labels) => {
      const terms = binary.binaryCrossEntropy({ reduction: "none", positiveWeight: setting.weight() });
      return importanceWeighted(terms, setting)(logits, labels);
    },
  },
  {
    name: "focal",
    label: "focal",
    dependsOnBeta: false,
    correction: "importance weights",
    options: { gamma: 2, alpha: 0.25 },
    make: (setting) => importanceWeighted(binary.focal({ ...setting.options, reduction: "none" }), setting),
  },
  {
    name: "asymmetric",
    label: "asymmetric",
    dependsOnBeta: false,
    correction: "importance weights",
    options: { gammaPositive: 1, gammaNegative: 4, clip: 0.05 },
    make: (setting) => importanceWeighted(binary.asymmetric({ ...setting.options, reduction: "none" }), setting),
  },
  {
    name: "surrogate-class",
    label: "surrogate (class)",
    dependsOnBeta: true,
    correction: "class means",
    options: { normalization: "class" },
    make: ({ beta, prior }) => binary.surrogateFBeta({ beta, prior, normalization: "class" }),
  },
  {
    name: "surrogate-sample",
    label: "surrogate (sample)",
    dependsOnBeta: true,
    correction: "class shares",
    options: { normalization: "sample" },
    make: surrogateByShares,
  },
  {
    name: "surrogate-set",
    label: "surrogate (set)",
    dependsOnBeta: true,
    correction: "class means",
    options: { normalization: "set" },
    make: ({ beta, prior }) => binary.surrogateFBeta({ beta, prior, normalization: "set" }),
  },
  {
    name: "sasu",
    label: "SaSu",
    dependsOnBeta: true,
    correction: "alpha",
    options: { gammaPositive: 0.5, gammaNegative: 0.5 },
    make: ({ beta, options, ...shift }) =>
      binary.surrogateFBeta({
        beta,
        prior: shift.samplingPrior,
        alpha: negativesLeftOut(shift),
        normalization: "sample",
        ...(options as { gammaPositive: number; gammaNegative: number }),
      }),
  },
  {
    name: "soft-f",
    label: "soft F",
    dependsOnBeta: true,
    correction: "prior",
    options: {},
    make: ({ beta, prior }) => binary.softFBeta({ beta, prior }),
  },
  {
    name: "sigmoid-f1",
    label: "sigmoidF1",
    dependsOnBeta: false,
    correction: "prior",
    options: { slope: 9, offset: 0 },
    make: ({ prior, options }) => binary.sigmoidF1({ ...options, prior }),
  },
  {
    name: "anyloss",
    label: "AnyLoss",
    dependsOnBeta: true,
    correction: "prior",
    options: { metric: "fBeta", amplification: 33 },
    make: ({ beta, prior, options }) => binary.anyLoss({ ...options, beta, prior }),
  },
  {
    name: "score-oriented",
    label: "score-oriented",
    dependsOnBeta: true,
    correction: "prior",
    options: { score: "fBeta", distribution: "raisedCosine", mu: 0.5, delta: 0.5 },
    make: ({ beta, prior, options }) => binary.scoreOriented({ ...options, beta, prior }),
  },
  {
    name: "mcc",
    label: "MCC",
    dependsOnBeta: false,
    correction: "prior",
    options: {},
    make: ({ prior }) => binary.matthews({ prior }),
  },
];

/**
 * A loss of the study by its name.
 *
 * @throws RangeError listing the names when there is none of this one.
 */
export function fBetaLoss(name: string): FBetaLoss {
  const loss = fBetaLosses.find((candidate) => candidate.name === name);
  if (loss) return loss;
  const known = fBetaLosses.map((candidate) => `"${candidate.name}"`).join(", ");
  throw new RangeError(`fBetaLoss: name must be one of ${known}, received ${JSON.stringify(name)}`);
}
