import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { promisify } from "node:util";

import { tf } from "../../src/engine";
import {
  checkpointStore,
  disposeCheckpoint,
  fit,
  readCheckpoint,
  writeCheckpoint,
  type Checkpoint,
  type Json,
} from "../../src/training";
import { decodeSafetensors, encodeSafetensors } from "../../src/training/safetensors";
import { writeWhole } from "../../src/training/wholeFile";
import { inFolder, newModel, settings } from "./support";

const execute = promisify(execFile);

const content = {
  arrays: {
    "model/w": { dtype: "float32", shape: [2, 1], values: Float32Array.of(1.5, -0) },
    flags: { dtype: "bool", shape: [3], values: Uint8Array.of(1, 0, 1) },
    empty: { dtype: "float32", shape: [0, 4], values: new Float32Array(0) },
    count: { dtype: "int32", shape: [], values: Int32Array.of(-7) },
  },
  metadata: { text: 'quotes " and ümlauts' },
} as const;

describe("safetensors", () => {
  it("come back as they were", () => {
    const file = Buffer.concat(encodeSafetensors(content));
    assert.deepEqual(decodeSafetensors(file, "file"), content);
    // A view that does not start at the beginning of its memory.
    const shifted = Buffer.concat([Buffer.alloc(3), file]).subarray(3);
    assert.deepEqual(decodeSafetensors(shifted, "file"), content);
  });

  it("are laid out as the format says", () => {
    const file = Buffer.concat(encodeSafetensors(content));
    const length = Number(file.readBigUInt64LE(0));
    assert.equal(length % 8, 0);
    const header = JSON.parse(file.toString("utf8", 8, 8 + length)) as Record<string, unknown>;
    assert.deepEqual(header.__metadata__, content.metadata);
    assert.deepEqual(header["model/w"], { dtype: "F32", shape: [2, 1], data_offsets: [0, 8] });
    assert.deepEqual(header.count, { dtype: "I32", shape: [], data_offsets: [8, 12] });
    assert.deepEqual(header.flags, { dtype: "BOOL", shape: [3], data_offsets: [12, 15] });
    assert.equal(file.readFloatLE(8 + length), 1.5);
    assert.equal(file.length, 8 + length + 15);
  });

  it("that are damaged are refused, saying how", () => {
    const file = Buffer.concat(encodeSafetensors(content));
    const refused = (bytes: Uint8Array, message: RegExp) =>
      assert.throws(() => decodeSafetensors(bytes, "x.safetensors"), message);
    refused(file.subarray(0, 5), /^Error: x.safetensors is no whole safetensors file: it has 5 bytes/);
    refused(file.subarray(0, 40), /its header should have \d+ bytes, it has 40 in all/);
    refused(file.subarray(0, -1), /flags should have 3 bytes from 12/);
    refused(Buffer.concat([file, Buffer.alloc(2)]), /its arrays end at byte \d+ of \d+/);
    refused(Buffer.from("not a checkpoint of any kind"), /its header should have/);
    const broken = Buffer.from(file);
    broken[10] = 0;
    refused(broken, /its header is no JSON/);
    const other = Buffer.from(file.toString("latin1").replace('"I32"', '"F8x"'), "latin1");
    refused(other, /count has dtype F8x, expected F32, I32, BOOL/);
  });

  it("of a shape that is not that of their values are not written", () => {
    const arrays = { w: { dtype: "float32", shape: [3], values: Float32Array.of(1, 2) } } as const;
    assert.throws(() => encodeSafetensors({ arrays, metadata: {} }), /w of shape \[3\] must have 3 float32 values/);
  });
});

/** A checkpoint after some updates, with one weight. */
function made(step: number, weight = 0.1): Checkpoint {
  const values: Record<string, Json> = { list: [1, 0.1, 1e-300], nested: { text: "a", none: null, yes: true } };
  return {
    step,
    epoch: 1,
    position: 3,
    parts: {
      model: { tensors: { "a/b.c": tf.tensor2d([[weight, 2]]) }, values: {} },
      other: { tensors: { n: tf.tensor1d([1, 2], "int32"), flag: tf.tensor1d([true, false], "bool") }, values },
    },
  };
}

