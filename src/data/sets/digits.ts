import type { ImageDataset } from "../entry";

/** 1,797 small images of handwritten digits, which come with the project. */
export const digits: ImageDataset = {
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
  note: "No split is official: a fifth of every class is held out to test on, always the same one.",
  shape: [8, 8, 1],
  classNames: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
  // Both parts come from the one file, see digits.ts of the room.
  splits: {
    train: { size: 1438, paths: ["embedded/digits.csv.gz"] },
    test: { size: 359, paths: ["embedded/digits.csv.gz"] },
  },
  embedded: true,
};
