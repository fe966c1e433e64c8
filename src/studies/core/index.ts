export { byMethod, bySeed, meanCell, pairedBySeed, spread, type BySeed } from "./bySeed";
export { gridOf } from "./grid";
export { dataSetHash, stableHash } from "./hash";
export { type Places } from "./places";
export { type TrialFailure, type TrialRecord } from "./records";
export { rounded } from "./rounded";
export { parseOnly, parseSeeds, type Selection } from "./selection";
export { storedOf } from "./stored";
export {
  type Labels,
  type Outcome,
  type Resources,
  type StoredStudy,
  type StoredTrial,
  type Study,
  type StudyProfile,
  type StudyTable,
  type TableCell,
  type TrialConfig,
  type TrialContext,
} from "./study";
export { labelText, trialOf, type Trial } from "./trial";
