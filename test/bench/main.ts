/** `npm run bench`: how fast training is, beside PyTorch and plain tfjs. It prints and asserts nothing. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";

import { Command, InvalidArgumentError } from "commander";

import { table } from "../../src/notebook/table";
import { compare, startPeer, type Peer } from "./compare";
import { type Task } from "./peers/protocol";
import { pytorch, seesGpu } from "./pytorch";
import { operationsOf } from "./work";

interface Options {
  readonly rounds: number;
  readonly batch: number;
  readonly torch: boolean;
}

interface Machine {
  /** Starts the kit's own peer, and the others. Every task has its own: none runs in what another left behind. */
  start(): { kit: Peer; others: readonly Peer[] };
  /** Floating-point operations per second in large matrix products. */
  readonly peak: number;
}

const NODE = ["--import", "tsx"];
const peerFile = (name: string) => join(__dirname, "peers", name);
const milliseconds = (seconds: number) => Number((seconds * 1000).toPrecision(3));
const print = (caption: string, rows: Parameters<typeof table>[0]) =>
  console.log(`\n${String(table(rows, { caption, digits: digitsOf(rows) }))}`);

/** Three significant digits for times, two decimals for ratios, one for shares. */
function digitsOf(rows: Parameters<typeof table>[0]): Record<string, number> {
  const columns = Object.keys(rows[0] ?? {});
  return Object.fromEntries(
    columns.map((column) => [
      column,
      /ratio|cost|kit \//.test(column) ? 2 : /%/.test(column) ? 1 : /ms/.test(column) ? 2 : 0,
    ]),
  );
}

const resnet = (depth: number, batch: number): Task => ({ model: "resnet", depth, batch, steps: 5 });
const mlp = (batch: number): Task => ({ model: "mlp", batch, steps: 1000 });

/** One training step beside the others'. */
async function steps({ start, peak }: Machine, { rounds, batch }: Options): Promise<void> {
  const tasks: [string, Task][] = [
    ["ResNet-20", resnet(20, batch)],
    ["ResNet-32", resnet(32, batch)],
    ["MLP 784-256-10", mlp(batch)],
  ];
  for (const [name, task] of tasks) {
    const { kit, others } = start();
    // Waking a second thread costs more than it brings where an operation takes microseconds.
    const alone = task.model === "mlp" ? [startKit("kit, 1 thread", { TF_NUM_INTRAOP_THREADS: "1" })] : [];
    const operations = startKit("kit, operation by operation", {}, "operations");
    const peers = [kit, ...alone, operations, ...others];
    const rows = await compare(peers, task, { rounds }).finally(() => peers.forEach((peer) => peer.stop()));
    const work = operationsOf(task);
    print(
      `${name}, batch ${task.batch}: one training step, median of ${rounds} rounds in turn`,
      rows.map(({ peer, seconds, ratio, residentBytes }) => ({
        "": peer,
        "ms a step": milliseconds(seconds),
        "kit / this": Number(ratio.toFixed(2)),
        "images a second": Math.round(task.batch / seconds),
        "% of matMul peak": Number(((100 * work) / seconds / peak).toFixed(1)),
        "resident MB": Math.round(residentBytes / 2 ** 20),
      })),
    );
  }
}

/** Where the time of one step goes. */
async function profile(kit: Peer, { batch }: Options): Promise<void> {
  // Operations can be timed where they are called one by one.
  for (const task of [resnet(32, batch), mlp(batch)]) {
    await kit.time(task);
    const { seconds, operations, peakBytes } = await kit.profile(task);
    const inside = operations.reduce((sum, operation) => sum + operation.seconds, 0);
    const rows = operations.slice(0, 12).map(({ operation, calls, seconds: own }) => ({
      operation,
      calls,
      ms: milliseconds(own),
      "% of the step": Number(((100 * own) / seconds).toFixed(1)),
    }));
    const outside = seconds - inside;
    rows.push({
      operation: "(outside TensorFlow)",
      calls: 0,
      ms: milliseconds(outside),
      "% of the step": Number(((100 * outside) / seconds).toFixed(1)),
    });
    const name = task.model === "mlp" ? "MLP" : `ResNet-${task.depth}`;
    print(
      `${name}, batch ${task.batch}: operations of one step; tensors hold ${Math.round(peakBytes / 2 ** 20)} MB at most`,
      rows,
    );
  }
}

/** How a step grows with the batch and with the depth. */
async function growth({ start }: Machine, { rounds, batch }: Options): Promise<void> {
  for (const [caption, tasks] of [
    ["ResNet-20 by batch", [32, 64, 128, 256].map((size) => [String(size), resnet(20, size)] as const)],
    [`batch ${batch} by depth`, [8, 20, 32, 44].map((depth) => [String(depth), resnet(depth, batch)] as const)],
  ] as const) {
    const rows = [];
    for (const [label, task] of tasks) {
      const { kit, others } = start();
      const peers = [kit, ...others];
      const compared = await compare(peers, task, { rounds, warmUp: 2 }).finally(() =>
        peers.forEach((peer) => peer.stop()),
      );
      const times = compared.map(({ peer, seconds }) => [`${peer}, ms`, milliseconds(seconds)] as const);
      rows.push({ "": label, ...Object.fromEntries(times) });
    }
    print(`${caption}: one training step`, rows);
  }
}

