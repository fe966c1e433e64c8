import { tf } from "../../engine";
import { addNoise, brightness, contrast, saturation } from "./colour";
import { rotate, shearX, shearY, translateX, translateY } from "./geometric";
import type { NoiseKind } from "./unitNoise";

/** An augmentation whose strength is a number per image, in which it is differentiable. */
export interface AugmentationOperation {
  readonly name: string;
  /** The amount at magnitude 1. */
  readonly limit: number;
  /** Whether the amount is given a random sign per image. */
  readonly signed: boolean;
  /** The noise it needs, drawn anew for every batch. */
  readonly noise?: NoiseKind;
  /** Whether the result is put back between 0 and 1, the range of images. */
  readonly clipped: boolean;
  /**
   * Applies it; amount 0 must be the identity.
   *
   * @param images [n, h, w, c] on [0, 1].
   * @param amount [n].
   * @param noise [n, h, w, c], where `noise` asks for it.
   */
  apply(images: tf.Tensor4D, amount: tf.Tensor1D, noise?: tf.Tensor4D): tf.Tensor4D;
}

const geometric = (name: string, limit: number, apply: AugmentationOperation["apply"]): AugmentationOperation => ({
  name,
  limit,
  signed: true,
  clipped: false,
  apply,
});
const coloured = (name: string, apply: AugmentationOperation["apply"]): AugmentationOperation => ({
  name,
  limit: 0.9,
  signed: true,
  clipped: true,
  apply,
});
const noisy = (name: string, limit: number, noise: NoiseKind): AugmentationOperation => ({
  name,
  limit,
  signed: false,
  clipped: false,
  noise,
  apply: (images, amount, drawn) => addNoise(images, amount, drawn as tf.Tensor4D),
});

/**
 * The differentiable operations by name.
 *
 * Limits of the geometric ones are those of Faster AutoAugment's pool: shear 0.3, translation 0.45 of the side, rotation 30
 * degrees. Colour factors reach from 0.1 to 1.9. Noise has no published limit: 0.2 in standard deviation, 10 in radius (0.18 per
 * value of a CIFAR image).
 */
export const augmentationOperations = {
  shearX: geometric("shearX", 0.3, shearX),
  shearY: geometric("shearY", 0.3, shearY),
  translateX: geometric("translateX", 0.45, translateX),
  translateY: geometric("translateY", 0.45, translateY),
  rotate: geometric("rotate", Math.PI / 6, rotate),
  brightness: coloured("brightness", brightness),
  contrast: coloured("contrast", contrast),
  saturation: coloured("saturation", saturation),
  gaussianNoise: noisy("gaussianNoise", 0.2, "gaussian"),
  sphericalNoise: noisy("sphericalNoise", 10, "sphere"),
} as const satisfies Record<string, AugmentationOperation>;

/** Name of one of {@link augmentationOperations}. */
export type AugmentationName = keyof typeof augmentationOperations;
