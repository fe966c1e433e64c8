import type { tf } from "../../engine";

/** Throws unless these are images [n, h, w, c] in float32; returns the shape. */
export function checkImages(caller: string, images: tf.Tensor): [number, number, number, number] {
  if (images.rank !== 4 || images.dtype !== "float32") {
    throw new RangeError(
      `${caller}: images must be float32 [n, h, w, c], received ${images.dtype} [${images.shape.join(", ")}]`,
    );
  }
  return images.shape as [number, number, number, number];
}

/** Throws unless there is one value per image; returns the images' shape. */
export function checkAmounts(
  caller: string,
  images: tf.Tensor,
  name: string,
  amounts: tf.Tensor,
): [number, number, number, number] {
  const shape = checkImages(caller, images);
  if (amounts.rank !== 1 || amounts.shape[0] !== shape[0]) {
    throw new RangeError(
      `${caller}: ${name} must be [${shape[0]}], one value per image, received [${amounts.shape.join(", ")}]`,
    );
  }
  return shape;
}
