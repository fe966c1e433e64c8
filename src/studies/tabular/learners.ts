import { random, tf } from "../../engine";

/** The models of the benchmark: logistic regression, and one hidden layer. */
export type LearnerName = "slp" | "mlp";

/** Many small models of one shape, side by side. */
export interface LearnerBank {
  /** Weights, the first extent counting data parts (table and fold), the last counting models per part. */
  readonly parameters: tf.Variable[];
  /** Rows [parts, n, d] to logits [parts, n, models]. */
  logits(rows: tf.Tensor3D): tf.Tensor3D;
  dispose(): void;
}

/** How many models, of which shape. */
export interface LearnerBankOptions {
  /** Features d of a row. */
  readonly columns: number;
  /** One seed per data part: models of one part start alike, so that losses and rates are paired. */
  readonly seeds: readonly number[];
  /** Models per data part. */
  readonly models: number;
  /** Hidden units of the MLP; default 2. */
  readonly hidden?: number;
}

/**
 * Makes a bank of models that are trained as one computation.
 *
 *     slp   z = x w + b, from zero
 *     mlp   z = sum_h v_h tanh(x w_h + b_h) + c, w_h from N(0, 2 / (d + hidden)), v_h from N(0, 2 / (hidden + 1)), biases zero
 *
 * @param name `"slp"` or `"mlp"`.
 * @param options see {@link LearnerBankOptions}.
 * @returns the bank; its variables are the caller's to dispose of, by `dispose`.
 * @throws RangeError for an unknown name.
 */
export function learnerBank(name: LearnerName, options: LearnerBankOptions): LearnerBank {
  if (name === "slp") return slp(options);
  if (name === "mlp") return mlp(options);
  throw new RangeError(`learnerBank: name must be "slp" or "mlp", received ${JSON.stringify(name)}`);
}

function slp({ columns, seeds, models }: LearnerBankOptions): LearnerBank {
  const weight = variable(new Float32Array(seeds.length * columns * models), [seeds.length, columns, models]);
  const bias = variable(new Float32Array(seeds.length * models), [seeds.length, 1, models]);
  return bank([weight, bias], (rows) => tf.add(tf.matMul(rows, weight as unknown as tf.Tensor3D), bias));
}

function mlp({ columns, seeds, models, hidden = 2 }: LearnerBankOptions): LearnerBank {
  const parts = seeds.length;
  // Hidden unit h of model m stands at h models + m.
  const inner = new Float32Array(parts * columns * hidden * models);
  const outer = new Float32Array(parts * hidden * models);
  seeds.forEach((seed, part) => {
    const generator = random(seed).fork("mlp");
    const fill = (values: Float32Array, rows: number, deviation: number) => {
      for (let row = 0; row < rows; row++) {
        const start = deviation * generator.normal();
        const at = (part * rows + row) * models;
        values.fill(start, at, at + models);
      }
    };
    fill(inner, columns * hidden, Math.sqrt(2 / (columns + hidden)));
    fill(outer, hidden, Math.sqrt(2 / (hidden + 1)));
  });
  const weight = variable(inner, [parts, columns, hidden * models]);
  const innerBias = variable(new Float32Array(parts * hidden * models), [parts, 1, hidden * models]);
  const read = variable(outer, [parts, 1, hidden, models]);
  const bias = variable(new Float32Array(parts * models), [parts, 1, models]);
  return bank([weight, innerBias, read, bias], (rows) => {
    const units = tf.tanh(tf.add(tf.matMul(rows, weight as unknown as tf.Tensor3D), innerBias));
    const byUnit = tf.reshape(units, [parts, rows.shape[1], hidden, models]);
    return tf.add(tf.sum(tf.mul(byUnit, read), 2), bias);
  });
}

function bank(parameters: tf.Variable[], forward: (rows: tf.Tensor3D) => tf.Tensor): LearnerBank {
  return {
    parameters,
    logits: (rows) => tf.tidy(() => forward(rows) as tf.Tensor3D),
    dispose: () => tf.dispose(parameters),
  };
}

function variable(values: Float32Array, shape: number[]): tf.Variable {
  const start = tf.tensor(values, shape);
  const made = tf.variable(start);
  start.dispose();
  return made;
}
