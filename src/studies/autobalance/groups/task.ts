import {
  channelStatistics,
  colourBackground,
  imageBatch,
  loadImages,
  loadTabular,
  paintGroups,
  spuriousGroups,
  stratifiedSplit,
  tableBatch,
  type ImageSet,
  type TabularSet,
} from "../../../data";
import { type tf } from "../../../engine";
import { mlp, resNet, type Model } from "../../../models";
import { type GroupConfig } from "./settings";

/** Two classes, two groups. */
export const CLASSES = 2;
export const GROUPS = 2;

/** Samples with a class and a group each. */
export interface Samples {
  readonly labels: Int32Array;
  readonly groups: Int32Array;
  readonly inputs: (indices: ArrayLike<number>) => tf.Tensor;
}

/** The data and the network of a trial: the same for all methods of a seed. */
export interface GroupTask {
  readonly development: Samples;
  /** Positions in `development`. */
  readonly train: Int32Array;
  readonly validation: Int32Array;
  readonly test: Samples;
  readonly tested: Int32Array;
  readonly newModel: () => Model;
}

/**
 * Makes the task of a configuration.
 *
 * - fashion-mnist: pullover against coat, most of each class before a colour of its own; the test images have all four cells alike.
 * - adult: income, with sex as the group, which the network does not see (relationship tells much of it); the official test part.
 * - compas: recidivism within two years, with race as the group, which the network does not see; the two most frequent races alone.
 * - waterbirds: its own parts; the cells of the validation part come alike, those of the train part do not.
 *
 * @param config see {@link GroupConfig}.
 * @returns see {@link GroupTask}.
 * @throws DataUnavailableError when the data are not there.
 */
export function groupTask(config: GroupConfig): Promise<GroupTask> {
  switch (config.dataset) {
    case "fashion-mnist":
      return fashion(config);
    case "adult":
      return table(config, { exclude: ["sex"], group: "sex" });
    case "compas":
      return table(config, { exclude: ["race"], group: "race" });
    case "waterbirds":
      return waterbirds(config);
  }
}

const PULLOVER = 2;
const COAT = 4;
const TEST_PER_CELL = 500;

async function fashion(config: GroupConfig): Promise<GroupTask> {
  const { seed, perClass, correlation } = config;
  const [set, testSet] = await Promise.all([
    loadImages("fashion-mnist"),
    loadImages("fashion-mnist", { split: "test" }),
  ]);
  const own = Math.round(perClass * correlation);
  const development = painted(set, own, perClass - own, config);
  const test = painted(testSet, TEST_PER_CELL, TEST_PER_CELL, config);
  const parts = splitByCell(development, allOf(development), config);
  const look = {
    size: [config.imageSize, config.imageSize] as const,
    standardize: channelStatistics(development.images, parts.train),
  };
  const samples = ({ labels, groups, images }: ReturnType<typeof painted>): Samples => ({
    labels,
    groups,
    inputs: (indices) => imageBatch(images, indices, look),
  });
  const { depth, width } = config;
  return {
    development: samples(development),
    ...parts,
    test: samples(test),
    tested: allOf(test),
    newModel: () => resNet({ depth, width, inputShape: [...look.size, 3], outputs: CLASSES, seed }),
  };
}

/** Pullovers as class 0 and coats as class 1: `own` of each in front of the colour of its class, `other` in front of the other's. */
function painted(set: ImageSet, own: number, other: number, { seed, noise }: GroupConfig) {
  const labels = Int32Array.from(set.labels, (label) => Number(label === COAT));
  const indices = allOf(set).filter((index) => set.labels[index] === PULLOVER || set.labels[index] === COAT);
  const counts = [
    [own, other],
    [other, own],
  ];
  const drawn = spuriousGroups({ labels, counts, indices, seed });
  const images = paintGroups(set, drawn, colourBackground(undefined, { noise, seed }));
  return { labels: drawn.labels, groups: drawn.groups, images };
}

