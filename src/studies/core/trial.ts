import { requireJson } from "../../training/checkpoint";
import { stableHash } from "./hash";
import { type Labels, type Study, type TrialConfig } from "./study";

/** One place of a study's grid, with the key that its results go by. */
export interface Trial<Config extends TrialConfig = TrialConfig> {
  /** Hash of study, numerics version, configuration and data. */
  readonly key: string;
  readonly study: string;
  readonly version: number;
  readonly config: Config;
  /** Hash of the data. */
  readonly data: string;
  readonly labels: Labels;
}

/**
 * The trial of a configuration.
 *
 * @param study whose trial it is.
 * @param config the configuration, a record that JSON keeps.
 * @returns the trial; its key is the same on every machine as long as configuration, data and numerics version are.
 * @throws RangeError naming the place of the configuration that JSON does not keep, or a seed that is no integer.
 */
export async function trialOf<Config extends TrialConfig>(
  study: Pick<Study<Config>, "name" | "version" | "labels" | "dataHash">,
  config: Config,
): Promise<Trial<Config>> {
  const { name, version } = study;
  requireJson(config, `study ${name}: config`);
  if (!Number.isInteger(config.seed)) {
    throw new RangeError(`study ${name}: config.seed must be an integer, received ${String(config.seed)}`);
  }
  const data = await study.dataHash(config);
  const key = stableHash({ study: name, version, config, data });
  return { key, study: name, version, config, data, labels: study.labels(config) };
}

/** The labels of a trial in one line: "method=focal prior=0.01 seed=1". */
export function labelText(labels: Labels): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(" ");
}
