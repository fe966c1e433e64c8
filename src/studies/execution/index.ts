export { devices, driverAnswer, requireDevice, type Device } from "./device";
export { lastAsked, makePlan, type Plan } from "./plan";
export { type PoolObserver, type ProgressMessage } from "./pool";
export { collect, runStudy, type StudyRun } from "./runStudy";
export { runTrial } from "./runTrial";
export { resourcesOf, slotsOf, thisMachine, type Slot } from "./slots";
export { studyStatus, type StudyStatus, type TrialState } from "./state";
