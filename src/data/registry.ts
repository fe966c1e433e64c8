import { resolve } from "node:path";

/** The parts that a data set is published in. */
export type Split = "train" | "test";

/** A file as its publisher offers it. */
export interface DataFile {
  /** Where the publisher offers it. */
  readonly url: string;
  /** MD5 sum of the whole file, 32 hexadecimal digits: no file is used before its sum agrees. */
  readonly md5: string;
  /** Size in bytes, where it is known. */
  readonly bytes?: number;
  /** Where it lies, relative to the data folder. */
  readonly file: string;
  /** Given where the file is a tar archive that holds what the splits name. */
  readonly archive?: {
    /** Most bytes that unpacking may write. */
    readonly maxBytes: number;
  };
}

/**
 * How the files of an image set are read: `idx` as MNIST's, `cifar` as the binary version of CIFAR, `digits` as the
 * embedded CSV.
 */
export type ImageFormat = "idx" | "cifar" | "digits";

/** All that is known of one image data set: where it comes from, under which terms, and how it is read. */
export interface ImageDataset {
  readonly name: string;
  readonly title: string;
  readonly kind: "images";
  readonly format: ImageFormat;
  readonly files: readonly DataFile[];
  readonly licence: string;
  readonly citation: string;
  /** Height, width and channels of one image. */
  readonly shape: readonly [height: number, width: number, channels: number];
  /** Name of class k at position k. */
  readonly classNames: readonly string[];
  /** Per split the number of images, and the files that hold them, relative to the data folder, in reading order. */
  readonly splits: Readonly<Record<Split, { readonly size: number; readonly paths: readonly string[] }>>;
  /** True where the files come with this project: they are never downloaded, and lie in its own `data` folder. */
  readonly embedded?: boolean;
}

/** The project's own folder, found from this module, so that it does not depend on where a process was started. */
export const projectRoot = resolve(__dirname, "..", "..");

/** Where data sets are kept unless a caller names another folder: `data/cache` of the project. */
export const defaultFolder = resolve(projectRoot, "data", "cache");

const fashionAddress = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com";

function fashionFile(name: string, md5: string, bytes: number): DataFile {
  return { url: `${fashionAddress}/${name}`, md5, bytes, file: `fashion-mnist/${name}` };
}

const digits: ImageDataset = {
  name: "digits",
  title: "Optical recognition of handwritten digits",
  kind: "images",
  format: "digits",
  files: [
    {
      url: "https://raw.githubusercontent.com/scikit-learn/scikit-learn/1.5.2/sklearn/datasets/data/digits.csv.gz",
      md5: "9b335364a7bfd63947c7480a5bd51f2d",
      bytes: 57_523,
      file: "embedded/digits.csv.gz",
    },
  ],
  licence: "CC BY 4.0",
  citation:
    "E. Alpaydin and C. Kaynak. Optical Recognition of Handwritten Digits. UCI Machine Learning Repository, 1998. " +
    "https://doi.org/10.24432/C50P49. The test part, as packaged by scikit-learn.",
  shape: [8, 8, 1],
  classNames: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
  // No split of these 1,797 images is official: both parts come from the one file, see digits.ts.
  splits: {
    train: { size: 1438, paths: ["embedded/digits.csv.gz"] },
    test: { size: 359, paths: ["embedded/digits.csv.gz"] },
  },
  embedded: true,
};

const fashionMnist: ImageDataset = {
  name: "fashion-mnist",
  title: "Fashion-MNIST",
  kind: "images",
  format: "idx",
  files: [
    fashionFile("train-images-idx3-ubyte.gz", "8d4fb7e6c68d591d4c3dfef9ec88bf0d", 26_421_880),
    fashionFile("train-labels-idx1-ubyte.gz", "25c81989df183df01b3e8a0aad5dffbe", 29_515),
    fashionFile("t10k-images-idx3-ubyte.gz", "bef4ecab320f06d8554ea6380940ec79", 4_422_102),
    fashionFile("t10k-labels-idx1-ubyte.gz", "bb300cfdad3c16e7a12a480ee83cd310", 5_148),
  ],
  licence: "MIT",
  citation:
    "H. Xiao, K. Rasul and R. Vollgraf. Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine Learning " +
    "Algorithms. arXiv:1708.07747, 2017.",
  shape: [28, 28, 1],
  classNames: [
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
  ],
  splits: {
    train: {
      size: 60_000,
      paths: ["fashion-mnist/train-images-idx3-ubyte.gz", "fashion-mnist/train-labels-idx1-ubyte.gz"],
    },
    test: {
      size: 10_000,
      paths: ["fashion-mnist/t10k-images-idx3-ubyte.gz", "fashion-mnist/t10k-labels-idx1-ubyte.gz"],
    },
  },
};

const cifar10: ImageDataset = {
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

/** Every image data set that the kit can read, the embedded one first. */
export const datasets: readonly ImageDataset[] = [digits, fashionMnist, cifar10];

/**
 * The registry entry of a data set.
 *
 * @param name its name, such as `"fashion-mnist"`.
 * @returns the entry.
 * @throws RangeError naming the known sets when there is none of this name.
 */
export function dataset(name: string): ImageDataset {
  const entry = datasets.find((candidate) => candidate.name === name);
  if (!entry) {
    const known = datasets.map((candidate) => `"${candidate.name}"`).join(", ");
    throw new RangeError(`data: no data set is called ${JSON.stringify(name)}; known are ${known}`);
  }
  return entry;
}
