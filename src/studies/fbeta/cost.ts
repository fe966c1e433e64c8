import { dataset, stratifiedSampler, type ImageDataset } from "../../data";
import { resNet } from "../../models";
import { imageBatches, sgd, type Loss } from "../../training";
import { networkText, noiseImages, noiseStatistics, repeatSteps, type Work } from "../cost";
import { type FBetaConfig } from "./config";
import { fBetaLoss } from "./losses";

/**
 * What a trial does: training steps, as many at every learning rate.
 *
 * A step is measured with cross-entropy and momentum SGD: beside the network, a loss of some hundred logits takes no time that counts.
 * Looking at validation and test images is left out: in the full profile it is a forward pass for every 38 images trained on, about 1 %.
 *
 * @param config of the trial.
 * @returns one kind of work.
 */
export function fBetaCost(config: FBetaConfig): Work[] {
  const { depth, width, imageSize, batchSize, minPositives, steps, learningRates, crop } = config;
  const [height, breadth, channels] = (dataset(config.dataset) as ImageDataset).shape;
  const network = networkText({ depth, width, shape: [...imageSize, channels], outputs: 1, batchSize });
  const prepare = () => {
    const set = noiseImages({ shape: [height, breadth, channels], classes: 2 });
    const sampler = stratifiedSampler({ labels: set.labels, batchSize, minPositives, seed: 1 });
    const standardize = noiseStatistics(channels);
    const loss = fBetaLoss("bce").make({
      ...{ beta: 1, prior: 0.5, samplingPrior: 0.5, options: {} },
      weight: () => 1,
    });
    return {
      model: resNet({ depth, width, inputShape: [...imageSize, channels], outputs: 1, seed: 1 }),
      optimizer: sgd({ learningRate: 1e-4, momentum: 0.9, weightDecay: config.weightDecay }),
      loss: ((logits, labels) => loss(logits, labels)) as Loss,
      batch: imageBatches({
        ...{ set, sampler, augmentationSeed: 1, size: imageSize, standardize },
        ...(crop && { crop }),
      }),
    };
  };
  return [
    {
      name: `training step: ${network}`,
      images: batchSize,
      times: steps * learningRates.length,
      repeat: (tell, signal) => repeatSteps(prepare, tell, signal),
    },
  ];
}
