import { type StoredStudy } from "../core";
import { type FBetaConfig, type FBetaResult } from "./config";
import { byTask } from "./rows";

const list = (values: readonly (number | string)[]) => [...new Set(values)].join(", ");

/**
 * The methods paragraph of a paper that reports the study's numbers, in Markdown.
 *
 * @param stored any part of the results, at least one trial.
 * @returns the paragraph; the numbers in it are those of the trials' configurations.
 * @throws Error when there is no trial.
 */
export function methodsParagraph({ trials }: StoredStudy<FBetaConfig, FBetaResult>): string {
  if (trials.length === 0) throw new Error("methodsParagraph: there is no stored trial to describe");
  const configs = trials.map(({ config }) => config);
  const of = <T extends number | string>(pick: (config: FBetaConfig) => T) => list(configs.map(pick));
  const first = configs[0];
  const shares = byTask(trials).map(
    ({ prior, trials: [trial] }) => `${trial.numbers.samplingPrior.toFixed(3)} at $\\pi = ${prior}$`,
  );
  const crop = first.crop
    ? `random windows after padding by ${first.crop.padding} pixels and mirroring with probability ${first.crop.flip}`
    : "no augmentation";
  return [
    `Each task is to find the images of one class, or of several, among all others, at a share of positives $\\pi$ of ${of(({ prior }) => prior)}: ` +
      `${list(byTask(trials).map(({ dataset, positiveClasses }) => `${dataset} (class ${positiveClasses.join(", ")})`))}.`,
    `A share of ${of((c) => c.validationShare)} of every class of the official training part was set aside; ` +
      `${list(configs.map(({ trainSize }) => trainSize ?? "as many training images as there are"))} and ` +
      `${list(configs.map(({ validationSize }) => validationSize ?? "as many validation images"))} validation images were drawn at the prior.`,
    `All losses trained the same ResNet-${of(({ depth }) => depth)} (width ${of(({ width }) => width)}, ${of(({ imageSize }) => imageSize.join(" x "))} pixels, ${crop}) ` +
      `from the same weights on the same batches, per seed: ${of(({ steps }) => steps)} steps of ${of(({ batchSize }) => batchSize)} images, ` +
      `${of(({ optimizer }) => (optimizer === "sgd" ? "SGD with momentum 0.9" : "Adam"))}, weight decay ${of(({ weightDecay }) => weightDecay)}, ` +
      `${of(({ warmup }) => warmup)} steps of linear warm-up, then half a cosine to 0.`,
    `The learning rate was chosen for every loss alike from ${list(configs.flatMap(({ learningRates }) => learningRates))}, by F-beta on the validation images under the threshold in question.`,
    `Every batch held at least ${of(({ minPositives }) => minPositives)} positives; the share of positives in the batches, $\\pi_s$, was ${shares.join(", ")}. ` +
      "BCE, weighted BCE, fixed-point BCE, focal and asymmetric loss weighed positives by $\\pi/\\pi_s$ and negatives by $(1-\\pi)/(1-\\pi_s)$; " +
      "soft F, sigmoidF1, AnyLoss, the score-oriented loss and MCC formed their counts at the prior $\\pi$; the surrogate took $c = \\beta^2\\pi/(1-\\pi)$ with " +
      "means per class (`class`, `set`) or the shares $\\pi$ and $1-\\pi$ (`sample`); SaSu had $\\alpha = \\frac{\\pi_s/(1-\\pi_s)}{\\pi/(1-\\pi)}$.",
    `The fixed point set its positive weight to $(1+\\beta^2-F)/F$ every ${of(({ evaluateEvery }) => evaluateEvery)} steps, $F$ being that of the validation images at $p = 1/2$.`,
    "F-beta was measured on all official test images, at the prior of the task: " +
      "$F_\\beta = (1+\\beta^2)\\pi T / (\\beta^2\\pi + \\pi T + (1-\\pi)Q)$ from the rates $T$ and $Q$ of positives and negatives called positive, " +
      "with the threshold at $p = 1/2$ and with the one that is best on the validation images.",
    `Seeds: ${of(({ seed }) => seed)}; differences are paired by seed.`,
  ].join(" ");
}
