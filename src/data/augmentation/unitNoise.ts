import type { Random } from "../../engine";

/** How noise is spread. */
export type NoiseKind = "gaussian" | "sphere";

/**
 * Noise for a batch, as plain numbers, so that the same draw can be used again.
 *
 *     "gaussian"  e ~ N(0, 1) for every value
 *     "sphere"    e uniform on the sphere of radius 1 of the image's values: a Gaussian draw over its length
 *
 * @param shape [n, h, w, c].
 * @param kind see above.
 * @param draws the generator.
 * @returns n h w c numbers.
 * @throws RangeError for an unknown kind.
 */
export function unitNoise(
  shape: readonly [number, number, number, number],
  kind: NoiseKind,
  draws: Random,
): Float32Array {
  if (kind !== "gaussian" && kind !== "sphere") {
    throw new RangeError(`unitNoise: kind must be gaussian or sphere, received ${JSON.stringify(kind)}`);
  }
  const [count, height, width, channels] = shape;
  const size = height * width * channels;
  const noise = new Float32Array(count * size);
  for (let place = 0; place < noise.length; place++) noise[place] = draws.normal();
  if (kind === "gaussian") return noise;
  for (let image = 0; image < count; image++) {
    const values = noise.subarray(image * size, (image + 1) * size);
    const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
    values.forEach((value, place) => (values[place] = value / length));
  }
  return noise;
}
