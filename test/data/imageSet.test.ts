import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, unlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";

import { readCifar } from "../../src/data/cifar";
import { ChecksumError, DataUnavailableError } from "../../src/data/errors";
import { indexHash } from "../../src/data/hash";
import { loadImages } from "../../src/data/imageSet";
import type { ImageDataset } from "../../src/data/registry";
import {
  deadAddress,
  folderWith,
  idxFile,
  inFolder,
  md5,
  noise,
  tinyArchive,
  tinyCifar,
  tinyRecord,
  withServer,
} from "./support";

const transfer = { retryDelay: 5 };
const onProgress = () => undefined;

/** A registry entry in the form of Fashion-MNIST with four images of 2 x 2 in two classes, and its files. */
function tinyIdx(url: string) {
  const images = idxFile([4, 2, 2], noise(16));
  const labels = idxFile([4], Uint8Array.of(0, 1, 1, 0));
  const entry: ImageDataset = {
    ...tinyCifar(url, images),
    format: "idx",
    files: [
      { url, md5: md5(images), bytes: images.length, file: "tiny/images.gz" },
      { url, md5: md5(labels), bytes: labels.length, file: "tiny/labels.gz" },
    ],
    shape: [2, 2, 1],
    splits: {
      train: { size: 4, paths: ["tiny/images.gz", "tiny/labels.gz"] },
      test: { size: 4, paths: ["tiny/images.gz", "tiny/labels.gz"] },
    },
  };
  return { entry, images, labels };
}

function countsOf(labels: Int32Array): number[] {
  const counts = new Array<number>(10).fill(0);
  labels.forEach((label) => counts[label]++);
  return counts;
}

describe("loadImages on an archive", () => {
  it("fetches it, unpacks it, removes it, and needs no network after", async () => {
    const archive = tinyArchive();
    await inFolder(async (folder) => {
      const entry = await withServer({ content: archive }, async (url, requests) => {
        const tiny = tinyCifar(url, archive);
        const set = await loadImages(tiny, { folder: join(folder, "data"), onProgress });
        assert.deepEqual([...set.labels], [0, 1, 0, 1]);
        assert.deepEqual([...set.images.slice(0, 6)], [10, 20, 30, 11, 21, 31]);
        assert.deepEqual([set.name, set.split, set.size], ["tiny", "train", 4]);
        assert.equal(requests.length, 1);
        return tiny;
      });
      assert.deepEqual(await readdir(join(folder, "data")), ["tiny-bin"]);
      const test = await loadImages(entry, { split: "test", folder: join(folder, "data"), onProgress });
      assert.deepEqual([...test.labels], [1]);
    });
  });

  it("fetches it once for two splits that are loaded at the same time", async () => {
    const archive = tinyArchive();
    await inFolder((folder) =>
      withServer(
        { content: archive, hold: () => new Promise((resolve) => setTimeout(resolve, 100)) },
        async (url, requests) => {
          const tiny = tinyCifar(url, archive);
          const sets = await Promise.all(
            ["train" as const, "test" as const].map((split) => loadImages(tiny, { split, folder, onProgress })),
          );
          assert.deepEqual(
            sets.map((set) => set.size),
            [4, 1],
          );
          assert.equal(requests.length, 1);
          assert.deepEqual(await readdir(folder), ["tiny-bin"]);
        },
      ),
    );
  });

  it("uses one that was put there by hand, without a network, and leaves it", async () => {
    const archive = tinyArchive();
    await inFolder(async (folder) => {
      await writeFile(join(folder, "tiny.tar.gz"), archive);
      const set = await loadImages(tinyCifar(await deadAddress(), archive), { folder, download: false });
      assert.equal(set.size, 4);
      assert.deepEqual((await readdir(folder)).sort(), ["tiny-bin", "tiny.tar.gz"]);
    });
  });

  it("refuses one that was put there by hand with another checksum, quotes both, and leaves it", async () => {
    const archive = tinyArchive();
    await inFolder(async (folder) => {
      await writeFile(join(folder, "tiny.tar.gz"), "another file");
      const error = await loadImages(tinyCifar(await deadAddress(), archive), { folder }).catch(
        (reason: unknown) => reason,
      );
      assert.ok(error instanceof ChecksumError);
      assert.match(error.message, new RegExp(`${md5(Buffer.from("another file"))}, expected ${md5(archive)}`));
      assert.equal(await readFile(join(folder, "tiny.tar.gz"), "utf8"), "another file");
    });
  });

  it("brings back one member that was lost", async () => {
    const archive = tinyArchive();
    await inFolder((folder) =>
      withServer({ content: archive }, async (url) => {
        const tiny = tinyCifar(url, archive);
        await loadImages(tiny, { folder, onProgress });
        await unlink(join(folder, "tiny-bin", "two.bin"));
        assert.equal((await loadImages(tiny, { folder, onProgress })).size, 4);
      }),
    );
  });
});

