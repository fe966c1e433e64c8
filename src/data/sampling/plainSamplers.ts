import { concatenate, membersByClass } from "../classes";
import { epochBatches } from "../epochBatches";
import { indexHash } from "../hash";
import { createSampler, requireInteger, sharesOf, type Sampler } from "./sampler";

/** Which samples come, and in batches of which size. */
export interface PlainSamplerOptions {
  /** Class of every sample of the set: integers from 0. */
  readonly labels: ArrayLike<number>;
  /** Most samples of a batch. */
  readonly batchSize: number;
  readonly seed: number;
  /** The samples to take, where these are not all. */
  readonly indices?: ArrayLike<number>;
}

/**
 * Deals every sample out once per epoch, in a random order.
 *
 * @param options see {@link PlainSamplerOptions}.
 * @returns a sampler of positions in the set; `samplingPrior` is `dataPrior`. The last batch of an epoch has the rest.
 * @throws RangeError for a batch size that is no positive integer, no samples, a bad label, index or seed.
 */
export function shuffledSampler(options: PlainSamplerOptions): Sampler {
  return dealtSampler("shuffledSampler", options);
}

/**
 * Deals out batches that have at least so many positives each.
 *
 * At a prior of 0.01 a quarter of plain batches of 128 has no positive: 0.99^128 = 0.28. Where the positives suffice, every
 * sample comes once per epoch and the prior stays; where they do not, positives are repeated evenly, and `samplingPrior` says
 * what became of the prior. See `epochBatches`.
 *
 * @param options.labels 0 or 1 for every sample of the set.
 * @param options.minPositives m, from 1 to batchSize - 1.
 * @param options others see {@link PlainSamplerOptions}.
 * @returns a sampler of positions in the set; priors are [P(0), P(1)].
 * @throws RangeError for labels other than 0 and 1, no positives, m out of range, and as {@link shuffledSampler}.
 */
export function stratifiedSampler(options: PlainSamplerOptions & { readonly minPositives: number }): Sampler {
  const { minPositives, batchSize } = options;
  requireInteger("stratifiedSampler", "batchSize", batchSize, 2);
  requireInteger("stratifiedSampler", "minPositives", minPositives, 1, batchSize - 1);
  return dealtSampler("stratifiedSampler", options, minPositives);
}

function dealtSampler(name: string, options: PlainSamplerOptions, minPositives = 0): Sampler {
  const { labels, batchSize, seed } = options;
  requireInteger(name, "batchSize", batchSize, 1);
  const indices = Int32Array.from(options.indices ?? Array.from(labels, (_, sample) => sample));
  const { members, total } = membersByClass(name, labels, indices);
  if (total === 0) throw new RangeError(`${name}: there are no samples to deal out, expected at least one`);
  const ownLabels = indices.map((index) => labels[index]);
  const other = ownLabels.findIndex((label) => label > 1);
  if (minPositives > 0 && other >= 0) {
    throw new RangeError(`${name}: labels must be 0 or 1, received ${ownLabels[other]} at position ${indices[other]}`);
  }
  if (minPositives > 0 && !(members[1]?.length > 0)) {
    throw new RangeError(`${name}: none of the ${total} samples is positive, expected at least one`);
  }
  const deal = (epoch: number) =>
    epochBatches({
      count: total,
      batchSize,
      seed,
      epoch,
      ...(minPositives > 0 && { stratify: { labels: ownLabels, minPositives } }),
    });
  const first = deal(0);
  const dataPrior = sharesOf(members.map((ofClass) => ofClass.length));
  return createSampler({
    name,
    batchSize,
    batchesPerEpoch: first.batches.length,
    dataPrior,
    samplingPrior: first.prior ? [1 - first.prior.batches, first.prior.batches] : dataPrior,
    seed,
    data: indexHash(concatenate([indices, ownLabels, Int32Array.of(batchSize, minPositives)])),
    plan: (epoch) => deal(epoch).batches.map((batch) => batch.map((position) => indices[position])),
  });
}
