import { z } from "zod";

import { tf } from "../engine";
import { defineLoss, type LossCard, type LossFactory, type LossFamily, type LossOptions } from "./define";

/** How the losses of the samples become one: their mean, their sum, or not at all. */
export type Reduction = "mean" | "sum" | "none";

const REDUCTION = z
  .enum(["mean", "sum", "none"])
  .default("mean")
  .describe("mean over the samples, sum, or none: the losses of the samples, [n]");

type Reducible<Shape extends z.ZodRawShape> = Shape & { reduction: typeof REDUCTION };

/** A factory whose losses give a scalar, or with `reduction: "none"` the losses of the samples. */
export type PerSampleLossFactory<
  Shape extends z.ZodRawShape,
  Inputs extends readonly unknown[],
  Family extends LossFamily = LossFamily,
> = ((
  options: Omit<LossOptions<Reducible<Shape>, Family>, "reduction"> & { readonly reduction: "none" },
) => (...inputs: Inputs) => tf.Tensor1D) &
  LossFactory<
    Omit<LossOptions<Reducible<Shape>, Family>, "reduction"> & { readonly reduction?: "mean" | "sum" },
    (...inputs: Inputs) => tf.Scalar
  >;

/**
 * Makes the factory of a loss that is a sum of terms, one per sample, and gives it the option `reduction`.
 *
 *     "mean"  (1/n) sum_i l_i      "sum"  sum_i l_i      "none"  l, [n]
 *
 * The mean divides by the number of samples, whatever their weights. An empty batch gives 0, or [].
 *
 * @param card as for `defineLoss`, without `reduction`; the formula is that of the mean.
 * @param build takes the options with their defaults filled in and returns (inputs) => the terms [n]; called within tf.tidy.
 * @returns the factory.
 */
export function definePerSampleLoss<
  Shape extends z.ZodRawShape,
  Inputs extends readonly unknown[],
  Family extends LossFamily = LossFamily,
>(
  card: LossCard<Shape, Family>,
  build: (options: z.output<z.ZodObject<Shape>>) => (...inputs: Inputs) => tf.Tensor,
): PerSampleLossFactory<Shape, Inputs, Family> {
  const reducible = { ...card, options: { ...card.options, reduction: REDUCTION } };
  const factory = defineLoss(reducible as LossCard<Reducible<Shape>, Family>, (options) => {
    const { reduction } = options as { reduction: Reduction };
    const terms = build(options as z.output<z.ZodObject<Shape>>);
    return (...inputs: Inputs) => tf.tidy(() => reduce(terms(...inputs), reduction));
  });
  return factory as unknown as PerSampleLossFactory<Shape, Inputs, Family>;
}

/** The terms [n] reduced; the mean and the sum of none are 0. */
export function reduce(terms: tf.Tensor, reduction: Reduction): tf.Tensor {
  if (reduction === "none") return terms;
  const total = tf.sum(terms);
  return reduction === "sum" ? total : tf.div(total, Math.max(terms.size, 1));
}