describe("a checkpoint", () => {
  it("comes back as it was, as new tensors", async () => {
    await inFolder(async (folder) => {
      const path = join(folder, "one.safetensors");
      const checkpoint = made(12);
      const before = tf.memory().numTensors;
      assert.equal(await writeCheckpoint(path, checkpoint), undefined);
      const read = await readCheckpoint(path);
      assert.deepEqual([read.step, read.epoch, read.position], [12, 1, 3]);
      assert.deepEqual(read.parts.other.values, checkpoint.parts.other.values);
      for (const [part, { tensors }] of Object.entries(checkpoint.parts)) {
        for (const [name, tensor] of Object.entries(tensors)) {
          const { shape, dtype } = read.parts[part].tensors[name];
          assert.deepEqual({ shape, dtype }, { shape: tensor.shape, dtype: tensor.dtype });
          assert.deepEqual(read.parts[part].tensors[name].dataSync(), tensor.dataSync());
        }
      }
      disposeCheckpoint(read);
      assert.equal(tf.memory().numTensors, before);
      disposeCheckpoint(checkpoint);
    });
  });

  it("tells where a byte of it was changed", async () => {
    await inFolder(async (folder) => {
      const path = join(folder, "one.safetensors");
      await writeCheckpoint(path, made(12));
      const bytes = await readFile(path);
      bytes[bytes.length - 1] ^= 1;
      await writeFile(path, bytes);
      await assert.rejects(readCheckpoint(path), /one.safetensors is damaged: .* another checksum/);
      await writeFile(path, Buffer.concat(encodeSafetensors({ ...content, metadata: {} })));
      await assert.rejects(readCheckpoint(path), /one.safetensors is no checkpoint of version 1/);
    });
  });

  it("with a value that JSON does not keep, or a weight that is not finite, is not written", async () => {
    await inFolder(async (folder) => {
      const path = join(folder, "one.safetensors");
      const withValue = (value: unknown): Checkpoint => ({
        ...made(1),
        parts: { sampler: { tensors: {}, values: { state: [value] as Json } } },
      });
      const at = /checkpoint.sampler.state\[0\] must be a finite number/;
      for (const value of [NaN, undefined, new Map(), 1n]) {
        await assert.rejects(writeCheckpoint(path, withValue(value)), at);
      }
      assert.equal(await writeCheckpoint(path, made(1, Infinity)), "a/b.c");
      assert.deepEqual(await readdir(folder), []);
    });
  });
});

describe("a store of checkpoints", () => {
  it("keeps the newest, in order of steps", async () => {
    await inFolder(async (folder) => {
      const store = checkpointStore({ folder: join(folder, "deep", "er"), keep: 2 });
      assert.deepEqual([await store.list(), await store.latest()], [[], undefined]);
      for (const step of [9, 10, 100]) await store.save(made(step));
      const names = (await store.list()).map((path) => path.slice(-20));
      assert.deepEqual(names, ["00000010.safetensors", "00000100.safetensors"]);
      const latest = await store.latest();
      assert.equal(latest?.checkpoint.step, 100);
    });
  });

  it("removes what a killed writer has left", async () => {
    await inFolder(async (folder) => {
      await writeFile(join(folder, ".step-00000003.safetensors.99999.partial"), "half");
      const store = checkpointStore({ folder });
      await store.save(made(4));
      assert.deepEqual(await readdir(folder), ["step-00000004.safetensors"]);
    });
  });

  it("that cannot be written loses nothing and names the file", async () => {
    await inFolder(async (folder) => {
      // Works for the superuser too, whom no permission stops: the folder's place is taken by a file.
      await writeFile(join(folder, "taken"), "mine");
      const store = checkpointStore({ folder: join(folder, "taken", "checkpoints") });
      const model = newModel();
      await assert.rejects(fit(settings(model, { checkpoints: store })), /taken.checkpoints/);
      assert.ok(model.parameters.every((variable) => variable.dataSync().every(Number.isFinite)));
      assert.equal(await readFile(join(folder, "taken"), "utf8"), "mine");
      model.dispose();

      await mkdir(join(folder, "step-00000002.safetensors"));
      const other = checkpointStore({ folder });
      await other.save(made(1));
      await assert.rejects(other.save(made(2)), /step-00000002.safetensors could not be written: EISDIR/);
      assert.deepEqual(
        (await readdir(folder)).filter((name) => name.endsWith(".partial")),
        [],
      );
      disposeCheckpoint(await readCheckpoint(join(folder, "step-00000001.safetensors")));
    });
  });

  it("on a full disk loses nothing, and the run goes on once there is room", async (context) => {
    await inFolder(async (folder) => {
      const program = [process.execPath, "--import", "tsx", join(__dirname, "fullDisk.ts"), folder];
      const script = `mount -t tmpfs -o size=64k none "${folder}" || exit 99; exec ${program.map((word) => `"${word}"`).join(" ")}`;
      const ended = await execute("unshare", ["-rm", "sh", "-c", script]).then(
        ({ stdout }) => stdout,
        (error: { code: number | string; stderr?: string }) => {
          if (error.code === 99 || error.code === "ENOENT" || /unshare/.test(error.stderr ?? "")) return undefined;
          throw new Error(`the program failed: ${error.stderr}`);
        },
      );
      if (ended === undefined) return context.skip("no small disk can be mounted here");
      const outcome = JSON.parse(ended) as Record<string, unknown>;
      assert.match(
        String(outcome.message),
        /step-\d+.safetensors could not be written: ENOSPC.*; the run can go on from .*step-\d+.safetensors$/,
      );
      assert.ok(Number(outcome.written) >= 2, ended);
      assert.deepEqual(
        { left: outcome.left, finite: outcome.finite, same: outcome.same },
        { left: [], finite: true, same: true },
      );
    });
  });

  it("refuses to keep none", () => {
    assert.throws(() => checkpointStore({ folder: "x", keep: 0 }), /keep must be a positive integer, received 0/);
  });
});

describe("a whole file", () => {
  it("replaces another, and is not there when it cannot be", async () => {
    await inFolder(async (folder) => {
      const path = join(folder, "file.json");
      await writeWhole(path, "old");
      await writeWhole(path, [Buffer.from("ne"), Buffer.from("w")]);
      assert.equal(await readFile(path, "utf8"), "new");
      await assert.rejects(writeWhole(join(folder, "none", "file"), "x"), /none.file could not be written: ENOENT/);
      assert.deepEqual(await readdir(folder), ["file.json"]);
    });
  });
});
