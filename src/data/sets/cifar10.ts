import type { ImageDataset } from "../entry";

/** Small colour images of ten classes. */
export const cifar10: ImageDataset = {
  name: "cifar-10",
  title: "CIFAR-10",
  kind: "images",
  format: "cifar",
  files: [
    {
      url: "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
      md5: "c32a1d4ab5d03f1284b67883e8d87530",
      bytes: 170_052_171,
      file: "cifar-10-binary.tar.gz",
      archive: { maxBytes: 200_000_000 },
    },
  ],
  licence: "none stated; the authors ask for citation",
  citation: "A. Krizhevsky. Learning Multiple Layers of Features from Tiny Images. Technical report, 2009.",
  shape: [32, 32, 3],
  classNames: ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"],
  splits: {
    train: {
      size: 50_000,
      paths: [1, 2, 3, 4, 5].map((batch) => `cifar-10-batches-bin/data_batch_${batch}.bin`),
    },
    test: { size: 10_000, paths: ["cifar-10-batches-bin/test_batch.bin"] },
  },
};
