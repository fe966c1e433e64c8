import { setTimeout as delay } from "node:timers/promises";

/** Waits so many milliseconds; throws the signal's own reason when aborted. */
export async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, { signal }).catch((error: unknown) => {
    signal?.throwIfAborted();
    throw error;
  });
}
