import * as binary from "../../../src/losses/binary";

/** A loss of the room with the options of one test. */
export interface Variant {
  readonly title: string;
  readonly name: string;
  readonly loss: binary.BinaryLoss;
  /** False where a part of the loss counts as a constant in the gradient, which then is not the derivative of the value. */
  readonly isDifferentiated: boolean;
}

type AnyFactory = ((options?: object) => binary.BinaryLoss) & { readonly card: { readonly name: string } };

/** The factories of the room by name. */
export const factories: Readonly<Record<string, AnyFactory>> = Object.fromEntries(
  Object.entries(binary).filter(([, value]) => typeof value === "function" && "card" in value),
) as unknown as Record<string, AnyFactory>;

/** What a loss cannot do without. */
export const needed: Readonly<Record<string, object>> = {
  surrogateFBeta: { prior: 0.1 },
  costSensitive: { fBeta: 0.6 },
};

const SCORES = ["f1", "fBeta", "accuracy", "balancedAccuracy", "gMean", "precision", "recall", "specificity"] as const;
const MORE_SCORES = ["tss", "csi", "hss", "doubleF1", "matthews"] as const;

/** Options to be tested beside the defaults. */
const chosen: Readonly<Record<string, readonly object[]>> = {
  binaryCrossEntropy: [{ positiveWeight: 7.5 }, { reduction: "sum" }],
  costSensitive: [{ beta: 2 }],
  focal: [{ gamma: 0 }, { gamma: 0.5, alpha: 0.75 }],
  asymmetric: [
    { clip: 0, gammaPositive: 0, gammaNegative: 0 },
    { clip: 0, gammaNegative: 0.5 },
    { gammaNegative: 1.5 },
    { detach: true },
  ],
  hinge: [{ margin: 0.5, positiveWeight: 3 }],
  squaredHinge: [{ margin: 2, positiveWeight: 3 }],
  surrogateFBeta: [
    { normalization: "sample" },
    { normalization: "set", beta: 2 },
    { gammaPositive: 0.5, gammaNegative: 0.5, normalization: "sample" },
    { gammaPositive: 0.5, gammaNegative: 0.5, alpha: 4 },
  ],
  softFBeta: [{ beta: 2 }, { prior: 0.01 }],
  sigmoidF1: [{ slope: 9, offset: -1 }, { prior: 0.3 }],
  anyLoss: [
    { metric: "accuracy", amplification: 8 },
    { metric: "gMean" },
    { metric: "balancedAccuracy", amplification: 8 },
    { metric: "fBeta", beta: 0.5, prior: 0.02, amplification: 8 },
  ],
  dice: [{ smooth: 1 }, { form: "log" }],
  tversky: [
    { fpWeight: 0.3, fnWeight: 0.7, gamma: 0.75 },
    { gamma: 2, smooth: 1 },
    { form: "log", gamma: 0.5 },
    { form: "log", prior: 0.2 },
  ],
  doubleSoftF1: [{ prior: 0.05 }],
  matthews: [{ prior: 0.05 }],
  scoreOriented: [
    ...[...SCORES, ...MORE_SCORES].map((score) => ({ score })),
    ...(["accuracy", "precision", "gMean", "hss"] as const).map((score) => ({ score, prior: 0.05 })),
    ...["raisedCosine", "logistic", "piecewiseLinear"].map((distribution) => ({ distribution, delta: 0.3 })),
    ...["raisedCosine", "logistic", "piecewiseLinear"].map((distribution) => ({
      distribution,
      mu: [0.2, 0.5, 0.7],
      score: "gMean",
    })),
  ],
  aucMargin: [{ margin: 0.5 }, { a: 0.8, b: 0.3, alpha: 0.4 }],
  smoothAveragePrecision: [{ temperature: 1 }],
};

/** Options that take focal weights as constants. */
const DETACHED = { asymmetric: "detach", surrogateFBeta: "gammaPositive" } as Record<string, string>;

/** Every loss of the room: with its defaults, and with the options above. */
export const variants: readonly Variant[] = Object.entries(factories).flatMap(([name, factory]) =>
  [{}, ...(chosen[name] ?? [])].map((options) => ({
    title: `${name} ${JSON.stringify(options)}`,
    name,
    loss: factory({ ...needed[name], ...options }),
    isDifferentiated: !(name in DETACHED && DETACHED[name] in options),
  })),
);
