import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";

import type { Profile } from "./peers/profile";
import type { Description, Request, Task, Timing } from "./peers/protocol";

/** Milliseconds between two peers' turns. */
const PAUSE = 300;

/** A process that takes training steps when asked. */
export interface Peer {
  readonly name: string;
  time(task: Task): Promise<Timing>;
  profile(task: Task): Promise<Profile>;
  describe(): Promise<Description>;
  stop(): void;
}

/** Starts a peer. Its errors go to the terminal; requests fail when it ends. */
export function startPeer(
  name: string,
  command: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Peer {
  const env = { ...process.env, ...environment };
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"], env });
  const lines = createInterface({ input: child.stdout });
  const ended = Promise.race([once(child, "exit"), once(child, "error")]).then(([code]) => {
    throw new Error(`${name} ended: ${String(code)}`);
  });
  // Without a request under way nobody waits for it.
  ended.catch(() => undefined);
  const ask = async (request: Request): Promise<unknown> => {
    child.stdin.write(`${JSON.stringify(request)}\n`);
    const [line] = (await Promise.race([once(lines, "line"), ended])) as [string];
    return JSON.parse(line);
  };
  return {
    name,
    time: (task) => ask(task) as Promise<Timing>,
    profile: (task) => ask({ profile: task }) as Promise<Profile>,
    describe: () => ask({ describe: true }) as Promise<Description>,
    stop: () => void child.kill(),
  };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export interface Compared {
  readonly peer: string;
  /** Median seconds of one step. */
  readonly seconds: number;
  /** Median over the rounds of the first peer's time divided by this one's in the same round. */
  readonly ratio: number;
  readonly residentBytes: number;
}

/**
 * Times one task on every peer, in turn, round by round, so that what disturbs the machine disturbs all of them.
 *
 * @param peers the first is the one whose time is divided by the others'.
 * @param task what they do.
 * @param options.rounds at least 10 for a number worth quoting.
 * @param options.warmUp requests before the first round, which are not counted.
 */
export async function compare(
  peers: readonly Peer[],
  task: Task,
  { rounds = 10, warmUp = 2 }: { rounds?: number; warmUp?: number } = {},
): Promise<Compared[]> {
  for (const peer of peers) for (let count = 0; count < warmUp; count++) await peer.time(task);
  const timings: Timing[][] = peers.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, peer] of peers.entries()) {
      // Idle threads of the one before go on spinning for a while.
      await setTimeout(PAUSE);
      const timing = await peer.time(task);
      if (!Number.isFinite(timing.loss)) throw new Error(`${peer.name}: the loss is ${timing.loss}`);
      timings[index].push(timing);
    }
  }
  return peers.map((peer, index) => ({
    peer: peer.name,
    seconds: median(timings[index].map(({ seconds }) => seconds)),
    ratio: median(timings[index].map(({ seconds }, round) => timings[0][round].seconds / seconds)),
    residentBytes: timings[index][rounds - 1].residentBytes,
  }));
}
