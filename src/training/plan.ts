import { type FitOptions } from "./fitOptions";
import { requireRate, requireSteps } from "./schedule";

/** How long a run is, and what falls due when. */
export interface Plan {
  readonly steps: number;
  readonly stepsPerEpoch: number;
  readonly evaluateEvery: number;
  /** Whether an epoch is the last one, which may be cut short. */
  isLast(epoch: number): boolean;
  /** Epochs that have ended after a number of updates. */
  epochsBy(step: number): number;
}

/** Checks the options of `fit` that are numbers, and settles its length. */
export function planRun(options: FitOptions): Plan {
  const { steps, epochs, batch, readEvery, lossLimit, evaluateEvery = 1, checkpointEvery, clipNorm } = options;
  const counts = { readEvery, evaluateEvery, "checkpointEvery.steps": checkpointEvery?.steps };
  for (const [name, value] of Object.entries({ ...counts, "checkpointEvery.epochs": checkpointEvery?.epochs })) {
    if (value !== undefined) requireSteps("fit", name, value);
  }
  if (lossLimit !== undefined) requireRate("fit", "lossLimit", lossLimit);
  if (clipNorm !== undefined) requireRate("fit", "clipNorm", clipNorm);
  if ((steps === undefined) === (epochs === undefined)) {
    throw new RangeError(`fit: either steps or epochs must be given, received steps ${steps} and epochs ${epochs}`);
  }
  const perEpoch = options.stepsPerEpoch ?? batch.stepsPerEpoch;
  if (perEpoch !== undefined) requireSteps("fit", "stepsPerEpoch", perEpoch);
  if (epochs !== undefined) requireSteps("fit", "epochs", epochs);
  if (steps !== undefined) requireSteps("fit", "steps", steps);
  if (epochs !== undefined && perEpoch === undefined) {
    throw new RangeError("fit: epochs need stepsPerEpoch, as an option or a property of batch; received neither");
  }
  if (options.run && options.checkpoints) {
    throw new RangeError("fit: a run has its own checkpoints; received run and checkpoints");
  }
  if (options.earlyStopping && !options.evaluate) {
    throw new RangeError("fit: earlyStopping needs evaluate, which measures its metric; received none");
  }
  const total = steps ?? (epochs as number) * (perEpoch as number);
  const stepsPerEpoch = perEpoch ?? total;
  const all = Math.ceil(total / stepsPerEpoch);
  return {
    steps: total,
    stepsPerEpoch,
    evaluateEvery,
    isLast: (epoch) => epoch === all - 1,
    epochsBy: (step) => (step >= total ? all : Math.floor(step / stepsPerEpoch)),
  };
}
