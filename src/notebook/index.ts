/** What a cell shows: figures, tables, progress, run cards; and what a notebook asks: its parameters, its assertions. */
export { type Cell } from "./cells";
export { check, type Checks, type NumberCheck } from "./check";
export { Display, inNotebook, type DisplayFunction, type DisplayMessage, type MimeBundle } from "./display";
export { markdown } from "./markdown";
export { mimeBundle, PLOTLY_MIME } from "./mime";
export { parameters, PROFILE_VARIABLE, profiles, type Profile } from "./parameters";
export { duration, progress, type Progress, type ProgressOptions } from "./progress";
export { runCard } from "./runCard";
export { show } from "./show";
export { table, type TableOptions } from "./table";
export { trainingProgress, type TrainingProgress, type TrainingProgressOptions } from "./trainingProgress";
