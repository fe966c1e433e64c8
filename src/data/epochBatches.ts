import { random } from "../engine/random";

/** How the samples of an epoch are dealt out. */
export interface EpochBatchesOptions {
  /** Number of samples. */
  readonly count: number;
  /** Most samples of a batch. */
  readonly batchSize: number;
  readonly seed: number;
  /**
   * Each epoch has its own order, which depends on nothing but the seed and this number (from 0): a resumed run goes on
   * alike.
   */
  readonly epoch: number;
  /** Asks for a least number of positives in every batch. */
  readonly stratify?: {
    /** 0 or 1 per sample. */
    readonly labels: ArrayLike<number>;
    /** Positives that every batch must have, from 1 to batchSize - 1. */
    readonly minPositives: number;
  };
}

/** The batches of one epoch. */
export interface EpochBatches {
  /** Positions in [0, count), one list per batch. */
  readonly batches: readonly Int32Array[];
  /** Where stratified: the share of positives in the samples, and in what the batches hold together. */
  readonly prior?: { readonly data: number; readonly batches: number };
}

/**
 * Deals the samples of one epoch out to batches, in a seeded order.
 *
 * Plain: a random order, cut every `batchSize`; the last batch has the rest. At a prior of 0.01 and batches of 128, a
 * quarter of them has no positive. Stratified: positives and negatives are dealt out evenly. Where P positives suffice
 * for m in each of ceil(count / batchSize) batches, every sample comes once and the prior stays. Where they do not,
 * every batch has exactly m positives, each positive comes floor or ceil of (m batches / P) times, each negative once,
 * in the fewest batches that hold the negatives beside them; the prior that results is reported, so that a loss can
 * correct for it.
 *
 * @param options see {@link EpochBatchesOptions}.
 * @returns `batches`, each an Int32Array of positions, and, where stratified, `prior`. Stratified batches differ by at
 *   most one in size.
 * @throws RangeError for a count or batch size that is no positive integer, a bad epoch or seed, labels of another
 *   length or other than 0 and 1, minPositives outside [1, batchSize - 1], and for no positives at all.
 */
export function epochBatches(options: EpochBatchesOptions): EpochBatches {
  const { count, batchSize, seed, epoch, stratify } = options;
  requireInteger("count", count, 1);
  requireInteger("batchSize", batchSize, 1);
  requireInteger("epoch", epoch, 0);
  const source = random(seed).fork(`epochBatches/${epoch}`);
  if (stratify) return stratified(count, batchSize, stratify.labels, stratify.minPositives, source);

  const order = source.shuffle(Int32Array.from({ length: count }, (_, position) => position));
  const batches: Int32Array[] = [];
  for (let start = 0; start < count; start += batchSize) batches.push(order.slice(start, start + batchSize));
  return { batches };
}

function stratified(
  count: number,
  batchSize: number,
  labels: ArrayLike<number>,
  minPositives: number,
  source: ReturnType<typeof random>,
): EpochBatches {
  const { positives, negatives } = separate(labels, count);
  requireInteger("stratify.minPositives", minPositives, 1, batchSize - 1);
  const plain = Math.ceil(count / batchSize);
  const suffice = positives.length >= minPositives * plain;
  const number = suffice
    ? plain
    : Math.max(Math.ceil(negatives.length / (batchSize - minPositives)), Math.ceil(positives.length / minPositives));

  const drawn = suffice ? source.shuffle(positives) : repeated(positives, number * minPositives, source);
  const rest = source.shuffle(negatives);
  // Dealt like cards, positives first: sizes, positives and negatives of two batches then differ by at most one each.
  const cards = new Int32Array([...drawn, ...rest]);
  const seats = source.shuffle(Int32Array.from({ length: number }, (_, seat) => seat));
  const batches = Array.from(seats, (seat) => {
    const length = Math.ceil((cards.length - seat) / number);
    return source.shuffle(Array.from({ length }, (_, round) => cards[seat + round * number]));
  });
  return { batches, prior: { data: positives.length / count, batches: drawn.length / cards.length } };
}

function separate(labels: ArrayLike<number>, count: number): { positives: number[]; negatives: number[] } {
  if (labels.length !== count) {
    throw new RangeError(`epochBatches: stratify.labels must have count = ${count} entries, received ${labels.length}`);
  }
  const positives: number[] = [];
  const negatives: number[] = [];
  for (let position = 0; position < count; position++) {
    const label = labels[position];
    if (label === 1) positives.push(position);
    else if (label === 0) negatives.push(position);
    else
      throw new RangeError(`epochBatches: stratify.labels must be 0 or 1, received ${label} at position ${position}`);
  }
  if (positives.length === 0) {
    throw new RangeError(
      `epochBatches: none of the ${count} samples is positive, expected at least one to stratify by`,
    );
  }
  return { positives, negatives };
}

/** `length` draws that go through the values again and again, each time in a new order. */
function repeated(values: readonly number[], length: number, source: ReturnType<typeof random>): Int32Array {
  const draws = new Int32Array(length);
  for (let start = 0; start < length; start += values.length) {
    draws.set(source.shuffle(values).subarray(0, length - start), start);
  }
  return draws;
}

function requireInteger(name: string, value: number, least: number, most = 2 ** 31 - 1): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new RangeError(`epochBatches: ${name} must be an integer in [${least}, ${most}], received ${value}`);
  }
}
