import { random } from "../../engine";
import { checkIndices } from "../channelStatistics";
import type { Grouping } from "../grouping";
import type { ImageSet } from "../imageSet";
import { checkGroups } from "./cells";
import type { GroupedSubset } from "./spuriousGroups";

/** A colour as bytes of red, green and blue. */
export type Colour = readonly [red: number, green: number, blue: number];

/** Puts the mark of a group on an image. */
export interface Painter {
  /** Throws where it cannot paint images of this shape or so many groups. */
  check(shape: ImageSet["shape"], groups: number): void;
  /**
   * Paints one image.
   *
   * @param source the image's bytes [height, width, channels], not to be written to.
   * @param target where the painted image goes [height, width, 3].
   * @param group of the image.
   * @param index of the image in its set: what is random depends on it, and not on which other images are painted.
   */
  paint(source: Uint8Array, target: Uint8Array, shape: ImageSet["shape"], group: number, index: number): void;
}

/** Eight colours that people with colour-blindness tell apart, too (Okabe and Ito). */
export const GROUP_COLOURS: readonly Colour[] = [
  [230, 159, 0],
  [86, 180, 233],
  [0, 158, 115],
  [240, 228, 66],
  [0, 114, 178],
  [213, 94, 0],
  [204, 121, 167],
  [153, 153, 153],
];

/**
 * Makes an image set of chosen images whose groups can be seen.
 *
 * The painted images are new ones: the set holds n height width 3 bytes of its own, for the chosen images alone, and the one it
 * was made of may be dropped.
 *
 * @param set the images to paint.
 * @param grouped indices, labels and groups of n of them, as from `spuriousGroups`.
 * @param painter {@link colourObject}, {@link colourBackground}, {@link colourFrame}, or one's own.
 * @returns a set of n images in the order of `grouped.indices`, with its labels; the painted groups are its grouping `painted`,
 *   beside those it had.
 * @throws RangeError for an index outside the set, lists of unequal lengths, or what the painter refuses.
 */
export function paintGroups(
  set: ImageSet,
  grouped: Pick<GroupedSubset, "indices" | "labels" | "groups">,
  painter: Painter,
): ImageSet {
  const { indices, labels, groups } = grouped;
  checkIndices("paintGroups", set, indices);
  if (labels.length !== indices.length || groups.length !== indices.length) {
    throw new RangeError(
      `paintGroups: indices, labels and groups must be equally many, received ${indices.length}, ${labels.length} ` +
        `and ${groups.length}`,
    );
  }
  const [height, width, channels] = set.shape;
  const count = checkGroups("paintGroups", groups, indices.length);
  painter.check(set.shape, count);
  const [from, to] = [height * width * channels, height * width * 3];
  const images = new Uint8Array(indices.length * to);
  indices.forEach((index, place) => {
    const source = set.images.subarray(index * from, (index + 1) * from);
    painter.paint(source, images.subarray(place * to, (place + 1) * to), set.shape, groups[place], index);
  });
  const kept = Object.entries(set.groups ?? {}).map(([key, grouping]): [string, Grouping] => [
    key,
    { ...grouping, labels: indices.map((index) => grouping.labels[index]) },
  ]);
  const names = Array.from({ length: count }, (_, group) => `group ${group}`);
  return {
    ...set,
    images,
    labels: Int32Array.from(labels),
    shape: [height, width, 3],
    groups: { ...Object.fromEntries(kept), painted: { labels: Int32Array.from(groups), names } },
    size: indices.length,
  };
}

/**
 * Paints the object in the colour of its group: byte = grey colour / 255, on black.
 *
 * @param colours one per group; default {@link GROUP_COLOURS}.
 * @returns a painter for grey images (one channel), as coloured MNIST.
 */
export function colourObject(colours: readonly Colour[] = GROUP_COLOURS): Painter {
  checkColours("colourObject", colours);
  return {
    check: (shape, groups) => checkPaintable("colourObject", shape, groups, colours, true),
    paint(source, target, _shape, group) {
      for (let pixel = 0; pixel < source.length; pixel++) {
        for (let channel = 0; channel < 3; channel++) {
          target[3 * pixel + channel] = Math.round((source[pixel] * colours[group][channel]) / 255);
        }
      }
    },
  };
}

