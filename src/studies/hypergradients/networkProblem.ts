import { hypergradient, unrolled, type BilevelProblem } from "../../bilevel";
import { gradient, random, tf } from "../../engine";
import { balancedCrossEntropy } from "../../losses/multiclass/balancedCrossEntropy";
import { parametricCrossEntropy } from "../../losses/multiclass/parametricCrossEntropy";
import { type Model } from "../../models";
import { numbersOf } from "./agreement";
import { norm, normals } from "./dense";

/** A batch of images and their classes. */
export interface LabelledBatch {
  readonly inputs: tf.Tensor;
  readonly labels: tf.Tensor1D;
}

/** AutoBalance's problem on one training and one validation batch. */
export interface NetworkProblem {
  readonly problem: BilevelProblem & Required<Pick<BilevelProblem, "innerLogits" | "innerLossOfLogits">>;
  /** Delta, ones at the start, and l, zeros. */
  readonly outer: readonly [tf.Variable, tf.Variable];
  dispose(): void;
}

/**
 * The parametric cross-entropy of a network as inner loss, balanced cross-entropy as outer loss; batch norm in training mode.
 *
 *     L = mean CE(sigmoid(Delta) * f + l)        F = mean over classes of the mean CE(f)
 *
 * @param options.model the network; its parameters are the inner variables.
 * @param options.train batch of the inner loss.
 * @param options.validation batch of the outer loss.
 * @param options.classes K, numbers in each of Delta and l.
 * @returns the problem, whose variables Delta and l `dispose` frees. Batches and model remain the caller's.
 */
export function networkProblem(options: {
  model: Model;
  train: LabelledBatch;
  validation: LabelledBatch;
  classes: number;
}): NetworkProblem {
  const { model, train, validation, classes } = options;
  const variable = (value: () => tf.Tensor) => tf.tidy(() => tf.variable(value()));
  const [delta, shift] = [variable(() => tf.ones([classes])), variable(() => tf.zeros([classes]))];
  const innerLogits = () => model.apply(train.inputs, { training: true });
  const innerLossOfLogits = (z: tf.Tensor) =>
    parametricCrossEntropy({ scale: tf.sigmoid(delta), shift })(z, train.labels);
  return {
    problem: {
      inner: model.parameters,
      outer: [delta, shift],
      innerLogits,
      innerLossOfLogits,
      innerLoss: () => innerLossOfLogits(innerLogits()),
      outerLoss: () => balancedCrossEntropy()(model.apply(validation.inputs, { training: true }), validation.labels),
    },
    outer: [delta, shift],
    dispose: () => tf.dispose([delta, shift]),
  };
}

/** A central difference along a unit vector, beside the derivative it should be. */
export interface DirectionCheck {
  readonly difference: number;
  readonly derivative: number;
}

/** The gradient through steps of gradient descent, and how it was checked. */
export interface DescentReference {
  /** dF/dalpha through all steps, flat. */
  readonly gradient: readonly number[];
  readonly checks: readonly DirectionCheck[];
}

/**
 * The gradient of the outer loss through T steps of gradient descent, by reverse differentiation, checked by central differences of the
 * whole descent: along the gradient itself, where the derivative is its norm, and along random directions. Afterwards the inner
 * variables are at the end of the T steps, the outer ones as they were.
 *
 *     [F(theta_T(alpha + e u), alpha + e u) - F(theta_T(alpha - e u), alpha - e u)] / 2e    against    <dF/dalpha, u>,   |u| = 1
 *
 * @param options.problem the problem, with one batch of each kind.
 * @param options.steps T >= 1.
 * @param options.learningRate of the steps.
 * @param options.directions how many random directions; default 3.
 * @param options.displacement e; default 0.03. The kinks of ReLU networks amplify rounding: there a smaller one is no better.
 * @param options.seed of the directions.
 * @returns the gradient, and both numbers for its own direction and then for each random one.
 */
export function descentReference(options: {
  problem: BilevelProblem;
  steps: number;
  learningRate: number;
  directions?: number;
  displacement?: number;
  seed: number;
}): DescentReference {
  const { problem, steps, learningRate, directions = 3, displacement = 0.03, seed } = options;
  const { inner, outer } = problem;
  const keep = (variables: readonly tf.Variable[]) => variables.map((each) => tf.clone(each as tf.Tensor));
  const [start, alpha] = [keep(inner), keep(outer)];
  const put = (variables: readonly tf.Variable[], values: readonly tf.Tensor[]) =>
    variables.forEach((variable, index) => variable.assign(values[index]));
  const descend = () => {
    put(inner, start);
    for (let step = 0; step < steps; step++) {
      tf.tidy(() =>
        gradient(() => problem.innerLoss(0), inner).forEach((slope, index) =>
          inner[index].assign(tf.sub(inner[index], tf.mul(slope, learningRate))),
        ),
      );
    }
  };
  const whole = hypergradient(problem, unrolled({ steps, learningRate }));
  const reference = numbersOf(whole.gradients);
  tf.dispose(whole.gradients);

  const source = random(seed).fork("directions");
  const drawn = Array.from({ length: directions }, () => normals(source, reference.length));
  const checks = [reference, ...drawn].map((along): DirectionCheck => {
    const unit = along.map((value) => value / norm(along));
    const valueAt = (distance: number) => {
      tf.tidy(() => {
        let from = 0;
        const parts = outer.map((each, index) => {
          const part = unit.slice(from, (from += each.size)).map((value) => distance * value);
          return tf.add(alpha[index], tf.tensor(part, each.shape));
        });
        put(outer, parts);
      });
      descend();
      return tf.tidy(() => problem.outerLoss(0).dataSync()[0]);
    };
    const difference = (valueAt(displacement) - valueAt(-displacement)) / (2 * displacement);
    return { difference, derivative: reference.reduce((sum, value, index) => sum + value * unit[index], 0) };
  });
  put(outer, alpha);
  descend();
  tf.dispose([start, alpha]);
  return { gradient: reference, checks };
}
