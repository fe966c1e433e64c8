import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** A seeded source of random numbers: the same seed gives the same sequence on every machine and backend. */
export interface Random {
  /** A number drawn uniformly from [0, 1), with 53 random bits. */
  next(): number;
  /** An integer drawn uniformly from {0, ..., bound - 1}. */
  integer(bound: number): number;
  /** A draw from the standard normal distribution. */
  normal(): number;
  /** The values in a random order (Fisher-Yates), as a new array. */
  shuffle(values: ArrayLike<number>): Int32Array;
  /** An independent generator for the named purpose: draws from one never shift the draws of another. */
  fork(purpose: string): Random;
}

/**
 * A seeded random generator (xoroshiro128+).
 *
 * @param seed integer in [-2^31, 2^32); the same seed gives the same draws everywhere.
 * @returns the generator. Its state is private to it; there is no global state.
 * @throws RangeError when `seed` is no such integer.
 */
export function random(seed: number): Random {
  if (!Number.isInteger(seed) || seed < -(2 ** 31) || seed >= 2 ** 32) {
    throw new RangeError(`random: seed must be an integer in [-2^31, 2^32), received ${seed}`);
  }
  const generator = xoroshiro128plus(seed | 0);
  let spare: number | undefined;

  const self: Random = {
    next: () => uniformFloat64(generator),
    integer(bound) {
      if (!Number.isInteger(bound) || bound < 1 || bound > 2 ** 31) {
        throw new RangeError(`random.integer: bound must be an integer in [1, 2^31], received ${bound}`);
      }
      return uniformInt(generator, 0, bound - 1);
    },
    normal() {
      // Marsaglia's polar method yields two independent draws at a time.
      if (spare !== undefined) {
        const value = spare;
        spare = undefined;
        return value;
      }
      for (;;) {
        const x = 2 * self.next() - 1;
        const y = 2 * self.next() - 1;
        const squared = x * x + y * y;
        if (squared > 0 && squared < 1) {
          const factor = Math.sqrt((-2 * Math.log(squared)) / squared);
          spare = y * factor;
          return x * factor;
        }
      }
    },
    shuffle(values) {
      const order = Int32Array.from(values);
      for (let last = order.length - 1; last > 0; last--) {
        const pick = self.integer(last + 1);
        [order[last], order[pick]] = [order[pick], order[last]];
      }
      return order;
    },
    fork: (purpose) => random(hashText(`${seed}/${purpose}`)),
  };
  return self;
}

/** FNV-1a of a text, as an unsigned 32-bit integer: turns (seed, purpose) into a seed. */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}
