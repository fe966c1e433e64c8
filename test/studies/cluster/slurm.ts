import { execFileSync, spawn, spawnSync, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** Jobs that Snakemake starts look here, whatever the environment says. */
const CONFIGURATION = "/etc/slurm/slurm.conf";
const MARK = "# Two nodes on one machine, for the tests of Counterweight.";

/** A Slurm with the nodes n1 and n2, both on this machine. */
export interface Slurm {
  /** Kills a node's daemon and all processes of its jobs, as the loss of a machine does. */
  loseNode(name: string): void;
  /** Starts the daemon of a node again. */
  startNode(name: string): void;
  stop(): Promise<void>;
}

/** Why no Slurm can be started here; undefined where one can. */
export function whyNoSlurm(): string | undefined {
  const missing = ["slurmctld", "slurmd", "sbatch", "munged"].filter((name) => spawnSync("which", [name]).status !== 0);
  if (missing.length > 0) return `${missing.join(", ")} missing: apt-get install slurmctld slurmd slurm-client munge`;
  if (process.getuid?.() !== 0) return "root is needed";
  if (existsSync(CONFIGURATION) && !readFileSync(CONFIGURATION, "utf8").startsWith(MARK)) {
    return `${CONFIGURATION} is somebody else's`;
  }
  return undefined;
}

/** Starts a Slurm and waits until both nodes take jobs. */
export async function startSlurm(): Promise<Slurm> {
  const folder = mkdtempSync(join(tmpdir(), "counterweight-slurm-"));
  mkdirSync("/etc/slurm", { recursive: true });
  writeFileSync(CONFIGURATION, configuration(folder));
  const munge = spawnSync("pgrep", ["-x", "munged"]).status === 0 ? undefined : startMunge();
  const log = openSync(join(folder, "daemons.log"), "a");
  const start = (command: string, words: string[]) => spawn(command, words, { stdio: ["ignore", log, log] });
  const controller = start("slurmctld", ["-D", "-c"]);
  const nodes = new Map<string, ChildProcess>();
  const startNode = (name: string) => void nodes.set(name, start("slurmd", ["-D", "-N", name]));
  ["n1", "n2"].forEach(startNode);
  await until("both nodes are idle", () => nodeStates().filter((state) => state === "idle").length === 2);
  return {
    loseNode(name) {
      // The daemon first, then those of the job steps: none of them tells the controller how a job has ended.
      nodes.get(name)?.kill("SIGKILL");
      for (const pid of processesOf(name)) kill(pid);
    },
    startNode,
    async stop() {
      for (const name of nodes.keys()) for (const pid of processesOf(name)) kill(pid);
      for (const daemon of [...nodes.values(), controller, munge]) daemon?.kill("SIGKILL");
      await delay(500);
      rmSync(CONFIGURATION, { force: true });
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export const nodeStates = (): string[] => lines("sinfo", ["-h", "-N", "-o", "%t"]);

/** Jobs that are queued or run. */
export const queue = (): string[] => lines("squeue", ["-h", "-o", "%i %T %N"]);

export async function until(what: string, holds: () => boolean, seconds = 180): Promise<void> {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await delay(250)) if (holds()) return;
  throw new Error(`waited ${seconds} s in vain until ${what}`);
}

function lines(command: string, words: string[]): string[] {
  const { stdout } = spawnSync(command, words, { encoding: "utf8" });
  return (stdout ?? "").split("\n").filter((line) => line !== "");
}

function startMunge(): ChildProcess {
  execFileSync("install", ["-d", "-o", "munge", "-g", "munge", "-m", "755", "/run/munge"]);
  return spawn("runuser", ["-u", "munge", "--", "munged", "--foreground"], { stdio: "ignore" });
}

/** Job step daemons of a node, then what they have started, which is known by its environment. */
function processesOf(node: string): number[] {
  const all = lines("ps", ["-eo", "pid=,ppid=,comm="]).map((line) => line.trim().split(/ +/));
  const jobs = all.filter(([pid]) => environmentOf(pid).includes(`SLURMD_NODENAME=${node}`));
  const parents = new Set(jobs.map(([, parent]) => parent));
  const steps = all.filter(([pid, , name]) => name.startsWith("slurmstepd") && parents.has(pid));
  return [...steps, ...jobs].map(([pid]) => Number(pid));
}

function environmentOf(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, "latin1").split("\0");
  } catch {
    return [];
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended.
  }
}

function configuration(folder: string): string {
  const host = hostname();
  return `${MARK}
ClusterName=counterweight
SlurmctldHost=${host}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
SlurmdTimeout=10
KillWait=10
MinJobAge=600
StateSaveLocation=${folder}/state
SlurmctldPidFile=${folder}/slurmctld.pid
SlurmdPidFile=${folder}/slurmd%n.pid
SlurmdSpoolDir=${folder}/spool%n
NodeName=n1 NodeHostname=${host} NodeAddr=127.0.0.1 Port=17001 CPUs=2 RealMemory=4000
NodeName=n2 NodeHostname=${host} NodeAddr=127.0.0.1 Port=17002 CPUs=2 RealMemory=4000
PartitionName=main Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP
`;
}
