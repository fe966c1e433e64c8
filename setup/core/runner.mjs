import { stampsOf } from "./kit.mjs";
import { readStamp, removeStamp, stampMatches, writeStamp } from "./stamps.mjs";

/**
 * One step of set-up.
 *
 * @typedef {object} Phase
 * @property {string} name of its stamp
 * @property {string} title what it does, for the line that is printed
 * @property {(kit: Kit, stamp: unknown) => unknown} key what its result depends on, as plain JSON; given the stamp as it stands
 * @property {(kit: Kit) => boolean} intact whether what it made is still there
 * @property {(kit: Kit) => void} [check] stops where something it needs is missing, before any phase has begun
 * @property {(kit: Kit, key: any) => Promise<void> | void} run makes it, from whatever an interrupted run left
 *
 * @typedef {import("./kit.mjs").Kit} Kit
 */

/**
 * Whether a phase has nothing to do.
 *
 * @param {Phase} phase
 * @param {Kit} kit
 */
export function isDone(phase, kit) {
  const stamp = readStamp(stampsOf(kit), phase.name);
  return stampMatches(stamp, phase.key(kit, stamp)) && phase.intact(kit);
}

/**
 * Carries a phase out where it has something to do: one line that says what, and how long it took.
 *
 * @param {Phase} phase
 * @param {Kit} kit
 */
export async function carryOut(phase, kit) {
  if (isDone(phase, kit)) return;
  const stamps = stampsOf(kit);
  const stamp = readStamp(stamps, phase.name);
  const key = phase.key(kit, stamp);
  removeStamp(stamps, phase.name);
  const start = performance.now();
  kit.output.write(`set-up: ${phase.title} ... `);
  try {
    await phase.run(kit, key);
  } catch (error) {
    kit.output.write("stopped\n");
    throw error;
  }
  writeStamp(stamps, phase.name, phase.key(kit, key));
  kit.output.write(`${((performance.now() - start) / 1000).toFixed(1)} s\n`);
}
