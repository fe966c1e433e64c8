import { resolve } from "node:path";

import { adult } from "./sets/adult";
import { bankMarketing } from "./sets/bankMarketing";
import { cifar10 } from "./sets/cifar10";
import { cifar100, cifar100LongTailed } from "./sets/cifar100";
import { compas } from "./sets/compas";
import { digits } from "./sets/digits";
import { fashionMnist, mnist } from "./sets/mnist";
import { mammography, oilSpill, phoneme } from "./sets/rareEvents";
import { waterbirds } from "./sets/waterbirds";
import type { Dataset } from "./entry";

export type {
  Column,
  DataFile,
  Dataset,
  GroupColumn,
  ImageDataset,
  ImageFormat,
  ImageSplit,
  Split,
  TableFile,
  TabularDataset,
} from "./entry";

/** The project's own folder, found from this module, so that it does not depend on where a process was started. */
export const projectRoot = resolve(__dirname, "..", "..");

/** Where data sets are kept unless a caller names another folder: `data/cache` of the project. */
export const defaultFolder = resolve(projectRoot, "data", "cache");

/** Every data set that the kit knows: images first, the embedded ones before all, then tables. */
export const datasets: readonly Dataset[] = [
  digits,
  mnist,
  fashionMnist,
  cifar10,
  cifar100,
  cifar100LongTailed,
  waterbirds,
  adult,
  compas,
  bankMarketing,
  mammography,
  oilSpill,
  phoneme,
];

/**
 * The registry entry of a data set.
 *
 * @param name its name, such as `"fashion-mnist"`.
 * @returns the entry.
 * @throws RangeError naming the known sets when there is none of this name.
 */
export function dataset(name: string): Dataset {
  const entry = datasets.find((candidate) => candidate.name === name);
  if (!entry) {
    const known = datasets.map((candidate) => `"${candidate.name}"`).join(", ");
    throw new RangeError(`data: no data set is called ${JSON.stringify(name)}; known are ${known}`);
  }
  return entry;
}
