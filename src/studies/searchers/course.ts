import { type FoundLoss } from "../autobalance";

/** The loss that a search would hand back after so many gradients. */
export interface CoursePoint {
  readonly gradients: number;
  readonly loss: FoundLoss;
}

/** What a search has come to. */
export interface Course {
  /** In order of the gradients; before the first of them a search hands back cross-entropy. */
  readonly points: readonly CoursePoint[];
  /** Gradients counted in all. */
  readonly gradients: number;
  /** Updates of the loss; null where there are none. */
  readonly updates: number | null;
  /** Trainings from scratch; null where there are none. */
  readonly candidates: number | null;
  /** Mean residual of the linear systems; null where none was solved or measured. */
  readonly residual: number | null;
  /** Why the search ended before its time; null where it did not. */
  readonly failure: string | null;
  /** Wall seconds of the search, checkpoints included. */
  readonly seconds: number;
}

/**
 * The loss that a search hands back when it is stopped at a share of its budget.
 *
 * @param course of the search.
 * @param gradients where it is stopped.
 * @param start what it hands back before its first point.
 * @returns the loss of the last point that had been paid for.
 */
export function lossAt({ points }: Course, gradients: number, start: FoundLoss): FoundLoss {
  return points.filter((point) => point.gradients <= gradients).at(-1)?.loss ?? start;
}
