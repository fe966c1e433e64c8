import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readdir, readFile, stat, symlink, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";

import { downloadFile, type DownloadOptions } from "../../src/data/download";
import { ChecksumError, DownloadError } from "../../src/data/errors";
import type { DownloadProgress } from "../../src/data/progress";
import { deadAddress, inFolder, md5, noise, withServer, type ServerSettings } from "./support";

const content = noise(300_000);
const quiet = () => undefined;

/** Serves by `settings` and fetches into a fresh folder, in which `before` may have left something. */
async function fetchFrom(
  settings: Partial<ServerSettings>,
  options: Partial<DownloadOptions> = {},
  before?: (target: string, url: string) => Promise<void>,
) {
  return inFolder((folder) =>
    withServer({ content, etag: '"one"', ...settings }, async (url, requests) => {
      const target = join(folder, "file");
      await before?.(target, url);
      const base = { url, target, md5: md5(content), bytes: content.length, onProgress: quiet, retryDelay: 5 };
      const error: unknown = await downloadFile({ ...base, ...options }).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      const files = (await readdir(folder)).sort();
      return {
        error,
        files,
        url,
        ranges: requests.map((request) => request.headers.range),
        conditions: requests.map((request) => request.headers["if-range"]),
        fetched: existsSync(target) ? await readFile(target) : undefined,
        part:
          files.includes("file.part") && (await stat(`${target}.part`)).isFile()
            ? await readFile(`${target}.part`)
            : undefined,
      };
    }),
  );
}

async function leavePart(target: string, url: string, bytes: Buffer, validator?: string): Promise<void> {
  await writeFile(`${target}.part`, bytes);
  await writeFile(`${target}.part.json`, JSON.stringify({ url, validator }));
}

