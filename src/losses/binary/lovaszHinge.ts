import { tf } from "../../engine";
import { defineLoss } from "../define";
import { onBatch } from "./batch";

/**
 * Lovasz hinge: the piecewise linear, convex extension of the Jaccard loss of a batch, on hinge errors.
 *
 *     sum_i g_i max(0, e_i)     e_i = 1 - (2 y_i - 1) z_i
 *
 * With errors in decreasing order, g is the increase of the Jaccard loss |wrong| / |positives or wrong| as each sample in turn is
 * counted wrong. Of equal errors the positives come first, and equal negatives share theirs, so that g does not depend on the
 * order of the samples. The sorting is outside the gradient: g counts as a constant, which is exact wherever no two errors tie.
 *
 * @returns a loss (logits [n], labels [n]) => scalar, >= 0. Without positives it is the largest max(0, e); an empty batch gives 0.
 *   Its Hessian is 0. The logits and labels are read back from the device, once.
 * @throws RangeError for an option the room does not know.
 * @see Berman, Rannen Triki, Blaschko: The Lovasz-softmax loss, CVPR 2018, algorithm 1; Yu, Blaschko: The Lovasz hinge, 2015. As
 *   in the authors' public code but for ties.
 */
export const lovaszHinge = defineLoss(
  {
    name: "lovaszHinge",
    family: "binary",
    kind: "margin",
    formula: String.raw`\sum_i g_i \max(0, e_i), \quad e_i = 1 - (2 y_i - 1) z_i, \quad g_{(k)} = \Delta_J(\{(1), \ldots, (k)\}) - \Delta_J(\{(1), \ldots, (k-1)\}), \quad \Delta_J(M) = \frac{|M|}{|\{y = 1\} \cup M|},\ e_{(1)} \ge e_{(2)} \ge \ldots`,
    source:
      "Berman, Rannen Triki, Blaschko: The Lovasz-softmax loss, CVPR 2018, algorithm 1, as in the authors' public code; ties are treated symmetrically here.",
    options: {},
    beware:
      "Sorts on the CPU, so on a GPU every call waits for the logits. The Hessian is 0. A batch of many negatives and few positives gives gradient to few samples. The threshold is 0 on the logit.",
  },
  () =>
    onBatch("lovaszHinge", ({ logits: z, labels: y }) => {
      const signs = tf.sub(tf.mul(2, y), 1);
      const errors = tf.sub(1, tf.mul(signs, z));
      return tf.sum(tf.mul(tf.relu(errors), tf.tensor1d(jaccardIncrements(errors.dataSync(), y.dataSync()))));
    }),
);

/** By how much the Jaccard loss of the samples counted wrong so far rises with each, in decreasing order of the errors. */
function jaccardIncrements(errors: ArrayLike<number>, labels: ArrayLike<number>): Float32Array {
  const isPositive = (index: number) => labels[index] > 0.5;
  const order = Array.from(errors, (_, index) => index).sort(
    (a, b) => errors[b] - errors[a] || Number(isPositive(b)) - Number(isPositive(a)),
  );
  const positives = order.filter(isPositive).length;
  const increments = new Float32Array(order.length);
  let [missed, spurious, loss] = [0, 0, 0];
  for (let start = 0, end = 0; start < order.length; start = end) {
    const equal = (index: number) =>
      errors[index] === errors[order[start]] && isPositive(index) === isPositive(order[start]);
    while (end < order.length && equal(order[end])) end++;
    if (isPositive(order[start])) missed += end - start;
    else spurious += end - start;
    const next = (missed + spurious) / (positives + spurious);
    for (let place = start; place < end; place++) increments[order[place]] = (next - loss) / (end - start);
    loss = next;
  }
  return increments;
}
