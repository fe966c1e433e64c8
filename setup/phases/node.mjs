import { SetupStop } from "../core/stop.mjs";

/**
 * Whether a version of Node serves: 20.19 and later 20s, 22.12 and later 22s, 24 and later. These can `require` ES modules.
 *
 * @param {string} version such as "20.19.0"
 */
export function nodeServes(version) {
  const [major, minor] = version.split(".").map(Number);
  return (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major >= 24;
}

/**
 * @param {NodeJS.Platform} platform
 * @param {string} version
 * @throws {SetupStop} for a Node or a system that the kit does not run on
 */
export function checkNode(platform, version) {
  if (platform === "win32") {
    throw new SetupStop("Windows itself is not supported: clone and run the kit inside WSL 2 (wsl --install)");
  }
  if (!nodeServes(version)) {
    throw new SetupStop(
      `Node must be 20.19 or later, 22.12 or later, or 24 and later; this is ${version} (nodejs.org)`,
    );
  }
}
