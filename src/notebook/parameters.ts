/** How much of a study is run: a minute's check, what a laptop does, what the paper did. */
export const profiles = ["smoke", "laptop", "paper"] as const;

/** A profile by its name. */
export type Profile = (typeof profiles)[number];

/** The variable that chooses the profile. */
export const PROFILE_VARIABLE = "COUNTERWEIGHT_PROFILE";

/**
 * The parameters of a notebook in the profile at hand.
 *
 * @param byProfile the values of each profile; every profile has the same names.
 * @param environment where COUNTERWEIGHT_PROFILE is read; by default that of the process. Unset or empty, it is "laptop".
 * @returns the values of the chosen profile, with its name as `profile`.
 * @throws RangeError when the variable names no profile or a profile's values are missing.
 */
export function parameters<T extends object>(
  byProfile: Readonly<Record<Profile, T>>,
  environment: NodeJS.ProcessEnv = process.env,
): T & { profile: Profile } {
  const accepted = profiles.map((name) => `"${name}"`).join(", ");
  const missing = profiles.find((name) => typeof byProfile[name] !== "object" || byProfile[name] === null);
  if (missing) throw new RangeError(`parameters: values are needed for ${accepted}, received none for "${missing}"`);
  const asked = environment[PROFILE_VARIABLE] || "laptop";
  const profile = profiles.find((name) => name === asked);
  if (profile === undefined)
    throw new RangeError(`${PROFILE_VARIABLE} must be one of ${accepted}, received "${asked}"`);
  return { ...byProfile[profile], profile };
}
