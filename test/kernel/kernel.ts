import { execFileSync, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";

/** The project whose kernel is tested. */
export const ROOT = resolve(__dirname, "..", "..");

export interface Received {
  type: string;
  content: Record<string, unknown>;
  parent?: string;
  /** Whether it belongs to the request that was waited for. */
  own?: boolean;
  seconds?: number;
}

export interface Executed {
  messages: Received[];
  reply: Received;
  /** From the request, or from the interrupt if there was one, until the reply. */
  seconds: number;
}

/** A small project in a folder of its own, with this project's kernel, packages and compiler options. */
export interface Sandbox {
  root: string;
  env: NodeJS.ProcessEnv;
  /** Writes a file as editors do: whole, then renamed into place. */
  write(path: string, text: string): void;
  remove(): void;
}

export interface ExecuteOptions {
  /** Seconds after which the cell is interrupted, counted since it starts, before it is compiled, or since its first output. */
  interrupt?: number;
  since?: "start" | "output";
  /** Seconds without any message after which the test fails. */
  timeout?: number;
  silent?: boolean;
}

/** A kernel and the client that talks to it, as JupyterLab would. */
export interface Kernel {
  pid: number;
  client: ChildProcess;
  /** Seconds until the kernel was ready. */
  ready: number;
  execute(code: string, options?: ExecuteOptions): Promise<Executed>;
  runAll(cells: string[]): Promise<Record<string, unknown>[]>;
  request(type: string, content: Record<string, unknown>): Promise<Record<string, unknown>>;
  listen(seconds: number): Promise<Received[]>;
  interrupt(): Promise<void>;
  shutdown(): Promise<number>;
}

const KERNEL_NAME = "counterweight";

/** Makes the project; its kernel is compiled from this project's `src/kernel`. */
export function createSandbox(files: Record<string, string> = {}): Sandbox {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "counterweight-kernel-")));
  const write = (path: string, text: string): void => {
    const target = join(root, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(`${target}.tmp`, text);
    renameSync(`${target}.tmp`, target);
  };
  for (const folder of ["node_modules", "vendor", ".venv"]) symlinkSync(join(ROOT, folder), join(root, folder));
  cpSync(join(ROOT, "tsconfig.json"), join(root, "tsconfig.json"));
  write("package.json", JSON.stringify({ name: "counterweight", version: "0.0.0-test", type: "commonjs" }));
  for (const [path, text] of Object.entries(files)) write(path, text);
  mkdirSync(join(root, "notebooks"), { recursive: true });

  execFileSync(process.execPath, [join(__dirname, "transpile.mjs"), join(root, "dist", "kernel")]);
  const spec = {
    argv: [process.execPath, join(root, "dist", "kernel", "launcher.js"), "{connection_file}"],
    display_name: "TypeScript (Counterweight)",
    language: "typescript",
    interrupt_mode: "signal",
  };
  write(join("jupyter", "kernels", KERNEL_NAME, "kernel.json"), JSON.stringify(spec));
  const env = { ...process.env, JUPYTER_PATH: join(root, "jupyter"), JUPYTER_RUNTIME_DIR: join(root, "runtime") };
  return { root, env, write, remove: () => rmSync(root, { recursive: true, force: true, maxRetries: 3 }) };
}

/** Starts a kernel as for a notebook in `folder`. */
export async function startKernel(
  sandbox: Sandbox,
  { folder = "notebooks", env = {} }: { folder?: string; env?: Record<string, string> } = {},
): Promise<Kernel> {
  const python = join(ROOT, ".venv", "bin", "python");
  const client = spawn(python, [join(__dirname, "client.py")], {
    env: sandbox.env,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: client.stdout })[Symbol.asyncIterator]();

  async function ask<T>(command: Record<string, unknown>): Promise<T> {
    client.stdin.write(`${JSON.stringify(command)}\n`);
    const { value, done } = await lines.next();
    if (done === true) throw new Error(`the client ended during ${JSON.stringify(command)}`);
    const answer = JSON.parse(value) as T & { failed?: string };
    if (answer.failed !== undefined) throw new Error(`${answer.failed}, in answer to ${JSON.stringify(command)}`);
    return answer;
  }

  const start = {
    do: "start",
    kernel: KERNEL_NAME,
    folder: join(sandbox.root, folder),
    env: { ...sandbox.env, ...env },
  };
  const { pid, ready } = await ask<{ pid: number; ready: number }>(start);
  return {
    pid,
    client,
    ready,
    execute: (code, options = {}) => ask({ do: "execute", code, ...options }),
    runAll: async (cells) => (await ask<{ replies: Record<string, unknown>[] }>({ do: "run_all", cells })).replies,
    request: async (type, content) => (await ask<{ reply: Received }>({ do: "request", type, content })).reply.content,
    listen: async (seconds) => (await ask<{ messages: Received[] }>({ do: "listen", seconds })).messages,
    interrupt: async () => void (await ask({ do: "interrupt" })),
    async shutdown() {
      const { seconds } = await ask<{ seconds: number }>({ do: "shutdown" });
      client.stdin.end();
      return seconds;
    },
  };
}

/** Whether a process still runs. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** What a cell printed to one stream. */
export function printed({ messages }: { messages: Received[] }, name: "stdout" | "stderr" = "stdout"): string {
  const streams = messages.filter(({ type, content }) => type === "stream" && content.name === name);
  return streams.map(({ content }) => String(content.text)).join("");
}

/** The messages of one type. */
export function ofType({ messages }: { messages: Received[] }, type: string): Record<string, unknown>[] {
  return messages.filter((message) => message.type === type).map(({ content }) => content);
}

/** The text that the last expression of a cell shows. */
export function shown(executed: Executed): string | undefined {
  const [result] = ofType(executed, "execute_result");
  return (result?.data as Record<string, string> | undefined)?.["text/plain"];
}

/** The error that a cell ended with, as one text. */
export function failure(executed: Executed): string {
  const errors = ofType(executed, "error");
  return errors.map(({ traceback }) => (traceback as string[]).join("\n")).join("\n=== and again ===\n");
}
