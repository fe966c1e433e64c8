import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { crc32, deflateRawSync, gzipSync } from "node:zlib";
import { Header, type HeaderData } from "tar";

import type { DataFile, ImageDataset } from "../../src/data/registry";

const root = resolve(__dirname, "..", "..");

/**
 * The first folder that holds this file of a published set: what a user fetched, or what is kept beside the project for
 * tests.
 */
export function folderWith(file: string): string | undefined {
  return [join(root, "data", "cache"), resolve(root, "..", "shared", "data")].find((folder) =>
    existsSync(join(folder, file)),
  );
}

/** Runs `body` in a folder that is removed after. */
export async function inFolder<T>(body: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "counterweight-data-"));
  try {
    return await body(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export function md5(content: Uint8Array): string {
  return createHash("md5").update(content).digest("hex");
}

/** Bytes without a pattern that a compressor or a wrong offset would survive. */
export function noise(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let index = 0, state = 1; index < length; index++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[index] = state >>> 24;
  }
  return bytes;
}

/** How the server of a test behaves. */
export interface ServerSettings {
  content: Buffer;
  /** Whether it answers Range with a part. */
  ranges?: boolean;
  etag?: string;
  /** Bytes after which the connection is cut, per request; later requests are served whole. */
  cuts?: (number | undefined)[];
  status?: number;
  headers?: Record<string, string>;
  /** Called after the first half was sent (of a part: nothing); the rest follows only when the promise resolves. */
  hold?: () => Promise<void>;
  /** Sends the file in so many pieces, 100 ms apart. */
  pieces?: number;
}

/** Serves one file on this machine while `body` runs; `requests` are those that came. */
export async function withServer<T>(
  settings: ServerSettings,
  body: (url: string, requests: IncomingMessage[]) => Promise<T>,
): Promise<T> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    const cut = settings.cuts?.[requests.length];
    requests.push(request);
    const { content, etag } = settings;
    const headers: Record<string, string> = { ...(etag ? { etag } : {}), ...settings.headers };
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
    const same = !request.headers["if-range"] || request.headers["if-range"] === etag;
    const partial = settings.ranges !== false && request.headers.range !== undefined && same;
    if (partial && start >= content.length) {
      response.writeHead(416, { "content-range": `bytes */${content.length}` }).end();
      return;
    }
    const payload = partial ? content.subarray(start) : content;
    if (partial) headers["content-range"] = `bytes ${start}-${content.length - 1}/${content.length}`;
    headers["content-length"] ??= String(payload.length);
    response.writeHead(settings.status ?? (partial ? 206 : 200), headers);
    if (cut !== undefined) {
      response.write(payload.subarray(0, cut), () => setTimeout(() => response.destroy(), cut > 0 ? 100 : 0));
    } else if (settings.hold) {
      const half = partial ? 0 : payload.length >> 1;
      response.write(payload.subarray(0, half));
      void settings.hold().then(() => response.end(payload.subarray(half)));
    } else if (settings.pieces) {
      void sendSlowly(response, payload, settings.pieces);
    } else response.end(payload);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    return await body(`http://127.0.0.1:${(server.address() as AddressInfo).port}/file`, requests);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

async function sendSlowly(response: ServerResponse, payload: Buffer, pieces: number): Promise<void> {
  const length = Math.ceil(payload.length / pieces);
  for (let start = 0; start < payload.length; start += length) {
    response.write(payload.subarray(start, start + length));
    await delay(100);
  }
  response.end();
}

/** An address where nobody listens. */
export async function deadAddress(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}/file`;
}

/**
 * A gzipped tar archive of these members, written header by header, so that it may hold what no honest tool would
 * write.
 */
export function tarball(members: (HeaderData & { path: string; content?: Buffer })[]): Buffer {
  const blocks = members.flatMap(({ content = Buffer.alloc(0), ...data }) => {
    const header = Buffer.alloc(512);
    new Header({ mode: 0o644, type: "File", size: content.length, mtime: new Date(0), ...data }).encode(header, 0);
    return [header, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}

/** A member of a zip archive; `size` (uncompressed) and `sum` stand in its headers in place of the true ones. */
export interface ZipMember {
  path: string;
  content?: Buffer;
  compressed?: boolean;
  mode?: number;
  size?: number;
  sum?: number;
}

/** A zip archive of these members, written header by header, so that it may hold what no honest tool would write. */
export function zipball(members: ZipMember[]): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const { path, content = Buffer.alloc(0), compressed = false, mode = 0o100_644, size, sum } of members) {
    const name = Buffer.from(path);
    const packed = compressed ? deflateRawSync(content) : content;
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(compressed ? 8 : 0, 4);
    common.writeUInt32LE(sum ?? crc32(content), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(size ?? content.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from("504b0304", "hex"), common, name, packed]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE((mode << 16) >>> 0, 6);
    rest.writeUInt32LE(offset, 10);
    // Made by Unix, so that the mode counts.
    central.push(Buffer.concat([Buffer.from("504b01021403", "hex"), common, rest, name]));
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write("504b0506", "hex");
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}

/** A gzipped IDX file of unsigned bytes. */
export function idxFile(dimensions: number[], values: Uint8Array, type = 0x08): Buffer {
  const header = Buffer.alloc(4 + 4 * dimensions.length);
  header[2] = type;
  header[3] = dimensions.length;
  dimensions.forEach((length, axis) => header.writeUInt32BE(length, 4 + 4 * axis));
  return gzipSync(Buffer.concat([header, values]));
}

/**
 * A registry entry in the form of CIFAR with 2 x 2 images: two train files of two records, one test file, all in one
 * archive.
 */
export function tinyCifar(url: string, archive: Buffer): ImageDataset {
  const file: DataFile = {
    url,
    md5: md5(archive),
    bytes: archive.length,
    file: "tiny.tar.gz",
    archive: { maxBytes: 10_000 },
  };
  return {
    name: "tiny",
    title: "Tiny CIFAR",
    kind: "images",
    format: "cifar",
    files: [file],
    licence: "none",
    citation: "none",
    shape: [2, 2, 3],
    classNames: ["even", "odd"],
    splits: {
      train: { size: 4, paths: ["tiny-bin/one.bin", "tiny-bin/two.bin"] },
      test: { size: 1, paths: ["tiny-bin/test.bin"] },
    },
  };
}

/** A record of `tinyCifar`: red is 10 + pixel, green 20 + pixel, blue 30 + pixel. */
export function tinyRecord(label: number): Buffer {
  return Buffer.from([label, 10, 11, 12, 13, 20, 21, 22, 23, 30, 31, 32, 33]);
}

/** The archive that `tinyCifar` names. */
export function tinyArchive(): Buffer {
  const two = Buffer.concat([tinyRecord(0), tinyRecord(1)]);
  return tarball([
    { path: "tiny-bin/", type: "Directory", mode: 0o755 },
    { path: "tiny-bin/one.bin", content: two },
    { path: "tiny-bin/two.bin", content: two },
    { path: "tiny-bin/test.bin", content: tinyRecord(1) },
  ]);
}
