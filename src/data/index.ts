export { imageBatch, type ImageBatchOptions } from "./batches";
export { binaryTask, type BinaryTask, type BinaryTaskOptions } from "./binary";
export { channelStatistics, type ChannelStatistics } from "./channelStatistics";
export { downloadFile, type DownloadOptions } from "./download";
export { epochBatches, type EpochBatches, type EpochBatchesOptions } from "./epochBatches";
export { ArchiveError, ChecksumError, DataUnavailableError, DownloadError } from "./errors";
export { gaussianClouds, type PointSet } from "./gaussianClouds";
export { type Grouping } from "./grouping";
export { indexHash } from "./hash";
export { imagesFromArrays, type ImageArrays } from "./imageArrays";
export { loadImageFolder, type ImageFolderOptions } from "./imageFolder";
export { loadImages, type ImageSet, type LoadImagesOptions } from "./imageSet";
export { fetchDataset, listDatasets, type DatasetSummary, type FetchDatasetOptions } from "./inventory";
export { type CsvSource } from "./ownTable";
export { type DownloadProgress, type ProgressListener } from "./progress";
export {
  dataset,
  datasets,
  type Column,
  type DataFile,
  type Dataset,
  type GroupColumn,
  type ImageDataset,
  type ImageFormat,
  type ImageSplit,
  type Split,
  type TableFile,
  type TabularDataset,
} from "./registry";
export { sphericalCopies } from "./sphericalCopies";
export { stratifiedSplit, type StratifiedSplitOptions, type Subset } from "./split";
export { tableBatch } from "./tableBatch";
export { loadTabular, type LoadTabularOptions, type TabularSet } from "./tabular";
export { type NumberFit } from "./tableFeatures";
export { type ResizeOptions } from "./decode";
export { unpack, type UnpackOptions } from "./unpack";

export { bilinearSample } from "./augmentation/bilinear";
export { addNoise, brightness, contrast, saturation } from "./augmentation/colour";
export { cropImages, drawCrops, horizontalFlip, randomCrop, type CropOptions, type Crops } from "./augmentation/crops";
export { cutout, type CutoutOptions } from "./augmentation/cutout";
export { rotate, shearX, shearY, translateX, translateY } from "./augmentation/geometric";
export { mixup, type Mixed, type MixupOptions } from "./augmentation/mixup";
export { augmentationOperations, type AugmentationName, type AugmentationOperation } from "./augmentation/operations";
export {
  personalizedAugmentation,
  type AugmentationDraw,
  type PersonalizedAugmentation,
  type PersonalizedAugmentationOptions,
  type Reparametrization,
} from "./augmentation/personalized";
export { relaxedBernoulli, type RelaxedBernoulliOptions } from "./augmentation/relaxedBernoulli";
export { standardizeImages } from "./augmentation/standardizeImages";
export { stepRandom, type StepRandom, type StepRandomState } from "./augmentation/stepRandom";
export { unitNoise, type NoiseKind } from "./augmentation/unitNoise";
export { autoBalanceSplit, type AutoBalanceSplit, type AutoBalanceSplitOptions } from "./builders/autoBalanceSplit";
export { balancedSplit } from "./builders/balancedSplit";
export { binaryTasks, type BinaryTasksOptions, type NamedBinaryTask } from "./builders/binaryTasks";
export { type CellCounts } from "./builders/cells";
export {
  asymmetricNoise,
  CIFAR10_FLIPS,
  labelNoise,
  pairNoise,
  symmetricNoise,
  type NoisyLabels,
} from "./builders/labelNoise";
export { longTailed, withCounts, type LongTailedOptions } from "./builders/longTailed";
export {
  colourBackground,
  colourFrame,
  colourObject,
  GROUP_COLOURS,
  paintGroups,
  type Colour,
  type Painter,
} from "./builders/paintGroups";
export { longTailedCounts, type Profile, type ProfileOptions, type Rounding } from "./builders/profiles";
export {
  spuriousGroups,
  withCellCounts,
  type GroupedSubset,
  type SpuriousGroupsOptions,
} from "./builders/spuriousGroups";
export {
  testShift,
  testShifts,
  type ShiftDirection,
  type ShiftedTest,
  type TestShiftOptions,
} from "./builders/testShift";
export { THREE_SQUARES, unitSquares, unitSquaresGrid, type Corner, type PlanarPoints } from "./builders/unitSquares";
export {
  classBalancedSampler,
  effectiveNumber,
  effectiveNumberSampler,
  powerSampler,
  squareRootSampler,
  type ClassSamplerOptions,
} from "./sampling/classSamplers";
export { groupBalancedSampler, type GroupBalancedSamplerOptions } from "./sampling/groupBalancedSampler";
export { shuffledSampler, stratifiedSampler, type PlainSamplerOptions } from "./sampling/plainSamplers";
export { type Sampler, type SamplerState } from "./sampling/sampler";
export { type DrawOptions } from "./sampling/strata";
