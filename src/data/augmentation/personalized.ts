import { tf, type Random } from "../../engine";
import { checkImages } from "./images";
import { augmentationOperations, type AugmentationName, type AugmentationOperation } from "./operations";
import { checkTemperature, relaxedBernoulli } from "./relaxedBernoulli";
import { unitNoise } from "./unitNoise";

/** How variables become magnitudes and probabilities. */
export type Reparametrization = "sigmoid" | "none";

/** Which augmentations, for how many classes, and how they start. */
export interface PersonalizedAugmentationOptions {
  /** Number of classes, groups, or cells of both: each has magnitudes and probabilities of its own. */
  readonly cells: number;
  /** The operations in the order they are applied in: names, or operations of one's own; by default shear, translation, rotation. */
  readonly operations?: readonly (AugmentationName | AugmentationOperation)[];
  /** `"sigmoid"` (default): value = sigmoid(slope * variable); `"none"`: the variable is the value. */
  readonly reparametrization?: Reparametrization;
  /** Default 6. */
  readonly slope?: number;
  /** Magnitude of every operation at the start, in [0, 1]; default 0.5. */
  readonly magnitude?: number;
  /** Probability of every operation at the start, in (0, 1); default 0.5. */
  readonly probability?: number;
  /** Of the relaxed Bernoulli draw, default 0.05. */
  readonly temperature?: number;
  /** Whether an operation is applied wholly or not at all; default true. See `relaxedBernoulli`. */
  readonly straightThrough?: boolean;
}

/** What is random about one batch: plain numbers, so that the batch can be augmented again in the very same way. */
export interface AugmentationDraw {
  /** Number of images n. */
  readonly count: number;
  /** Per operation: 1 or -1 for each image, the direction; 1 where the operation has none. */
  readonly signs: readonly Float32Array[];
  /** Per operation: a number in [0, 1) for each image, which decides whether it is applied. */
  readonly uniforms: readonly Float32Array[];
  /** Per operation: its noise, where it needs some. */
  readonly noise: readonly (Float32Array | undefined)[];
}

/** Augmentations with a magnitude and a probability per class or group, as variables. */
export interface PersonalizedAugmentation {
  readonly operations: readonly AugmentationOperation[];
  readonly cells: number;
  /** Variables behind the magnitudes and the probabilities, each [operations, cells]: part of the outer parameters. */
  readonly variables: { readonly magnitude: tf.Variable; readonly probability: tf.Variable };
  /** Draws what is random for a batch of images of this shape. */
  draw(shape: readonly number[], draws: Random): AugmentationDraw;
  /**
   * Augments a batch.
   *
   * @param images [n, h, w, c] on [0, 1].
   * @param cells the class, group or cell of each image [n].
   * @param draw from {@link PersonalizedAugmentation.draw}: with the same one the result depends on images and variables alone.
   * @returns [n, h, w, c], owned by the caller; differentiable in the variables and the images, to any order.
   */
  apply(images: tf.Tensor4D, cells: ArrayLike<number>, draw: AugmentationDraw): tf.Tensor4D;
  /** The magnitudes [operations][cells]. */
  magnitudes(): number[][];
  /** The probabilities [operations][cells]. */
  probabilities(): number[][];
  dispose(): void;
}

/** Probabilities of a variable without reparametrization are kept this far from 0 and 1, where their logit is infinite. */
const MARGIN = 1e-6;

