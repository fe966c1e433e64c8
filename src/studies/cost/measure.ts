import { type Work } from "./work";

/** How long one of a kind of work takes on a machine. */
export interface Measured {
  readonly name: string;
  readonly images: number;
  /** Median seconds of one. */
  readonly seconds: number;
  /** First and third quartile. */
  readonly quartiles: readonly [number, number];
  /** Mean seconds of all processor cores together. Where other processes keep the cores busy, the median is of little use and this stays. */
  readonly processor: number;
  /** How many times the median is of. */
  readonly count: number;
}

export interface MeasureOptions {
  /** Seconds that a kind of work is repeated for; it is always timed once at least. */
  readonly seconds: number;
  /** Told of every kind, before it is measured. */
  readonly begin?: (work: Work, index: number, count: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Measures kinds of work on this machine, one after the other, in this process.
 *
 * What is done in the first half warms up (memory, tables, a recorded step); the median is that of the second half.
 *
 * @param works kinds of work; those of one name are measured once.
 * @param options see {@link MeasureOptions}.
 * @returns one entry per name, in their order.
 * @throws RangeError when `seconds` is not a positive number; the signal's reason when it is aborted; what the work throws.
 */
export async function measureWorks(works: readonly Work[], options: MeasureOptions): Promise<Measured[]> {
  const { seconds, begin, signal } = options;
  if (!(seconds > 0 && Number.isFinite(seconds))) {
    throw new RangeError(`measureWorks: seconds must be a positive finite number, received ${seconds}`);
  }
  const kinds = [...new Map(works.map((work) => [work.name, work])).values()];
  const measured: Measured[] = [];
  for (const [index, work] of kinds.entries()) {
    signal?.throwIfAborted();
    begin?.(work, index, kinds.length);
    measured.push(await measureWork(work, seconds, signal));
  }
  return measured;
}

async function measureWork(work: Work, seconds: number, signal?: AbortSignal): Promise<Measured> {
  const { name, images } = work;
  const enough = new AbortController();
  const stop = signal ? AbortSignal.any([signal, enough.signal]) : enough.signal;
  const times: number[] = [];
  const used: number[] = [processorSeconds()];
  const began = performance.now();
  const tell = (taken: number) => {
    times.push(taken);
    used.push(processorSeconds());
    if (performance.now() - began > 1000 * seconds) enough.abort();
  };
  await work.repeat(tell, stop);
  signal?.throwIfAborted();
  if (times.length === 0) throw new Error(`the work "${name}" ended before it was timed once`);
  const first = Math.floor(times.length / 2);
  const warm = times.slice(first).sort((a, b) => a - b);
  const at = (share: number) => quantile(warm, share);
  // Without an earlier time, it is that of preparing and of the first time together.
  const processor = (used[times.length] - used[first]) / warm.length;
  return { name, images, seconds: at(0.5), quartiles: [at(0.25), at(0.75)], processor, count: warm.length };
}

/** Seconds that this process has used of all cores. */
function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Of sorted values, with linear interpolation between neighbours. */
function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}
