import { join } from "node:path";

/** The project's root folder, two levels above this file in `src` and in `dist` alike. */
export const PROJECT_ROOT = join(__dirname, "..", "..");
