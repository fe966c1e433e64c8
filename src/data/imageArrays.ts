import type { Split } from "./entry";
import type { Grouping } from "./grouping";
import type { ImageSet } from "./imageSet";

/** Images of one's own, in memory. */
export interface ImageArrays {
  /** size x height x width x channels values, row by row, channels last: integers in [0, 255]. */
  readonly images: ArrayLike<number>;
  /** The class of each image. */
  readonly labels: ArrayLike<number>;
  readonly shape: readonly [height: number, width: number, channels: number];
  /** Name of class k at position k. */
  readonly classNames: readonly string[];
  readonly groups?: Readonly<Record<string, { readonly labels: ArrayLike<number>; readonly names: readonly string[] }>>;
  readonly name?: string;
  readonly split?: Split;
}

/**
 * Makes an image set of arrays that one has already.
 *
 * @param arrays see {@link ImageArrays}. A Uint8Array of images is used in place, not copied.
 * @returns the set; `name` is "own" and `split` "train" unless given.
 * @throws RangeError saying where, for a pixel that is NaN or no byte, a label or group out of range, or lengths that do
 *   not agree; for a shape that is not three positive integers, and for no images at all.
 */
export function imagesFromArrays(arrays: ImageArrays): ImageSet {
  const { images, shape, classNames, name = "own", split = "train" } = arrays;
  if (shape.length !== 3 || !shape.every((length) => Number.isInteger(length) && length > 0)) {
    throw new RangeError(
      `imagesFromArrays: shape must be [height, width, channels] in positive integers, received [${shape.join(", ")}]`,
    );
  }
  const bytes = shape[0] * shape[1] * shape[2];
  const size = arrays.labels.length;
  if (size === 0 || images.length !== size * bytes) {
    throw new RangeError(
      `imagesFromArrays: ${size} labels and the shape ${shape.join(" x ")} ask for ${size * bytes} values, at least ` +
        `one image, received ${images.length}`,
    );
  }
  const groups = Object.entries(arrays.groups ?? {}).map(([key, group]): [string, Grouping] => {
    if (group.labels.length !== size) {
      throw new RangeError(
        `imagesFromArrays: group ${JSON.stringify(key)} has ${group.labels.length} labels, expected ${size}`,
      );
    }
    return [
      key,
      { labels: checkedLabels(group.labels, `group ${JSON.stringify(key)}`, group.names), names: group.names },
    ];
  });
  return {
    name,
    split,
    images: images instanceof Uint8Array ? images : checkedBytes(images, bytes),
    labels: checkedLabels(arrays.labels, "label", classNames),
    shape,
    classNames,
    ...(groups.length > 0 ? { groups: Object.fromEntries(groups) } : {}),
    size,
  };
}

function checkedBytes(values: ArrayLike<number>, bytes: number): Uint8Array {
  return Uint8Array.from(values, (value, position) => {
    if (Number.isInteger(value) && value >= 0 && value <= 255) return value;
    throw new RangeError(
      `imagesFromArrays: value ${position % bytes} of image ${Math.floor(position / bytes)} is ${value}, expected an ` +
        "integer in [0, 255]",
    );
  });
}

function checkedLabels(labels: ArrayLike<number>, what: string, names: readonly string[]): Int32Array {
  return Int32Array.from(labels, (label, image) => {
    if (Number.isInteger(label) && label >= 0 && label < names.length) return label;
    throw new RangeError(
      `imagesFromArrays: ${what} of image ${image} is ${label}, expected an integer in [0, ${names.length - 1}]`,
    );
  });
}
