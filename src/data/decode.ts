import { availableParallelism } from "node:os";

import { describeError } from "./errors";
import { centre, resample, type Size } from "./resample";

/** How images of many sizes are brought to one. */
export interface ResizeOptions {
  /** Height and width that every image gets; without it, all must have the same already. */
  readonly size?: readonly [height: number, width: number];
  /** `stretch` scales height and width each on its own, `cover` keeps their ratio and cuts off what stands over. */
  readonly fit?: "stretch" | "cover";
  /** The image is made larger by this factor, at least 1, and its centre cut out; 1 leaves it whole. */
  readonly margin?: number;
}

/** Images as bytes, all of one shape. */
export interface DecodedImages {
  /** count x height x width x channels bytes, channels last. */
  readonly images: Uint8Array;
  readonly shape: readonly [height: number, width: number, channels: number];
}

/**
 * Decodes image files (JPEG, PNG, WebP, GIF, TIFF, AVIF) to bytes.
 *
 * Colours become sRGB, or grey by luminance where one channel is asked for; transparency is dropped, and a rotation
 * noted in the file is not carried out. Resizing is that of `resample`, the bytes of Pillow's bilinear filter.
 * The files are read a few at a time: beside the result, no more than one image per processor is in memory.
 *
 * @param paths the files, in the order of the result.
 * @param channels 3, or 1 for grey.
 * @param options see {@link ResizeOptions}; without a size, the first image's shape is that of all.
 * @param signal stops the work.
 * @returns images [count, height, width, channels] and their shape.
 * @throws RangeError for no paths, a size that is no pair of positive integers, or a margin below 1; Error naming the
 *   file that is missing, damaged, no image, or of another size than the first; the signal's reason when aborted.
 */
export async function decodeImages(
  paths: readonly string[],
  channels: 1 | 3,
  options: ResizeOptions = {},
  signal?: AbortSignal,
): Promise<DecodedImages> {
  checkResize(options);
  if (paths.length === 0) throw new RangeError("decodeImages: there are no files to decode, expected at least one");
  const decode = await decoder(channels, options);
  const first = await decode(paths[0]);
  const { height, width } = first;
  const bytes = height * width * channels;
  const images = new Uint8Array(paths.length * bytes);
  images.set(first.pixels);

  let next = 1;
  let damaged: string | undefined;
  const work = async () => {
    while (next < paths.length) {
      signal?.throwIfAborted();
      const index = next++;
      const image = await decode(paths[index]).catch((error: unknown) => {
        damaged ??= paths[index];
        throw error;
      });
      if (image.height !== height || image.width !== width) {
        throw new Error(
          `${paths[index]} has ${image.height} x ${image.width} pixels, ${paths[0]} ${height} x ${width}: ` +
            "give a size, or images of one size",
        );
      }
      images.set(image.pixels, index * bytes);
    }
  };
  signal?.throwIfAborted();
  // Where one fails, the others stop at their next image.
  const untilFailure = () => work().finally(() => (next = paths.length));
  const workers = await Promise.allSettled(Array.from({ length: availableParallelism() }, untilFailure));
  // libvips gathers its messages in one place for all threads, and an image that ends wipes those of another: decoded alone,
  // the damaged one is told of whole.
  if (damaged !== undefined) await decode(damaged);
  for (const worker of workers) if (worker.status === "rejected") throw worker.reason;
  return { images, shape: [height, width, channels] };
}

/** Throws a RangeError for options that no image can be brought to. */
export function checkResize({ size, fit, margin = 1 }: ResizeOptions): void {
  if (size && (size.length !== 2 || !size.every((length) => Number.isInteger(length) && length > 0))) {
    throw new RangeError(
      `decodeImages: size must be [height, width] in positive integers, received [${size.join(", ")}]`,
    );
  }
  if (fit !== undefined && fit !== "stretch" && fit !== "cover") {
    throw new RangeError(`decodeImages: fit must be "stretch" or "cover", received ${JSON.stringify(fit)}`);
  }
  if (!(margin >= 1 && margin < Infinity)) {
    throw new RangeError(`decodeImages: margin must be a number of at least 1, received ${margin}`);
  }
}

interface Decoded {
  readonly pixels: Uint8Array;
  readonly height: number;
  readonly width: number;
}

/** A function that decodes one file. The library is loaded here, so that nobody waits for it who decodes nothing. */
async function decoder(channels: 1 | 3, options: ResizeOptions): Promise<(path: string) => Promise<Decoded>> {
  const { default: sharp } = await import("sharp");
  return async (path) => {
    try {
      const { data, info } = await sharp(path, { failOn: "warning" })
        .removeAlpha()
        .toColourspace(channels === 3 ? "srgb" : "b-w")
        .raw()
        .toBuffer({ resolveWithObject: true });
      return resize(data, [info.height, info.width], channels, options);
    } catch (error) {
      // libvips says some things several times.
      const reasons = new Set(describeError(error).split("\n"));
      throw new Error(`${path} cannot be decoded: ${[...reasons].join("; ")}`, { cause: error });
    }
  };
}

function resize(
  pixels: Uint8Array,
  from: Size,
  channels: number,
  { size, fit = "stretch", margin = 1 }: ResizeOptions,
): Decoded {
  if (!size) return { pixels, height: from[0], width: from[1] };
  // Beside the published factors (256 / 224), a rounding must not cost a pixel.
  const large = size.map((length) => Math.floor(length * margin + 1e-6));
  const scale = Math.max(large[0] / from[0], large[1] / from[1]);
  const [height, width] =
    fit === "stretch" ? large : large.map((least, axis) => Math.max(Math.round(from[axis] * scale), least));
  const scaled = resample(pixels, from, [height, width], channels);
  return { pixels: centre(scaled, [height, width], size, channels), height: size[0], width: size[1] };
}
