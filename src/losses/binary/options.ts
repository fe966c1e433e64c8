import { z } from "zod";

/** Options that several losses of the room share, with the words of their catalogue. */

export const beta = z.number().positive().default(1).describe("beta: recall counts beta times as much as precision");

export const positiveWeight = z.number().positive().default(1).describe("w, weight of the positive terms");

/** Replaces the batch's share of positives in a score that depends on it. */
export const truePrior = z
  .number()
  .gt(0)
  .lt(1)
  .optional()
  .describe("P(Y = 1) where the score is to hold, in place of the batch's share of positives");