describe("loadImages on an archive without a checksum", () => {
  const unguarded = (url: string): ImageDataset => {
    const tiny = tinyCifar(url, tinyArchive());
    return { ...tiny, files: [{ ...tiny.files[0], md5: undefined, bytes: undefined, guard: "for the test" }] };
  };

  it("fetches and unpacks it", async () => {
    await inFolder((folder) =>
      withServer({ content: tinyArchive() }, async (url) => {
        const set = await loadImages(unguarded(url), { folder, onProgress });
        assert.deepEqual([...set.labels], [0, 1, 0, 1]);
        assert.deepEqual(await readdir(folder), ["tiny-bin"]);
      }),
    );
  });

  it("throws a page in its place away, so that the next call starts anew", async () => {
    await inFolder(async (folder) => {
      await withServer({ content: Buffer.from("<html>moved</html>") }, async (url) => {
        await assert.rejects(loadImages(unguarded(url), { folder, onProgress, transfer }), { name: "ArchiveError" });
        assert.deepEqual(await readdir(folder), []);
      });
      await withServer({ content: tinyArchive() }, async (url) => {
        assert.equal((await loadImages(unguarded(url), { folder, onProgress })).size, 4);
      });
    });
  });

  it("leaves one that was put there by hand and cannot be read", async () => {
    await inFolder(async (folder) => {
      await writeFile(join(folder, "tiny.tar.gz"), tinyArchive().subarray(0, 60));
      await assert.rejects(loadImages(unguarded(await deadAddress()), { folder }), /tiny\.tar\.gz cannot be read/);
      assert.deepEqual(await readdir(folder), ["tiny.tar.gz"]);
    });
  });
});

describe("loadImages on an excerpt", () => {
  const tiny = tinyCifar("http://127.0.0.1:1/none", tinyArchive());
  const entry: ImageDataset = {
    ...tiny,
    splits: {
      train: {
        size: 3,
        paths: ["whole.bin"],
        excerpt: { of: 4, perClass: [1, 2], packed: "packed.bin" },
      },
    },
  };
  const marked = (label: number, mark: number) => {
    const record = tinyRecord(label);
    record[1] = mark;
    return record;
  };

  it("takes the first images of every class, class after class", async () => {
    await inFolder(async (folder) => {
      const records = [marked(1, 1), marked(0, 2), marked(0, 3), marked(1, 4)];
      await writeFile(join(folder, "whole.bin"), Buffer.concat(records));
      const set = await loadImages(entry, { folder, download: false });
      assert.deepEqual([...set.labels], [0, 1, 1]);
      assert.deepEqual(
        [0, 12, 24].map((start) => set.images[start]),
        [2, 1, 4],
      );
      assert.equal(set.size, 3);
    });
  });

  it("reads the packed file in place of the whole one, where it lies there", async () => {
    await inFolder(async (folder) => {
      await writeFile(join(folder, "packed.bin"), Buffer.concat([marked(0, 7), marked(1, 8), marked(1, 9)]));
      const set = await loadImages(entry, { folder, download: false });
      assert.deepEqual([...set.labels], [0, 1, 1]);
      assert.deepEqual(
        [0, 12, 24].map((start) => set.images[start]),
        [7, 8, 9],
      );
    });
  });

  it("says which class has too few", async () => {
    await inFolder(async (folder) => {
      await writeFile(join(folder, "whole.bin"), Buffer.concat([0, 0, 0, 1].map((label) => tinyRecord(label))));
      await assert.rejects(loadImages(entry, { folder, download: false }), /class 1 has 1 images, expected at least 2/);
    });
  });
});

