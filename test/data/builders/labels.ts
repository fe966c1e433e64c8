import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** `perClass` samples of each of `classes` classes, in turns. */
export function evenLabels(classes: number, perClass: number): Int32Array {
  return Int32Array.from({ length: classes * perClass }, (_, index) => index % classes);
}

/** Samples per class among these. */
export function countsOf(labels: ArrayLike<number>, indices: ArrayLike<number>, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (let place = 0; place < indices.length; place++) counts[labels[indices[place]]]++;
  return counts;
}

const folder = resolve(__dirname, "..", "..", "..", "data", "cache", "cifar-10-batches-bin");
const RECORD = 3073;

/** Labels of CIFAR-10's training set in the official order, or why they are not at hand. */
export function cifar10Labels(): Int32Array | { skip: string } {
  const paths = [1, 2, 3, 4, 5].map((batch) => join(folder, `data_batch_${batch}.bin`));
  if (!paths.every((path) => existsSync(path))) return { skip: `CIFAR-10 is not in ${folder}` };
  return Int32Array.from(
    paths.flatMap((path) => {
      const content = readFileSync(path);
      return Array.from({ length: content.length / RECORD }, (_, record) => content[record * RECORD]);
    }),
  );
}
