import assert from "node:assert/strict";
import { mkdir, readdir, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";

import { fetchDataset, listDatasets } from "../../src/data/inventory";
import { dataset, datasets } from "../../src/data/registry";
import { inFolder, tinyArchive, tinyCifar, withServer } from "./support";

const onProgress = () => undefined;

describe("listDatasets", () => {
  const stateOf = async (folder: string) =>
    Object.fromEntries((await listDatasets({ folder })).map(({ name, onDisk }) => [name, onDisk]));

  it("finds the embedded digits in any folder, and nothing else in an empty one", async () => {
    await inFolder(async (folder) => {
      const state = await stateOf(folder);
      assert.deepEqual(
        Object.keys(state),
        datasets.map(({ name }) => name),
      );
      assert.equal(state.digits, "yes");
      assert.ok(Object.entries(state).every(([name, onDisk]) => name === "digits" || onDisk === "no"));
      assert.deepEqual(await readdir(folder), []);
    });
  });

  it("tells which parts lie there, as published, gzipped or packed", async () => {
    await inFolder(async (folder) => {
      for (const path of ["cifar-100-binary/test.bin", "cifar-100-binary/train_lt_if50.bin", "tabular/adult.data.gz"]) {
        await mkdir(join(folder, path, ".."), { recursive: true });
        await writeFile(join(folder, path), "");
      }
      const state = await stateOf(folder);
      assert.deepEqual([state["cifar-100"], state["cifar-100-lt50"], state.adult], ["test", "yes", "train"]);
    });
  });

  it("counts images and rows of all parts", async () => {
    const sizes = Object.fromEntries((await listDatasets()).map(({ name, size, classes }) => [name, [size, classes]]));
    assert.deepEqual(
      [sizes.waterbirds, sizes.adult, sizes["cifar-100"]],
      [
        [11_788, 2],
        [48_842, 2],
        [60_000, 100],
      ],
    );
  });
});

describe("fetchDataset", () => {
  it("fetches a set once, and then finds it", async () => {
    const archive = tinyArchive();
    await inFolder((folder) =>
      withServer({ content: archive }, async (url, requests) => {
        const entry = tinyCifar(url, archive);
        assert.equal(await fetchDataset(entry, { folder, onProgress }), true);
        assert.deepEqual(await readdir(folder), ["tiny-bin"]);
        assert.equal(await fetchDataset(entry, { folder, onProgress }), false);
        assert.equal(requests.length, 1);
        await unlink(join(folder, "tiny-bin", "test.bin"));
        assert.equal(await fetchDataset(entry, { folder, onProgress }), true);
      }),
    );
  });

  it("looks at the checksum of a table that is there", async () => {
    await inFolder(async (folder) => {
      await mkdir(join(folder, "tabular"));
      await writeFile(join(folder, "tabular", "phoneme.csv"), "1,2,3,4,5,0\n");
      await assert.rejects(fetchDataset("phoneme", { folder }), /phoneme\.csv has md5 [0-9a-f]{32}, expected bada957f/);
    });
  });

  it("is content with the packed file of an excerpt", async () => {
    await inFolder(async (folder) => {
      const { name } = dataset("cifar-100-lt50");
      const path = join(folder, "cifar-100-binary");
      await mkdir(path);
      for (const file of ["train_lt_if50.bin", "test.bin"]) await writeFile(join(path, file), "");
      assert.equal(await fetchDataset(name, { folder }), false);
    });
  });

  it("rejects with the signal's reason when aborted, and keeps what has arrived", async () => {
    const archive = tinyArchive();
    await inFolder((folder) =>
      withServer({ content: archive, hold: () => new Promise(() => undefined) }, async (url) => {
        const controller = new AbortController();
        const reason = new Error("interrupted");
        const listener = ({ received }: { received: number }) => {
          if (received > 0) controller.abort(reason);
        };
        const { signal } = controller;
        await assert.rejects(fetchDataset(tinyCifar(url, archive), { folder, signal, onProgress: listener }), reason);
        assert.deepEqual((await readdir(folder)).sort(), ["tiny.tar.gz.part", "tiny.tar.gz.part.json"]);
      }),
    );
  });
});