describe("loadImages on single files", () => {
  it("reads a folder that is laid out already, without a network", async () => {
    const { entry, images, labels } = tinyIdx(await deadAddress());
    await inFolder(async (folder) => {
      await mkdir(join(folder, "tiny"));
      await writeFile(join(folder, "tiny", "images.gz"), images);
      await writeFile(join(folder, "tiny", "labels.gz"), labels);
      const set = await loadImages(entry, { folder });
      assert.deepEqual(Buffer.from(set.images), noise(16));
      assert.deepEqual([...set.labels], [0, 1, 1, 0]);
    });
  });

  it("refuses a file with another checksum before reading it", async () => {
    const { entry, images } = tinyIdx(await deadAddress());
    await inFolder(async (folder) => {
      await mkdir(join(folder, "tiny"));
      await writeFile(join(folder, "tiny", "images.gz"), images);
      await writeFile(join(folder, "tiny", "labels.gz"), idxFile([4], Uint8Array.of(1, 1, 1, 1)));
      await assert.rejects(loadImages(entry, { folder }), /labels\.gz has md5 [0-9a-f]{32}, expected/);
    });
  });

  it("says offline which files to put where, with address and checksum, and makes nothing up", async () => {
    const url = await deadAddress();
    const { entry } = tinyIdx(url);
    await inFolder(async (folder) => {
      for (const download of [true, false]) {
        const error = await loadImages(entry, { folder, download, onProgress, transfer }).catch(
          (reason: unknown) => reason,
        );
        assert.ok(error instanceof DataUnavailableError);
        assert.equal(error.code, "DATA_UNAVAILABLE");
        assert.equal(error.dataset, "tiny");
        assert.match(error.message, download ? /could not be fetched: .*ECONNREFUSED/ : /downloads are switched off/);
        for (const file of entry.files) {
          for (const part of [file.url, file.md5 ?? "no sum", join(folder, file.file)])
            assert.ok(error.message.includes(part), error.message);
        }
      }
      assert.ok(!existsSync(join(folder, "tiny", "images.gz")));
    });
  });

  it("rejects with the signal's reason when aborted, and keeps what was fetched", async () => {
    const { entry, images } = tinyIdx("");
    await inFolder((folder) =>
      withServer({ content: images, hold: () => new Promise(() => undefined) }, async (url) => {
        const controller = new AbortController();
        const reason = new Error("interrupted");
        const listener = ({ received }: { received: number }) => {
          if (received > 0) controller.abort(reason);
        };
        const served = { ...entry, files: entry.files.map((file) => ({ ...file, url })) };
        await assert.rejects(loadImages(served, { folder, signal: controller.signal, onProgress: listener }), reason);
        assert.deepEqual((await readdir(join(folder, "tiny"))).sort(), ["images.gz.part", "images.gz.part.json"]);
      }),
    );
  });

  it("obeys the signal of the running cell", async () => {
    const key = Symbol.for("counterweight.cellSignal");
    const scope = globalThis as { [key]?: AbortSignal };
    const reason = new Error("cell interrupted");
    scope[key] = AbortSignal.abort(reason);
    try {
      await assert.rejects(loadImages("digits"), reason);
    } finally {
      delete scope[key];
    }
  });
});