/**
 * Puts the object in front of the colour of its group: byte = grey + (1 - grey / 255) colour.
 *
 * @param colours one per group; default {@link GROUP_COLOURS}.
 * @param options.noise the background's bytes are off by up to this much, evenly spread; default 0.
 * @param options.seed of the noise; default 0. An image's noise depends on the seed and its index in the set.
 * @returns a painter for grey images (one channel) that are black where there is no object.
 */
export function colourBackground(
  colours: readonly Colour[] = GROUP_COLOURS,
  { noise = 0, seed = 0 }: { readonly noise?: number; readonly seed?: number } = {},
): Painter {
  checkColours("colourBackground", colours);
  if (!Number.isInteger(noise) || noise < 0 || noise > 255) {
    throw new RangeError(`colourBackground: noise must be an integer in [0, 255], received ${noise}`);
  }
  const randomness = random(seed);
  return {
    check: (shape, groups) => checkPaintable("colourBackground", shape, groups, colours, true),
    paint(source, target, _shape, group, index) {
      const draws = noise > 0 ? randomness.fork(`colourBackground/${index}`) : undefined;
      for (let pixel = 0; pixel < source.length; pixel++) {
        for (let channel = 0; channel < 3; channel++) {
          const shade = colours[group][channel] + (draws ? draws.integer(2 * noise + 1) - noise : 0);
          const behind = Math.min(Math.max(shade, 0), 255);
          target[3 * pixel + channel] = Math.round(source[pixel] + (1 - source[pixel] / 255) * behind);
        }
      }
    },
  };
}

/**
 * Puts a frame in the colour of its group around the image, over its outermost pixels.
 *
 * @param width of the frame in pixels, a positive integer below half the image.
 * @param colours one per group; default {@link GROUP_COLOURS}.
 * @returns a painter for images of one or three channels, whatever they show.
 */
export function colourFrame(width: number, colours: readonly Colour[] = GROUP_COLOURS): Painter {
  checkColours("colourFrame", colours);
  return {
    check(shape, groups) {
      checkPaintable("colourFrame", shape, groups, colours, false);
      if (!Number.isInteger(width) || width < 1 || 2 * width >= Math.min(shape[0], shape[1])) {
        throw new RangeError(
          `colourFrame: width must be a positive integer below half of ${Math.min(shape[0], shape[1])}, received ${width}`,
        );
      }
    },
    paint(source, target, [rows, columns, channels], group) {
      for (let pixel = 0; pixel < rows * columns; pixel++) {
        const [row, column] = [Math.floor(pixel / columns), pixel % columns];
        const inside = row >= width && row < rows - width && column >= width && column < columns - width;
        for (let channel = 0; channel < 3; channel++) {
          target[3 * pixel + channel] = inside
            ? source[pixel * channels + Math.min(channel, channels - 1)]
            : colours[group][channel];
        }
      }
    },
  };
}

function checkColours(caller: string, colours: readonly Colour[]): void {
  const byte = (value: number) => Number.isInteger(value) && value >= 0 && value <= 255;
  colours.forEach((colour, group) => {
    if (colour.length !== 3 || !colour.every(byte)) {
      throw new RangeError(
        `${caller}: a colour must be three integers in [0, 255], received [${colour.join(", ")}] for group ${group}`,
      );
    }
  });
}

function checkPaintable(
  caller: string,
  [, , channels]: ImageSet["shape"],
  groups: number,
  colours: readonly Colour[],
  grey: boolean,
): void {
  if (groups > colours.length) {
    throw new RangeError(`${caller}: ${groups} groups need as many colours, received ${colours.length}`);
  }
  if (grey && channels !== 1) {
    throw new RangeError(`${caller}: images must be grey (one channel), received ${channels}; colourFrame takes any`);
  }
  if (channels !== 1 && channels !== 3) {
    throw new RangeError(`${caller}: images must have one or three channels, received ${channels}`);
  }
}