async function table(
  config: GroupConfig,
  { exclude, group }: { exclude: readonly string[]; group: string },
): Promise<GroupTask> {
  const { seed, dataset, width } = config;
  const set = await loadTabular({ name: dataset, exclude, validationShare: 0 });
  if (!set.splits.test) throw new Error(`the table ${dataset} has no test part`);
  const { groups, isKept } = twoGroups(set, group);
  const samples: Samples = { labels: set.labels, groups, inputs: (indices) => tableBatch(set, indices) };
  return {
    development: samples,
    ...splitByCell(samples, set.splits.train.indices.filter(isKept), config),
    test: samples,
    tested: set.splits.test.indices.filter(isKept),
    newModel: () => mlp({ inputShape: set.columns.length, hidden: [width], outputs: CLASSES, seed }),
  };
}

/** The two most frequent groups, the more frequent first, and which rows belong to them. */
function twoGroups(set: TabularSet, name: string) {
  const { labels, names } = set.groups[name];
  const counts = names.map((_, group) => labels.reduce((sum, label) => sum + Number(label === group), 0));
  const [first, second] = names.map((_, group) => group).sort((a, b) => counts[b] - counts[a]);
  return {
    groups: Int32Array.from(labels, (label) => Number(label === second)),
    isKept: (index: number) => labels[index] === first || labels[index] === second,
  };
}

async function waterbirds(config: GroupConfig): Promise<GroupTask> {
  const { seed, depth, width, imageSize } = config;
  const sets = await Promise.all(
    (["train", "validation", "test"] as const).map((split) => loadImages("waterbirds", { split })),
  );
  const groupsOf = (set: ImageSet) => Int32Array.from(set.groups!.place.labels);
  const [train, validation, test] = sets;
  const size = [imageSize, imageSize] as const;
  const look = { size, standardize: channelStatistics(train, allOf(train)) };
  const both = joined(train, validation);
  const development: Samples = {
    labels: Int32Array.from(both.labels),
    groups: Int32Array.from([...groupsOf(train), ...groupsOf(validation)]),
    inputs: (indices) => imageBatch(both, indices, look),
  };
  const all = allOf(development);
  return {
    development,
    train: all.filter((index) => index < train.size),
    validation: all.filter((index) => index >= train.size),
    test: {
      labels: Int32Array.from(test.labels),
      groups: groupsOf(test),
      inputs: (indices) => imageBatch(test, indices, look),
    },
    tested: allOf(test),
    newModel: () => resNet({ depth, width, inputShape: [...size, 3], outputs: CLASSES, seed }),
  };
}

/** Two sets as one. */
function joined(first: ImageSet, second: ImageSet): ImageSet {
  const images = new Uint8Array(first.images.length + second.images.length);
  images.set(first.images);
  images.set(second.images, first.images.length);
  const labels = Int32Array.from([...first.labels, ...second.labels]);
  return { ...first, images, labels, size: first.size + second.size };
}

const allOf = ({ labels }: { readonly labels: ArrayLike<number> }) =>
  Int32Array.from({ length: labels.length }, (_, index) => index);

/** Train and validation part, each with the cells in the proportions of the whole. */
function splitByCell(
  { labels, groups }: Pick<Samples, "labels" | "groups">,
  indices: Int32Array,
  { validationShare, seed }: GroupConfig,
) {
  const cells = labels.map((label, index) => label * GROUPS + groups[index]);
  const { train, validation } = stratifiedSplit({ labels: cells, share: validationShare, seed, indices });
  return { train: train.indices, validation: validation.indices };
}

/** Samples per class and group, [K][G]. */
export function cellCounts({ labels, groups }: Samples, indices: Int32Array): number[][] {
  const counts = Array.from({ length: CLASSES }, () => new Array<number>(GROUPS).fill(0));
  for (const index of indices) counts[labels[index]][groups[index]]++;
  return counts;
}
