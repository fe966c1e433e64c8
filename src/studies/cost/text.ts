/** A network and its batches in words, for names of work: works of equal texts take equal times. */
export interface NetworkText {
  readonly depth: number;
  readonly width: number;
  readonly shape: readonly [height: number, width: number, channels: number];
  readonly outputs: number;
  readonly batchSize: number;
}

/** "ResNet-32 of width 16, 10 logits, 128 images of 32 x 32 x 3". */
export const networkText = ({ depth, width, shape, outputs, batchSize }: NetworkText): string =>
  `ResNet-${depth} of width ${width}, ${outputs} ${outputs === 1 ? "logit" : "logits"}, ${batchSize} images of ${shape.join(" x ")}`;