function products(rounds: number, batch: number): { peak: number; products: Record<string, number> } {
  const args = [...NODE, peerFile("kitProducts.ts"), String(rounds), String(batch)];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] }));
}

function startKit(name = "kit", environment: NodeJS.ProcessEnv = {}, ...args: readonly string[]): Peer {
  return startPeer(name, process.execPath, [...NODE, peerFile("kit.ts"), ...args], environment);
}

/** Starts PyTorch in both layouts, where there is one, and plain tfjs. */
function startOthers(python: string | undefined, threads: number): Peer[] {
  const plain = startPeer("plain tfjs", process.execPath, [...NODE, peerFile("plainTfjs.ts")]);
  if (!python) return [plain];
  const device = seesGpu(python) ? ["cuda"] : [];
  const torch = (name: string, ...layout: string[]) =>
    startPeer(name, python, [peerFile("pytorch.py"), ...layout, ...device, String(threads)]);
  return [torch("PyTorch, channels last", "channels-last"), torch("PyTorch"), plain];
}

async function main(sections: readonly string[], options: Options): Promise<void> {
  const wanted = (section: string) => sections.length === 0 || sections.includes(section);
  const python = options.torch && (wanted("steps") || wanted("growth")) ? pytorch() : undefined;
  const measured = products(wanted("products") ? options.rounds : 0, options.batch);
  const kit = startKit("kit", {}, "operations");
  try {
    const { device, threads } = await kit.describe();
    console.log(`${device}, ${threads} threads; matMul peak ${(measured.peak / 1e9).toFixed(0)} GFLOPS`);
    const machine: Machine = {
      start: () => ({ kit: startKit(), others: startOthers(python, threads) }),
      peak: measured.peak,
    };
    if (wanted("profile")) await profile(kit, options);
    if (wanted("products")) {
      const { gradient, ...costs } = measured.products;
      const rows = Object.entries(costs).map(([curvature, cost]) => ({ curvature, "cost in gradients": cost }));
      const one = `one gradient ${milliseconds(gradient)} ms`;
      print(`ResNet-20, batch ${options.batch}: curvature-vector products; ${one}`, rows);
    }
    if (wanted("steps")) await steps(machine, options);
    if (wanted("data")) batches(options);
    if (wanted("growth")) await growth(machine, options);
  } finally {
    kit.stop();
  }
}

/** What making the batches of CIFAR-10 takes beside the steps. */
function batches({ rounds, batch }: Options): void {
  const args = ["--expose-gc", ...NODE, peerFile("kitData.ts"), String(batch), String(rounds)];
  const measured = JSON.parse(
    execFileSync(process.execPath, args, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] }),
  ) as {
    images: number;
    bytes: number;
    epochSeconds: number;
    batchSeconds: number;
    growth: number;
    tensors: number;
    steps: { depth: number; seconds: number }[];
  };
  const { images, bytes, epochSeconds, batchSeconds, growth, tensors } = measured;
  const caption =
    `CIFAR-10, ${images} images (${bytes.toFixed(0)} MB): one epoch of batches of ${batch}, cropped and mirrored, ` +
    `${epochSeconds.toFixed(2)} s; resident memory grows by ${growth.toFixed(0)} MB, tensors hold ${tensors.toFixed(1)} MB at most`;
  const rows = measured.steps.map(({ depth, seconds }) => ({
    model: `ResNet-${depth}`,
    "batch, ms": milliseconds(batchSeconds),
    "step, ms": milliseconds(seconds),
    "batch, % of step": (100 * batchSeconds) / seconds,
  }));
  print(caption, rows);
}

const SECTIONS = ["steps", "profile", "products", "growth", "data"];
const count = (text: string): number => {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError("It must be a positive integer.");
  return Number(text);
};
const program = new Command("bench")
  .description("Times training steps beside PyTorch's and plain tfjs's, interleaved, and prints the ratios.")
  .argument("[sections...]", `any of ${SECTIONS.join(", ")}; default: all`, (section, before: string[] = []) => {
    if (!SECTIONS.includes(section)) throw new InvalidArgumentError(`It must be one of ${SECTIONS.join(", ")}.`);
    return [...before, section];
  })
  .option("--rounds <n>", "rounds of every comparison", count, 10)
  .option("--batch <n>", "images of a batch", count, 128)
  .option("--no-torch", "leave PyTorch out")
  .action(main);
void program.parseAsync().catch((error: Error) => {
  console.error(`bench: ${error.message}`);
  process.exitCode = 1;
});