/**
 * Personalized data augmentation: each class (or group) has augmentations of its own strength, which a bilevel method learns.
 *
 * For an image of cell y, operation o in turn, with limit L_o, sign s = 1 or -1 and a relaxed Bernoulli draw b of probability p:
 *
 *     x <- x + b (o(x, s L_o m) - x),   m = sigmoid(slope M[o, y]),   p = sigmoid(slope P[o, y])
 *
 * Randomness comes in plain numbers from `draw`, so that a loss can be evaluated, differentiated and differentiated again on
 * one augmented batch, as hypergradients need: d/dM of the gradient in the weights is right to float32.
 *
 * Put images in as they are, on [0, 1], and standardise after: black is 0 for the colour operations and outside the image.
 *
 * @param options see {@link PersonalizedAugmentationOptions}.
 * @returns see {@link PersonalizedAugmentation}; its two variables live until `dispose`.
 * @throws RangeError for an unknown operation, no operation, and numbers out of range.
 * @see Li et al., AutoBalance, NeurIPS 2021 (personalised augmentation; its code was never released). Magnitude and probability
 *   through sigmoid(6 x) and the straight-through draw follow a public third-party implementation on one-dimensional signals;
 *   operations and limits are those of Faster AutoAugment where it has them.
 */
export function personalizedAugmentation(options: PersonalizedAugmentationOptions): PersonalizedAugmentation {
  const { cells, reparametrization = "sigmoid", slope = 6, temperature, straightThrough } = options;
  const { magnitude = 0.5, probability = 0.5 } = options;
  const operations = (options.operations ?? ["shearX", "shearY", "translateX", "translateY", "rotate"]).map(
    operationOf,
  );
  checkOptions(options, operations.length);
  const value = (variable: tf.Tensor) =>
    reparametrization === "sigmoid" ? tf.sigmoid(tf.mul(variable, slope)) : tf.clone(variable);
  const logit = (variable: tf.Tensor) => {
    if (reparametrization === "sigmoid") return tf.mul(variable, slope);
    const p = tf.clipByValue(variable, MARGIN, 1 - MARGIN);
    return tf.sub(tf.log(p), tf.log(tf.sub(1, p)));
  };
  const start = (wanted: number) =>
    tf.tidy(() => {
      const unbounded = reparametrization === "sigmoid" ? Math.log(wanted / (1 - wanted)) / slope : wanted;
      return tf.variable(tf.fill([operations.length, cells], unbounded));
    });
  const variables = { magnitude: start(magnitude), probability: start(probability) };
  const rows = (tensor: tf.Tensor) => tf.tidy(() => tensor.arraySync() as number[][]);

  return {
    operations,
    cells,
    variables,
    draw(shape, draws) {
      if (shape.length !== 4) {
        throw new RangeError(`personalizedAugmentation: shape must be [n, h, w, c], received [${shape.join(", ")}]`);
      }
      return drawFor(operations, shape as [number, number, number, number], draws);
    },
    apply(images, cellOf, draw) {
      const shape = checkImages("personalizedAugmentation", images);
      checkBatch(shape, cells, cellOf, draw, operations);
      return tf.tidy(() => {
        const chosen = tf.tensor1d(Int32Array.from(cellOf), "int32");
        const perImage = (variable: tf.Variable) => tf.unstack(tf.gather(variable as tf.Tensor, chosen, 1));
        const [magnitudes, gates] = [perImage(variables.magnitude), perImage(variables.probability)];
        return operations.reduce((x, { apply, limit, clipped }, place) => {
          const amount = tf.mul(value(magnitudes[place]), tf.mul(tf.tensor1d(draw.signs[place]), limit));
          const noise = draw.noise[place];
          const whole = apply(x, amount as tf.Tensor1D, noise && tf.tensor4d(noise, shape));
          const changed = clipped ? tf.clipByValue(whole, 0, 1) : whole;
          const uniform = tf.tensor1d(draw.uniforms[place]);
          const gate = relaxedBernoulli(logit(gates[place]), uniform, { temperature, straightThrough });
          return tf.add(x, tf.mul(tf.reshape(gate, [shape[0], 1, 1, 1]), tf.sub(changed, x))) as tf.Tensor4D;
        }, tf.clone(images));
      });
    },
    magnitudes: () => tf.tidy(() => rows(value(variables.magnitude))),
    probabilities: () => tf.tidy(() => rows(value(variables.probability))),
    dispose: () => tf.dispose([variables.magnitude, variables.probability]),
  };
}

