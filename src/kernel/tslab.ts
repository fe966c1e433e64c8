import { createRequire } from "node:module";
import { join } from "node:path";
import type * as ts from "typescript";

/** The TypeScript API, as far as tslab's own copy of it (5.0.4) has it. */
export type TypeScript = typeof ts;

/** A position in a cell or a file; lines and characters count from 0. */
export interface Position {
  offset: number;
  line: number;
  character: number;
}

/** What is wrong with a cell or with a file that it imports; `fileName` is relative to the project and absent for the cell. */
export interface Diagnostic {
  start: Position;
  end: Position;
  messageText: string;
  code: number;
  fileName?: string;
}

/** A converted cell: JavaScript to run and declarations for the cells after it; only diagnostics where there are any. */
export interface Conversion {
  diagnostics: Diagnostic[];
  output?: string;
  declOutput?: string;
  lastExpressionVar?: string;
}

export interface Converter {
  convert(declarations: string, code: string): Conversion;
  inspect(declarations: string, code: string, position: number): ts.QuickInfo | undefined;
  complete(declarations: string, code: string, position: number): { start: number; end: number; candidates: string[] };
  close(): void;
}

export interface Message {
  readonly header: { msg_type: string; date?: string };
  content: Record<string, unknown>;
  createReply(): Message;
  signAndSend(key: string, socket: Socket): void;
}

/** A ZeroMQ socket. */
export interface Socket {
  send(frames: unknown): Promise<void>;
  close(): void;
  /** How many messages may wait for a slow client before some are dropped; 0 for any number. */
  sendHighWaterMark?: number;
}

/** tslab's Jupyter server: five sockets and one method per kind of request. */
export interface ZmqServer {
  connInfo: { key: string };
  iopub: Socket;
  init(): Promise<void>;
  close(): void;
  bindSocket(socket: Socket, port: number): Promise<void>;
  publishStatus(status: string, parent: Message): void;
  handleShellMessage(socket: Socket, ...frames: Buffer[]): Promise<void>;
  handleKernelInfo(socket: Socket, message: Message): void;
  handleExecute(socket: Socket, message: Message): Promise<void>;
  handleIsComplete(socket: Socket, message: Message): void;
  handleInspect(socket: Socket, message: Message): void;
  handleComplete(socket: Socket, message: Message): void;
  handleCommInfoRequest(socket: Socket, message: Message): void;
  handleShutdown(socket: Socket, message: Message): void;
}

export type WriteDisplayData = (
  message: { data: Record<string, unknown>; metadata: Record<string, unknown>; transient: Record<string, unknown> },
  update: boolean,
) => void;

/** The parts of tslab 1.0.22 that the kernel is made of. */
export interface Tslab {
  converter: {
    createConverter(options: { isJS: boolean; isBrowser: boolean }): Converter;
    isCompleteCode(code: string): { completed: boolean; indent?: string };
  };
  jupyter: {
    ZmqServer: new (handler: { close(): void }, connectionFile: string) => ZmqServer;
    /** Where tslab's `display` functions write to. */
    lastWriteDisplayData: WriteDisplayData | null;
  };
  inspect: { printQuickInfo(info: ts.QuickInfo): string };
  /** What `import "tslab"` gives in a cell. */
  library: unknown;
}

/** The `require` of tslab's own folder, which is kept apart from the project's node_modules. */
export function tslabRequire(root: string): NodeJS.Require {
  return createRequire(join(root, "vendor", "kernel", "node_modules", "tslab", "package.json"));
}

/** Loads tslab. The compiler must have been installed before: tslab keeps the one that it finds. */
export function loadTslab(root: string): Tslab {
  const load = tslabRequire(root);
  return {
    converter: load("./dist/converter.js") as Tslab["converter"],
    jupyter: load("./dist/jupyter.js") as Tslab["jupyter"],
    inspect: load("./dist/inspect.js") as Tslab["inspect"],
    library: load("./dist/public.js"),
  };
}
