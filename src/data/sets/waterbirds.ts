import type { ImageDataset } from "../entry";

const metadata = "waterbird_complete95_forest2water2/metadata.csv";

/** Birds of land and water before backgrounds of land and water, 95 % of which agree in the train part. */
export const waterbirds: ImageDataset = {
  name: "waterbirds",
  title: "Waterbirds",
  kind: "images",
  format: "waterbirds",
  files: [
    {
      url: "https://nlp.stanford.edu/data/dro/waterbird_complete95_forest2water2.tar.gz",
      guard:
        "no checksum is published: the archive's own, the number of rows of metadata.csv in every part and the decoding of every image",
      file: "waterbird_complete95_forest2water2.tar.gz",
      archive: { maxBytes: 2_000_000_000 },
    },
  ],
  licence: "research only, under the terms of CUB-200-2011 and Places",
  citation:
    "S. Sagawa, P. W. Koh, T. B. Hashimoto and P. Liang. Distributionally Robust Neural Networks for Group Shifts: On " +
    "the Importance of Regularization for Worst-Case Generalization. ICLR 2020. Made from CUB-200-2011 (Wah et al., " +
    "2011) and Places (Zhou et al., 2017).",
  note: "In the validation and the test part, birds of either class stand before both backgrounds alike.",
  shape: [224, 224, 3],
  classNames: ["landbird", "waterbird"],
  groups: { place: ["land", "water"] },
  splits: {
    train: { size: 4_795, paths: [metadata] },
    validation: { size: 1_199, paths: [metadata] },
    test: { size: 5_794, paths: [metadata] },
  },
};
