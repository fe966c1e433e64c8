/** Run by `surveyOfPlainTfjs` as a process of its own: prints the survey of tfjs without the engine's repairs, as JSON. */
import { plainSurvey } from "./survey";

if (require.main === module) process.stdout.write(JSON.stringify(plainSurvey()));