function operationOf(given: AugmentationName | AugmentationOperation): AugmentationOperation {
  if (typeof given !== "string") return given;
  if (!Object.hasOwn(augmentationOperations, given)) {
    throw new RangeError(
      `personalizedAugmentation: operations must be among ${Object.keys(augmentationOperations).join(", ")}, ` +
        `received ${JSON.stringify(given)}`,
    );
  }
  return augmentationOperations[given];
}

function drawFor(
  operations: readonly AugmentationOperation[],
  shape: readonly [number, number, number, number],
  draws: Random,
): AugmentationDraw {
  const [count] = shape;
  const numbers = (next: () => number) => Float32Array.from({ length: count }, next);
  const signs: Float32Array[] = [];
  const uniforms: Float32Array[] = [];
  const noise: (Float32Array | undefined)[] = [];
  for (const operation of operations) {
    signs.push(numbers(() => (draws.next() < 0.5 && operation.signed ? -1 : 1)));
    uniforms.push(numbers(() => draws.next()));
    noise.push(operation.noise && unitNoise(shape, operation.noise, draws));
  }
  return { count, signs, uniforms, noise };
}

function checkOptions(options: PersonalizedAugmentationOptions, operations: number): void {
  const { cells, reparametrization = "sigmoid", slope = 6, magnitude = 0.5, probability = 0.5 } = options;
  const refuse = (name: string, accepted: string, received: unknown) => {
    throw new RangeError(`personalizedAugmentation: ${name} must be ${accepted}, received ${String(received)}`);
  };
  if (operations === 0) refuse("operations", "at least one", "none");
  if (!Number.isInteger(cells) || cells < 1) refuse("cells", "a positive integer", cells);
  if (reparametrization !== "sigmoid" && reparametrization !== "none") {
    refuse("reparametrization", "sigmoid or none", JSON.stringify(reparametrization));
  }
  if (!(slope > 0 && slope < Infinity)) refuse("slope", "a positive finite number", slope);
  const open = reparametrization === "sigmoid";
  if (!(open ? magnitude > 0 && magnitude < 1 : magnitude >= 0 && magnitude <= 1)) {
    refuse("magnitude", open ? "in (0, 1)" : "in [0, 1]", magnitude);
  }
  if (!(probability > 0 && probability < 1)) refuse("probability", "in (0, 1)", probability);
  checkTemperature("personalizedAugmentation", options.temperature ?? 0.05);
}

function checkBatch(
  [count, height, width, channels]: readonly [number, number, number, number],
  cells: number,
  cellOf: ArrayLike<number>,
  draw: AugmentationDraw,
  operations: readonly AugmentationOperation[],
): void {
  if (draw.count !== count || draw.signs.length !== operations.length) {
    throw new RangeError(
      `personalizedAugmentation: the draw must be one for ${count} images and ${operations.length} operations, ` +
        `received one for ${draw.count} and ${draw.signs.length}`,
    );
  }
  const size = count * height * width * channels;
  const misfit = operations.findIndex(({ noise }, place) => noise !== undefined && draw.noise[place]?.length !== size);
  if (misfit >= 0) {
    throw new RangeError(
      `personalizedAugmentation: the draw's noise for ${operations[misfit].name} must have ${size} numbers, ` +
        `received ${draw.noise[misfit]?.length ?? 0}`,
    );
  }
  if (cellOf.length !== count) {
    throw new RangeError(`personalizedAugmentation: cells must be ${count}, one per image, received ${cellOf.length}`);
  }
  for (let image = 0; image < count; image++) {
    if (!Number.isInteger(cellOf[image]) || cellOf[image] < 0 || cellOf[image] >= cells) {
      throw new RangeError(
        `personalizedAugmentation: cells must be integers in [0, ${cells}), received ${cellOf[image]} at position ${image}`,
      );
    }
  }
}
