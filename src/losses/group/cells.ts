import { tf } from "../../engine";
import { type Labels, type SampleLosses } from "../multiclass/batch";
import { crossEntropy } from "../multiclass/crossEntropy";
import { segmentMeans, type SegmentMeans } from "../multiclass/segments";
import { cellOf, groupBatch, type GroupBatch } from "./batch";
import { type HeldCells } from "./options";

const SAMPLE_CROSS_ENTROPY = crossEntropy({ reduction: "none" });

/** What the mean losses of groups are made of. */
export interface GroupMeansOptions {
  /** G. */
  readonly groups: number;
  /** K, where the means are over cells (class, group); left out: over groups. */
  readonly classes?: number;
  /** The losses of the samples; default: cross-entropy. It is given logits and labels as the caller gave them. */
  readonly loss?: SampleLosses;
}

/**
 * Mean losses of the groups of a batch, or of its cells (class, group).
 *
 * @param name of the calling loss, for errors.
 * @param options see {@link GroupMeansOptions}.
 * @param inputs logits [n, K] or [n], labels [n], groups [n].
 * @returns means and presence, [G]; or [K G], cell k G + g, where `classes` is given.
 * @throws TypeError when the shapes do not fit, or the inner loss does not give n losses.
 */
export function groupMeans(
  name: string,
  { groups: count, classes, loss }: GroupMeansOptions,
  inputs: { readonly logits: tf.Tensor; readonly labels: Labels; readonly groups: Labels },
): SegmentMeans & { readonly batch: GroupBatch } {
  const batch = groupBatch(name, inputs, count);
  const { labels, logits } = batch;
  if (classes !== undefined && classes !== logits.shape[1]) {
    throw new TypeError(`${name}: logits have ${logits.shape[1]} classes, the option classes says ${classes}`);
  }
  const losses = loss ? loss(inputs.logits, inputs.labels) : SAMPLE_CROSS_ENTROPY(logits, labels);
  if (losses.rank !== 1 || losses.shape[0] !== labels.shape[0]) {
    throw new TypeError(
      `${name}: the inner loss must give one loss per sample, [${labels.shape[0]}]; received [${losses.shape.join(", ")}]; make it with reduction: "none"`,
    );
  }
  const segments = classes === undefined ? batch.groups : cellOf(batch, count);
  return { ...segmentMeans(losses, segments, count * (classes ?? 1)), batch };
}

/**
 * A parameter of the cells as it acts on logits: for each sample the parameters of its group, one per class.
 *
 *     rows_ik = parameter_{k, g_i}
 *
 * @returns a number, or a tensor [n, K].
 * @throws TypeError when the parameter does not have the shape [K, G].
 */
export function rowsOfGroups(
  loss: string,
  name: string,
  parameter: HeldCells,
  { logits, groups }: GroupBatch,
): number | tf.Tensor {
  const byGroup = cellTensor(loss, name, parameter, logits.shape[1]);
  return typeof byGroup === "number" || byGroup.rank === 0 ? byGroup : tf.gather(byGroup, groups);
}

/** A parameter of the cells as it acts on samples: that of the sample's own cell, [n]; or a number. */
export function entriesOfCells(
  loss: string,
  name: string,
  parameter: HeldCells,
  { logits, labels, groups }: GroupBatch,
): number | tf.Tensor {
  const classes = logits.shape[1];
  const byGroup = cellTensor(loss, name, parameter, classes);
  if (typeof byGroup === "number" || byGroup.rank === 0) return byGroup;
  // [G, K] read row by row: the cell (k, g) is at g K + k.
  return tf.gather(tf.reshape(byGroup, [-1]), cellOf({ labels: groups, groups: labels }, classes));
}

/** A number, a scalar tensor, or the parameters group by group, [G, K]. */
function cellTensor(loss: string, name: string, parameter: HeldCells, classes: number): number | tf.Tensor {
  if (typeof parameter === "number" || (parameter instanceof tf.Tensor && parameter.rank === 0)) return parameter;
  const rows = parameter instanceof tf.Tensor ? parameter.shape[0] : parameter.shape[1];
  if (rows !== classes) {
    throw new TypeError(`${loss}: ${name} must have a row for each of ${classes} classes, received ${rows}`);
  }
  return parameter instanceof tf.Tensor
    ? tf.transpose(parameter)
    : tf.tensor2d(parameter.byGroup, [...parameter.shape]);
}

/** The number of groups that a parameter speaks of; undefined for one number for all. */
export function groupCountOf(parameter: HeldCells): number | undefined {
  if (typeof parameter === "number") return undefined;
  if (parameter instanceof tf.Tensor) return parameter.rank === 2 ? parameter.shape[1] : undefined;
  return parameter.shape[0];
}
