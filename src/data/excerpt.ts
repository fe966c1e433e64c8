import type { RawImages } from "./idx";

/**
 * Takes the first images of every class, class after class.
 *
 * @param raw the images of a set [n], and whatever labellings they have.
 * @param perClass of class k, how many are taken.
 * @returns copies: images and labels [sum of perClass] and every other labelling, in the new order.
 * @throws RangeError for a class that has fewer images than are to be taken.
 */
export function firstOfClasses<T extends RawImages & { readonly coarse?: Int32Array }>(
  raw: T,
  perClass: readonly number[],
): RawImages & { readonly coarse?: Int32Array } {
  const taken = perClass.map((): number[] => []);
  raw.labels.forEach((label, index) => {
    if (taken[label]?.length < perClass[label]) taken[label].push(index);
  });
  const short = taken.findIndex((indices, label) => indices.length < perClass[label]);
  if (short >= 0) {
    throw new RangeError(`class ${short} has ${taken[short].length} images, expected at least ${perClass[short]}`);
  }
  const order = Int32Array.from(taken.flat());
  const bytes = raw.images.length / raw.labels.length;
  const images = new Uint8Array(order.length * bytes);
  order.forEach((index, position) => {
    images.set(raw.images.subarray(index * bytes, (index + 1) * bytes), position * bytes);
  });
  const labels = order.map((index) => raw.labels[index]);
  const { coarse } = raw;
  return coarse ? { images, labels, coarse: order.map((index) => coarse[index]) } : { images, labels };
}
