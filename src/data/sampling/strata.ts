import { random, type Random } from "../../engine";
import { concatenate } from "../classes";
import { indexHash } from "../hash";
import { createSampler, requireInteger, sharesOf, type Sampler } from "./sampler";
import { apportionShares } from "./shares";

/** What samplers with a share per stratum have in common. */
export interface DrawOptions {
  /** Most samples of a batch. */
  readonly batchSize: number;
  readonly seed: number;
  /** Draws of an epoch; by default as many as there are samples. */
  readonly draws?: number;
  /** The samples to draw from, where these are not all. */
  readonly indices?: ArrayLike<number>;
  /**
   * `"epoch"` (default): the shares hold over an epoch, and its draws come in a random order. `"batch"`: they hold in every
   * batch, to within one sample of each class or cell.
   */
  readonly shares?: "epoch" | "batch";
}

/** Samples in strata, and how often each stratum is to be drawn. */
export interface Strata {
  readonly name: string;
  /** Per stratum its samples. */
  readonly members: readonly Int32Array[];
  /** Per stratum its share of the draws: nonnegative, in any unit; 0 for an empty one. */
  readonly shares: readonly number[];
  /** Sums counts over strata to counts per class. */
  readonly perClass: (counts: readonly number[]) => number[];
  /** Cuts counts over strata into rows [K][G]. */
  readonly perCell?: (counts: readonly number[]) => number[][];
}

/**
 * A sampler that draws strata in given shares.
 *
 * The draws of an epoch are apportioned to the strata by largest remainders, so that the sampling prior is met in every epoch
 * and not only on average. Within a stratum samples come in a random order, and again in another when it is exhausted: of n
 * samples drawn m times each comes floor(m / n) or ceil(m / n) times.
 */
export function strataSampler(strata: Strata, options: DrawOptions): Sampler {
  const { name, members, shares, perClass, perCell } = strata;
  const { batchSize, seed, shares: hold = "epoch" } = options;
  const sizes = members.map((ofStratum) => ofStratum.length);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total === 0) throw new RangeError(`${name}: there are no samples to draw from, expected at least one`);
  const used = sizes.filter((size) => size > 0).length;
  const { draws = Math.max(total, used) } = options;
  requireInteger(name, "batchSize", batchSize, 1);
  requireInteger(name, "draws", draws, used);
  if (hold !== "epoch" && hold !== "batch") {
    throw new RangeError(`${name}: shares must be epoch or batch, received ${JSON.stringify(hold)}`);
  }
  const counts = apportionShares(draws, shares);
  const batchesPerEpoch = Math.ceil(draws / batchSize);
  const deal = hold === "batch" ? dealEvenly : cut;
  const source = random(seed);
  return createSampler({
    name,
    batchSize,
    batchesPerEpoch,
    dataPrior: sharesOf(perClass(sizes)),
    samplingPrior: sharesOf(perClass(counts)),
    ...(perCell && {
      cells: { dataPrior: intoShares(perCell(sizes)), samplingPrior: intoShares(perCell(counts)) },
    }),
    seed,
    data: indexHash(
      concatenate([...members, Int32Array.from([...sizes, ...counts, batchSize, Number(hold === "batch")])]),
    ),
    plan(epoch) {
      const draw = source.fork(`${name}/${epoch}`);
      const drawn = concatenate(members.map((ofStratum, stratum) => repeatedly(ofStratum, counts[stratum], draw)));
      return deal(drawn, batchesPerEpoch, batchSize, draw);
    },
  });
}

/** `count` draws that go through the samples again and again, each time in a new order. */
function repeatedly(samples: Int32Array, count: number, draw: Random): Int32Array {
  const drawn = new Int32Array(count);
  for (let start = 0; start < count; start += samples.length) {
    drawn.set(draw.shuffle(samples).subarray(0, count - start), start);
  }
  return drawn;
}

/** A random order, cut every `batchSize`; the last batch has the rest. */
function cut(drawn: Int32Array, batches: number, batchSize: number, draw: Random): Int32Array[] {
  const order = draw.shuffle(drawn);
  return Array.from({ length: batches }, (_, batch) => order.slice(batch * batchSize, (batch + 1) * batchSize));
}

/** Dealt like cards, stratum by stratum: two batches then differ by at most one in their size and in each stratum. */
function dealEvenly(drawn: Int32Array, batches: number, _batchSize: number, draw: Random): Int32Array[] {
  const seats = draw.shuffle(Int32Array.from({ length: batches }, (_, seat) => seat));
  return Array.from(seats, (seat) => {
    const length = Math.ceil((drawn.length - seat) / batches);
    return draw.shuffle(Int32Array.from({ length }, (_, round) => drawn[seat + round * batches]));
  });
}

function intoShares(rows: readonly (readonly number[])[]): number[][] {
  const total = rows.flat().reduce((sum, count) => sum + count, 0);
  return rows.map((row) => row.map((count) => count / total));
}