describe("downloadFile", () => {
  it("fetches the file whole, reports growing progress up to its size, and leaves nothing else", async () => {
    const seen: DownloadProgress[] = [];
    const result = await fetchFrom({}, { onProgress: (progress) => seen.push(progress) });
    assert.equal(result.error, undefined);
    assert.ok(result.fetched?.equals(content));
    assert.deepEqual(result.files, ["file"]);
    assert.deepEqual(seen[0], { file: "file", url: result.url, received: 0, total: content.length });
    assert.equal(seen.at(-1)?.received, content.length);
  });

  it("goes on after a connection dropped in the middle, from the byte it has, if the file is the same", async () => {
    const result = await fetchFrom({ cuts: [120_000, 50_000] });
    assert.equal(result.error, undefined);
    assert.ok(result.fetched?.equals(content));
    assert.deepEqual(result.ranges, [undefined, "bytes=120000-", "bytes=170000-"]);
    assert.deepEqual(result.conditions, [undefined, '"one"', '"one"']);
  });

  it("goes on with what an earlier call left", async () => {
    const result = await fetchFrom({}, {}, (target, url) =>
      leavePart(target, url, content.subarray(0, 200_000), '"one"'),
    );
    assert.ok(result.fetched?.equals(content));
    assert.deepEqual(result.ranges, ["bytes=200000-"]);
    assert.deepEqual(result.files, ["file"]);
  });

  it("starts over where the server gives no parts, the file changed, or the part is of another address", async () => {
    const left = content.subarray(0, 200_000);
    const noRange = await fetchFrom({ ranges: false }, {}, (target, url) => leavePart(target, url, left, '"one"'));
    assert.ok(noRange.fetched?.equals(content));
    const changed = await fetchFrom({ etag: '"two"' }, {}, (target, url) => leavePart(target, url, noise(7), '"one"'));
    assert.ok(changed.fetched?.equals(content));
    assert.deepEqual(changed.ranges, ["bytes=7-"]);
    const elsewhere = await fetchFrom({}, {}, (target) => leavePart(target, "http://other/file", left));
    assert.ok(elsewhere.fetched?.equals(content));
    assert.deepEqual(elsewhere.ranges, [undefined]);
  });

  it("starts over when the part is longer than the file, or its end is past the server's", async () => {
    const tooLong = await fetchFrom({}, {}, (target, url) => leavePart(target, url, noise(300_001), '"one"'));
    assert.ok(tooLong.fetched?.equals(content));
    const pastEnd = await fetchFrom({}, { bytes: undefined }, (target, url) =>
      leavePart(target, url, noise(300_001), '"one"'),
    );
    assert.ok(pastEnd.fetched?.equals(content));
    assert.deepEqual(pastEnd.ranges, ["bytes=300001-", undefined]);
  });

  it("fetches anew, once, when a resumed file has the wrong checksum", async () => {
    const damaged = Buffer.from(content.subarray(0, 200_000)).fill(0, 500, 600);
    const result = await fetchFrom({}, {}, (target, url) => leavePart(target, url, damaged));
    assert.ok(result.fetched?.equals(content));
    assert.deepEqual(result.ranges, ["bytes=200000-", undefined]);
  });

  it("removes a file with the wrong checksum and quotes both sums", async () => {
    const other = Buffer.from(content).fill(1, 0, 10);
    const { error, files } = await fetchFrom({ content: other });
    assert.ok(error instanceof ChecksumError);
    assert.match(error.message, new RegExp(`has md5 ${md5(other)}, expected ${md5(content)}`));
    assert.deepEqual(files, []);
  });

  it("keeps what has arrived when aborted, and rejects with the signal's reason", async () => {
    const controller = new AbortController();
    const reason = new Error("interrupted");
    const { error, part, fetched } = await fetchFrom(
      { hold: () => new Promise(() => undefined) },
      {
        signal: controller.signal,
        onProgress: ({ received }) => {
          if (received > 0) controller.abort(reason);
        },
      },
    );
    assert.equal(error, reason);
    assert.equal(fetched, undefined);
    assert.ok(part && part.length > 0 && part.equals(content.subarray(0, part.length)));
  });

  it("is aborted while it waits before a new attempt", async () => {
    const controller = new AbortController();
    const reason = new Error("interrupted");
    setTimeout(() => controller.abort(reason), 150);
    const started = Date.now();
    const { error } = await fetchFrom({ cuts: [10] }, { signal: controller.signal, retryDelay: 60_000 });
    assert.equal(error, reason);
    assert.ok(Date.now() - started < 5_000);
  });

  it("gives up at once where no server answers, and after a few tries where the connection brings nothing new", async () => {
    const dead = await deadAddress();
    const offline = await fetchFrom({}, { url: dead, retryDelay: 60_000 });
    assert.ok(offline.error instanceof DownloadError);
    assert.ok(offline.error.message.startsWith(`${dead} could not be fetched`));
    const stuck = await fetchFrom({ cuts: [1000, 0, 0, 0, 0, 0] }, { attempts: 3 });
    assert.ok(stuck.error instanceof DownloadError);
    assert.match(stuck.error.message, /1,000 bytes are kept/);
    assert.equal(stuck.ranges.length, 4);
    assert.ok(stuck.part?.equals(content.subarray(0, 1000)));
  });

  it("does not go on for ever with a server that gives no parts and always drops the connection", async () => {
    const { error, ranges } = await fetchFrom(
      { ranges: false, cuts: new Array<number>(20).fill(1000) },
      { attempts: 3 },
    );
    assert.ok(error instanceof DownloadError);
    assert.equal(ranges.length, 4);
  });

  it("treats a connection without a byte for too long as broken", async () => {
    const { error, part } = await fetchFrom(
      { hold: () => new Promise(() => undefined) },
      { stallTimeout: 150, attempts: 1 },
    );
    assert.ok(error instanceof DownloadError);
    assert.match((error.cause as Error).message, /no byte arrived for 0.15 s/);
    assert.ok(part && part.length > 0);
  });

  it("lets a slow connection go on as long as bytes arrive", async () => {
    const { error, ranges } = await fetchFrom({ pieces: 10 }, { stallTimeout: 600, attempts: 1 });
    assert.equal(error, undefined);
    assert.equal(ranges.length, 1);
  });

  it("refuses an answer of another size, status or encoding without fetching it", async () => {
    const page = await fetchFrom({ content: Buffer.from("<html>"), headers: { "content-type": "text/html" } });
    assert.match((page.error as Error).message, /offers 6 bytes of text\/html, expected 300000 bytes/);
    assert.match(((await fetchFrom({ status: 404 })).error as Error).message, /answered 404 Not Found/);
    const encoded = await fetchFrom({ headers: { "content-encoding": "gzip" } });
    assert.match((encoded.error as Error).message, /in the encoding gzip, expected plain bytes/);
    for (const result of [page, encoded]) assert.deepEqual(result.files, []);
  });

  const full = "/dev/full";
  it(
    "fails with the system's error, not as if offline, when the disk is full",
    { skip: !existsSync(full) && `no ${full}` },
    async () => {
      const { error } = await fetchFrom({}, {}, async (target, url) => {
        await leavePart(target, url, Buffer.alloc(0));
        await unlink(`${target}.part`);
        await symlink(full, `${target}.part`);
      });
      assert.ok(error instanceof Error && !(error instanceof DownloadError));
      assert.match(error.message, /file\.part cannot be written: ENOSPC/);
    },
  );
});
