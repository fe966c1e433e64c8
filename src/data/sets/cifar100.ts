import type { ImageDataset, ImageSplit } from "../entry";

const coarse = [
  "aquatic mammals",
  "fish",
  "flowers",
  "food containers",
  "fruit and vegetables",
  "household electrical devices",
  "household furniture",
  "insects",
  "large carnivores",
  "large man-made outdoor things",
  "large natural outdoor scenes",
  "large omnivores and herbivores",
  "medium mammals",
  "non-insect invertebrates",
  "people",
  "reptiles",
  "small mammals",
  "trees",
  "vehicles 1",
  "vehicles 2",
];

// Ten to a line, so that the place of a name can be found.
const fine = [
  "apple, aquarium fish, baby, bear, beaver, bed, bee, beetle, bicycle, bottle",
  "bowl, boy, bridge, bus, butterfly, camel, can, castle, caterpillar, cattle",
  "chair, chimpanzee, clock, cloud, cockroach, couch, crab, crocodile, cup, dinosaur",
  "dolphin, elephant, flatfish, forest, fox, girl, hamster, house, kangaroo, keyboard",
  "lamp, lawn mower, leopard, lion, lizard, lobster, man, maple tree, motorcycle, mountain",
  "mouse, mushroom, oak tree, orange, orchid, otter, palm tree, pear, pickup truck, pine tree",
  "plain, plate, poppy, porcupine, possum, rabbit, raccoon, ray, road, rocket",
  "rose, sea, seal, shark, shrew, skunk, skyscraper, snail, snake, spider",
  "squirrel, streetcar, sunflower, sweet pepper, table, tank, telephone, television, tiger, tractor",
  "train, trout, tulip, turtle, wardrobe, whale, willow tree, wolf, woman, worm",
].flatMap((line) => line.split(", "));

const test: ImageSplit = { size: 10_000, paths: ["cifar-100-binary/test.bin"] };

/** Small colour images of a hundred classes, which twenty coarse classes hold five each of. */
export const cifar100: ImageDataset = {
  name: "cifar-100",
  title: "CIFAR-100",
  kind: "images",
  format: "cifar",
  files: [
    {
      url: "https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz",
      md5: "03b5dce01913d631647c71ecec9e9cb8",
      bytes: 168_513_733,
      file: "cifar-100-binary.tar.gz",
      archive: { maxBytes: 200_000_000 },
    },
  ],
  licence: "none stated; the authors ask for citation",
  citation: "A. Krizhevsky. Learning Multiple Layers of Features from Tiny Images. Technical report, 2009.",
  shape: [32, 32, 3],
  classNames: fine,
  groups: { coarse },
  splits: { train: { size: 50_000, paths: ["cifar-100-binary/train.bin"] }, test },
};

const IMBALANCE = 50;
const perClass = Array.from({ length: 100 }, (_, label) => Math.floor(500 * IMBALANCE ** (-label / 99)));

/**
 * The long-tailed train part of CIFAR-100 at ratio 50, of which those at larger ratios are a part: for machines that
 * hold it alone (`train_lt_if50.bin`), and the same images from train.bin elsewhere.
 */
export const cifar100LongTailed: ImageDataset = {
  ...cifar100,
  name: "cifar-100-lt50",
  title: "CIFAR-100, long-tailed at ratio 50",
  note:
    "The first floor(500 * 50^(-k/99)) train images of class k, class after class; taken from train.bin, or from " +
    "train_lt_if50.bin where that lies there.",
  splits: {
    train: {
      size: perClass.reduce((sum, count) => sum + count, 0),
      paths: ["cifar-100-binary/train.bin"],
      excerpt: { of: 50_000, perClass, packed: "cifar-100-binary/train_lt_if50.bin" },
    },
    test,
  },
};
