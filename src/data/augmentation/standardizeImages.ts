import { tf } from "../../engine";
import type { ChannelStatistics } from "../channelStatistics";
import { checkImages } from "./images";

/**
 * Standardises images that are tensors already: (x - mean) / std per channel.
 *
 * For images that come from an image set without further ado, the option `standardize` of `imageBatch` does it on the way.
 *
 * @param images [n, h, w, c] on [0, 1].
 * @param statistics one finite mean and one positive std per channel, as from `channelStatistics`.
 * @returns [n, h, w, c], owned by the caller; differentiable in the images.
 * @throws RangeError when the statistics do not fit the channels.
 */
export function standardizeImages(images: tf.Tensor4D, { mean, std }: ChannelStatistics): tf.Tensor4D {
  const channels = checkImages("standardizeImages", images)[3];
  const fits = mean.length === channels && std.length === channels;
  if (!fits || !mean.every(Number.isFinite) || !std.every((s) => s > 0 && s < Infinity)) {
    throw new RangeError(
      `standardizeImages: ${channels} finite means and positive stds are needed, ` +
        `received mean [${mean.join(", ")}] and std [${std.join(", ")}]`,
    );
  }
  return tf.tidy(() => tf.div(tf.sub(images, tf.tensor1d([...mean])), tf.tensor1d([...std])));
}
