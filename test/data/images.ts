import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import sharp from "sharp";

/** A colour of one pixel. */
export type Colour = readonly [red: number, green: number, blue: number];

/** Writes an image file of one colour per quarter: top left, top right, bottom left, bottom right. */
export async function writeImage(
  path: string,
  [height, width]: readonly [number, number],
  quarters: readonly [Colour, Colour, Colour, Colour],
): Promise<void> {
  const pixels = Buffer.alloc(height * width * 3);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const quarter = 2 * Number(row >= height / 2) + Number(column >= width / 2);
      pixels.set(quarters[quarter], 3 * (row * width + column));
    }
  }
  const image = sharp(pixels, { raw: { height, width, channels: 3 } });
  await mkdir(dirname(path), { recursive: true });
  // Without the halved colour planes, so that a flat JPEG keeps its colours.
  const encoded = path.endsWith(".png") ? image.png() : image.jpeg({ quality: 100, chromaSubsampling: "4:4:4" });
  await writeFile(path, await encoded.toBuffer());
}

/** A grey image file whose every pixel is its column times `step`. */
export async function writeRamp(path: string, [height, width]: readonly [number, number], step: number): Promise<void> {
  const pixels = Buffer.from(
    Array.from({ length: height * width * 3 }, (_, index) => (Math.floor(index / 3) % width) * step),
  );
  const image = sharp(pixels, { raw: { height, width, channels: 3 } });
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, await (path.endsWith(".png") ? image.png() : image.jpeg({ quality: 100 })).toBuffer());
}

/** An image file of one colour. */
export async function writeFlat(path: string, size: readonly [number, number], colour: Colour): Promise<void> {
  await writeImage(path, size, [colour, colour, colour, colour]);
}

/** A folder of two classes with two images each, 4 x 6 pixels: `cat` red and green, `dog` blue and grey. */
export async function writeClasses(folder: string): Promise<void> {
  await writeFlat(join(folder, "cat", "a.png"), [4, 6], [255, 0, 0]);
  await writeFlat(join(folder, "cat", "b.PNG.png"), [4, 6], [0, 255, 0]);
  await writeFlat(join(folder, "dog", "1.png"), [4, 6], [0, 0, 255]);
  await writeFlat(join(folder, "dog", "2.png"), [4, 6], [90, 90, 90]);
}
