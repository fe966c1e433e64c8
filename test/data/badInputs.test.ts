import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";

import { loadImages } from "../../src/data/imageSet";
import { loadImageFolder } from "../../src/data/imageFolder";
import { loadTabular } from "../../src/data/tabular";
import { unpack } from "../../src/data/unpack";
import { inFolder, md5, noise, tarball, tinyArchive, tinyCifar, withServer, zipball } from "./support";

const onProgress = () => undefined;
const transfer = { retryDelay: 5 };
const KILOBYTES = 64;

/** Runs `body` in a file system of its own with 64 KB; skips where mounting one is not allowed. */
async function onSmallDisk(context: TestContext, body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "counterweight-small-"));
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${KILOBYTES}k`, "tmpfs", folder], {
    encoding: "utf8",
  });
  if (mounted.status !== 0) {
    await rm(folder, { recursive: true });
    context.skip(`a small file system cannot be mounted: ${mounted.stderr?.trim() || String(mounted.error)}`);
    return;
  }
  try {
    await body(folder);
  } finally {
    execFileSync("umount", [folder]);
    await rm(folder, { recursive: true });
  }
}

describe("a full disk", () => {
  it("stops a download with the system's error, and keeps what lay there and what has arrived", async (context) => {
    await onSmallDisk(context, async (folder) => {
      const archive = tarball([{ path: "tiny-bin/one.bin", content: noise(200_000) }]);
      await writeFile(join(folder, "mine"), "mine");
      await withServer({ content: archive, etag: '"one"' }, async (url) => {
        const error = await loadImages(tinyCifar(url, archive), { folder, onProgress, transfer }).catch(
          (reason: unknown) => reason,
        );
        assert.match((error as Error).message, /tiny\.tar\.gz\.part cannot be written: ENOSPC/);
      });
      assert.equal(await readFile(join(folder, "mine"), "utf8"), "mine");
      const part = await readFile(join(folder, "tiny.tar.gz.part"));
      assert.ok(part.length > 0 && part.equals(archive.subarray(0, part.length)));
      assert.deepEqual((await readdir(folder)).sort(), ["mine", "tiny.tar.gz.part", "tiny.tar.gz.part.json"]);
    });
  });

  for (const [kind, archive] of [
    ["tar", tarball([{ path: "set/a.bin", content: Buffer.alloc(200_000) }])],
    ["zip", zipball([{ path: "set/a.bin", content: Buffer.alloc(200_000), compressed: true }])],
  ] as const) {
    it(`stops the unpacking of a ${kind} archive, which stays, and leaves nothing half unpacked`, async (context) => {
      await onSmallDisk(context, async (folder) => {
        const path = join(folder, "archive");
        await writeFile(path, archive);
        await writeFile(join(folder, "mine"), "mine");
        const error = await unpack(path, folder, { maxBytes: 1_000_000 }).catch((reason: unknown) => reason);
        assert.match((error as Error).message, /archive cannot be unpacked: .*ENOSPC/);
        assert.notEqual((error as Error).name, "ArchiveError");
        assert.deepEqual((await readdir(folder)).sort(), ["archive", "mine"]);
        assert.equal(md5(await readFile(path)), md5(archive));
      });
    });
  }
});

/** Runs `body` as a user to whom permissions apply: root, who may do all, becomes nobody meanwhile. */
async function withoutPrivilege(body: () => Promise<void>): Promise<void> {
  const NOBODY = 65_534;
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(NOBODY);
  try {
    await body();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}

describe(
  "a folder that may not be read",
  { skip: process.platform === "win32" && "permissions are of another kind" },
  () => {
    const closed = (body: (folder: string) => Promise<void>) =>
      inFolder(async (folder) => {
        await chmod(folder, 0o755);
        const locked = join(folder, "locked");
        await mkdir(locked);
        await writeFile(join(locked, "tiny.tar.gz"), tinyArchive());
        await chmod(locked, 0o000);
        try {
          await withoutPrivilege(() => body(locked));
        } finally {
          await chmod(locked, 0o755);
        }
      });

    it("is named, and not taken for empty, by loadImages", async () => {
      await closed((folder) =>
        assert.rejects(
          loadImages(tinyCifar("http://127.0.0.1:1/none", tinyArchive()), { folder, onProgress, transfer }),
          /locked\/tiny-bin\/one\.bin cannot be looked at: EACCES/,
        ),
      );
    });

    it("is named by loadTabular and loadImageFolder", async () => {
      await closed(async (folder) => {
        await assert.rejects(
          loadTabular({ name: "adult", folder }),
          /locked\/tabular\/adult\.data cannot be looked at: EACCES/,
        );
        const csv = { path: join(folder, "t.csv"), target: "y", positive: "1" };
        await assert.rejects(loadTabular({ csv }), /locked\/t\.csv cannot be read: EACCES/);
        await assert.rejects(loadImageFolder({ folder }), /locked cannot be read: EACCES/);
      });
    });

    it("is named when the data folder cannot be made", async () => {
      await inFolder(async (folder) => {
        await writeFile(join(folder, "file"), "no folder");
        const inside = join(folder, "file", "data");
        await assert.rejects(
          loadImages(tinyCifar("http://127.0.0.1:1/none", tinyArchive()), { folder: inside, onProgress, transfer }),
          /the data folder .*file\/data cannot be made: ENOTDIR/,
        );
        assert.equal(await readFile(join(folder, "file"), "utf8"), "no folder");
      });
    });
  },
);
