import { contentOf } from "../core/files.mjs";

/**
 * @typedef {object} Counts
 * @property {number} passed
 * @property {number} failed
 */

/**
 * What a suite that counts for itself has shown: the counts it wrote, and one failure more where it ended badly without having
 * counted one, or where nothing ran at all.
 *
 * @param {string} path file with the counts as JSON, which a suite that died early never wrote
 * @param {number} code its exit code
 * @returns {Counts}
 */
export function countsOf(path, code) {
  const { passed, failed } = read(path);
  const untold = failed === 0 && (code !== 0 || passed === 0);
  return { passed, failed: failed + (untold ? 1 : 0) };
}

/**
 * One line per suite, and the sum on a line of its own at the end.
 *
 * @param {readonly (Counts & { name: string, seconds: string })[]} results
 */
export function summary(results) {
  const lines = results.map(({ name, passed, failed, seconds }) => {
    return `   ${name.padEnd(10)} passed ${String(passed).padStart(4)}   failed ${String(failed).padStart(3)}   ${seconds} s`;
  });
  const sum = (/** @type {"passed" | "failed"} */ key) => results.reduce((total, counts) => total + counts[key], 0);
  return ["\n== all", ...lines, `${sum("passed")} passed, ${sum("failed")} failed`].join("\n");
}

/**
 * @param {string} path
 * @returns {Counts}
 */
function read(path) {
  try {
    const { passed, failed } = JSON.parse(contentOf(path)?.toString() ?? "");
    if (Number.isInteger(passed) && Number.isInteger(failed)) return { passed, failed };
  } catch {
    // No counts: the suite died before it wrote them.
  }
  return { passed: 0, failed: 0 };
}
