import type { DataFile, ImageDataset, ImageSplit } from "../entry";

/** A name of one of the four files, with its MD5 sum and its size in bytes. */
type Source = readonly [name: string, md5: string, bytes: number];

function filesOf(folder: string, address: string, sources: readonly Source[]): DataFile[] {
  return sources.map(([name, md5, bytes]) => ({ url: `${address}/${name}`, md5, bytes, file: `${folder}/${name}` }));
}

function splitsOf(folder: string): { train: ImageSplit; test: ImageSplit } {
  const paths = (part: string) => [`${folder}/${part}-images-idx3-ubyte.gz`, `${folder}/${part}-labels-idx1-ubyte.gz`];
  return { train: { size: 60_000, paths: paths("train") }, test: { size: 10_000, paths: paths("t10k") } };
}

/** Handwritten digits. The address is the mirror that torchvision uses: the publisher's own site answers no more. */
export const mnist: ImageDataset = {
  name: "mnist",
  title: "MNIST",
  kind: "images",
  format: "idx",
  // Sums as in torchvision, sizes as on the publisher's page.
  files: filesOf("mnist", "https://ossci-datasets.s3.amazonaws.com/mnist", [
    ["train-images-idx3-ubyte.gz", "f68b3c2dcbeaaa9fbdd348bbdeb94873", 9_912_422],
    ["train-labels-idx1-ubyte.gz", "d53e105ee54ea40749a09fcbcd1e9432", 28_881],
    ["t10k-images-idx3-ubyte.gz", "9fb629c4189551a2d022fa330f9573f3", 1_648_877],
    ["t10k-labels-idx1-ubyte.gz", "ec29112dd5afa0611ce80d1b7f02629c", 4_542],
  ]),
  licence: "CC BY-SA 3.0, as the Keras documentation states it",
  citation:
    "Y. LeCun, L. Bottou, Y. Bengio and P. Haffner. Gradient-Based Learning Applied to Document Recognition. " +
    "Proceedings of the IEEE 86(11), 1998.",
  shape: [28, 28, 1],
  classNames: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
  splits: splitsOf("mnist"),
};

/** Pictures of clothing, in the form of MNIST. */
export const fashionMnist: ImageDataset = {
  name: "fashion-mnist",
  title: "Fashion-MNIST",
  kind: "images",
  format: "idx",
  files: filesOf("fashion-mnist", "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com", [
    ["train-images-idx3-ubyte.gz", "8d4fb7e6c68d591d4c3dfef9ec88bf0d", 26_421_880],
    ["train-labels-idx1-ubyte.gz", "25c81989df183df01b3e8a0aad5dffbe", 29_515],
    ["t10k-images-idx3-ubyte.gz", "bef4ecab320f06d8554ea6380940ec79", 4_422_102],
    ["t10k-labels-idx1-ubyte.gz", "bb300cfdad3c16e7a12a480ee83cd310", 5_148],
  ]),
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
  splits: splitsOf("fashion-mnist"),
};