describe("loadImages on what it cannot load", () => {
  it("names the sets and splits that there are when asked for another", async () => {
    await assert.rejects(loadImages("fashion"), /"fashion"; known are "digits", "mnist", "fashion-mnist", "cifar-10"/);
    await assert.rejects(
      loadImages("digits", { split: "validation" }),
      /digits has no split "validation"; it has "train" and "test"/,
    );
  });

  it("sends tables to loadTabular, and resizing to imageBatch", async () => {
    await assert.rejects(loadImages("adult"), /adult is a table, not images; load it by loadTabular/);
    await assert.rejects(loadImages("digits", { resize: { size: [4, 4] } }), /stored in one size.*imageBatch/);
  });
});

describe("real images", () => {
  it("finds the embedded digits wherever the process was started", async () => {
    const before = process.cwd();
    process.chdir(tmpdir());
    try {
      const digits = await loadImages("digits", { split: "test", download: false });
      assert.deepEqual([digits.size, digits.images.length, ...digits.shape], [359, 359 * 64, 8, 8, 1]);
    } finally {
      process.chdir(before);
    }
  });

  const fashion = folderWith("fashion-mnist/train-images-idx3-ubyte.gz");
  it("reads Fashion-MNIST as published", { skip: !fashion && "Fashion-MNIST is not in data/cache" }, async () => {
    const train = await loadImages("fashion-mnist", { folder: fashion, download: false });
    assert.deepEqual(countsOf(train.labels), new Array(10).fill(6000));
    assert.deepEqual([...train.labels.slice(0, 6)], [9, 0, 0, 3, 0, 2]);
    assert.equal(indexHash(train.images.subarray(0, 784)), "e55a583e93d9b030");
    assert.equal(indexHash(train.images.subarray(-784)), "cd407d06cab9fdda");
    const test = await loadImages("fashion-mnist", { split: "test", folder: fashion, download: false });
    assert.deepEqual(countsOf(test.labels), new Array(10).fill(1000));
  });

  const cifar = folderWith("cifar-10-batches-bin/test_batch.bin");
  const packed = folderWith("cifar10/test_batch.bin.xz");
  const reason = "CIFAR-10 is not in data/cache";
  it("reads CIFAR-10's first images as published", { skip: !cifar && !packed && reason }, async (context) => {
    await inFolder(async (folder) => {
      const path = cifar ? join(cifar, "cifar-10-batches-bin", "data_batch_1.bin") : join(folder, "data_batch_1.bin");
      if (!cifar && packed) {
        try {
          const options = { maxBuffer: 40_000_000 };
          await writeFile(path, execFileSync("xz", ["-dc", join(packed, "cifar10", "data_batch_1.bin.xz")], options));
        } catch (error) {
          context.skip(`xz is needed to read the packed CIFAR-10: ${String(error)}`);
          return;
        }
      }
      const { images, labels } = await readCifar([path], { size: 10_000, shape: [32, 32, 3], classes: 10 });
      assert.deepEqual([...labels.slice(0, 5)], [6, 9, 9, 4, 1]);
      // The first image, a frog, begins with red, green and blue of 59, 62, 63.
      assert.deepEqual([...images.slice(0, 6)], [59, 62, 63, 43, 46, 45]);
      assert.deepEqual(countsOf(labels), [1005, 974, 1032, 1016, 999, 937, 1030, 1001, 1025, 981]);
    });
  });

  it("joins CIFAR-10's files in order", { skip: !cifar && reason }, async () => {
    const train = await loadImages("cifar-10", { folder: cifar, download: false });
    const test = await loadImages("cifar-10", { split: "test", folder: cifar, download: false });
    assert.deepEqual(countsOf(train.labels), new Array(10).fill(5000));
    assert.deepEqual(countsOf(test.labels), new Array(10).fill(1000));
    assert.equal(indexHash(train.labels), "1431253c7e60f5a2");
    assert.equal(indexHash(test.labels), "46759f9470c7bc48");
  });
});
