import { autoBalanceAugmentation } from "./autobalance/augmentations";
import { autoBalanceClasses, autoBalanceManyClasses, autoBalanceSplits } from "./autobalance/classes";
import { autoBalanceGroups } from "./autobalance/groups";
import { type Study } from "./core";
import { fBetaResNet } from "./fbeta/study";
import { autoBalanceSearchers } from "./searchers/study";

/** Every study that the kit knows, by the order in which they are listed. A study of one's own is added here with one line. */
export const studies: readonly Study[] = [
  fBetaResNet,
  autoBalanceClasses,
  autoBalanceManyClasses,
  autoBalanceSplits,
  autoBalanceAugmentation,
  autoBalanceGroups,
  autoBalanceSearchers,
];

/**
 * The study of a name.
 *
 * @param name its name, such as "fbeta-resnet".
 * @param among where it is looked for; default: the kit's own studies.
 * @returns the study.
 * @throws RangeError listing the known names when there is none of this name.
 */
export function studyNamed(name: string, among: readonly Study[] = studies): Study {
  const found = among.find((study) => study.name === name);
  if (found) return found;
  const known = among.map((study) => `"${study.name}"`).join(", ");
  throw new RangeError(`there is no study "${name}"; there are: ${known || "none"}`);
}
