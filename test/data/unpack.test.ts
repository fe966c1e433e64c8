import assert from "node:assert/strict";
import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { gunzipSync } from "node:zlib";

import { unpack, type UnpackOptions } from "../../src/data/unpack";
import { inFolder, noise, tarball, zipball } from "./support";

const limits: UnpackOptions = { maxBytes: 1_000_000 };
const good = { path: "set/good.bin", content: noise(5000) };

/** Unpacks into `folder/data`, and gives the error and all that lies in `folder` after. */
async function attempt(archive: Buffer, options = limits, before?: (data: string) => Promise<void>) {
  return inFolder(async (folder) => {
    const data = join(folder, "data");
    await mkdir(data);
    await writeFile(join(folder, "archive"), archive);
    await before?.(data);
    const outcome = await unpack(join(folder, "archive"), data, options).then(
      (members) => ({ members, error: undefined }),
      (error: Error) => ({ members: undefined, error }),
    );
    const left = (await readdir(folder, { recursive: true })).sort();
    const read = (path: string) => readFile(join(data, path));
    const contents = new Map<string, Buffer>();
    for (const path of outcome.members ?? [])
      contents.set(path, await read(path).catch(() => Buffer.from("unreadable")));
    return { ...outcome, left, contents };
  });
}

describe("unpack", () => {
  it("lays files and folders out, and nothing besides", async () => {
    const archive = tarball([
      { path: "set/", type: "Directory", mode: 0o755 },
      good,
      { path: "./set/deep/er/b.txt", content: noise(3) },
    ]);
    for (const packed of [archive, gunzipSync(archive)]) {
      const { error, members, left, contents } = await attempt(packed);
      assert.equal(error, undefined);
      assert.deepEqual(members, ["set/good.bin", "set/deep/er/b.txt"]);
      assert.ok(contents.get("set/good.bin")?.equals(good.content));
      assert.deepEqual(left, [
        "archive",
        "data",
        "data/set",
        "data/set/deep",
        "data/set/deep/er",
        "data/set/deep/er/b.txt",
        "data/set/good.bin",
      ]);
    }
  });

  const hostile: [string, Parameters<typeof tarball>[0][number], RegExp][] = [
    ["a member above the folder", { path: "../evil", content: noise(9) }, /"\.\.\/evil" lies outside the folder/],
    ["a member that climbs out", { path: "set/../../evil", content: noise(9) }, /lies outside the folder/],
    ["an absolute member", { path: "/tmp/evil", content: noise(9) }, /"\/tmp\/evil" lies outside the folder/],
    ["a member of a Windows drive", { path: "C:\\evil", content: noise(9) }, /lies outside the folder/],
    [
      "a symbolic link",
      { path: "set/link", type: "SymbolicLink", linkpath: "../.." },
      /"set\/link" is a SymbolicLink to "\.\.\/\.\."/,
    ],
    ["a hard link", { path: "set/link", type: "Link", linkpath: "/etc/passwd" }, /is a Link to "\/etc\/passwd"/],
    ["a device", { path: "set/null", type: "CharacterDevice" }, /is a CharacterDevice/],
  ];
  for (const [what, member, message] of hostile) {
    it(`writes nothing of an archive with ${what}, wherever it stands`, async () => {
      for (const members of [
        [good, member],
        [member, good],
      ]) {
        const { error, left } = await attempt(tarball(members));
        assert.match(error?.message ?? "no error", message);
        assert.deepEqual(left, ["archive", "data"]);
      }
    });
  }

  it("refuses more bytes or members than allowed, before anything is written", async () => {
    const large = await attempt(tarball([good, { path: "bomb", content: Buffer.alloc(2_000_000) }]));
    assert.match(large.error?.message ?? "", /more than the 1000000 bytes allowed/);
    assert.deepEqual(large.left, ["archive", "data"]);
    const many = Array.from({ length: 30 }, (_, index) => ({ path: `file-${index}`, content: noise(1) }));
    const crowded = await attempt(tarball(many), { ...limits, maxMembers: 20 });
    assert.match(crowded.error?.message ?? "", /more than 20 members/);
  });

  it("names an archive that is cut, damaged, empty or none", async () => {
    const whole = tarball([{ path: "set/a.bin", content: noise(100_000) }]);
    const damaged = Buffer.from(whole).fill(0, 40_000, 40_100);
    const cases = [
      whole.subarray(0, 50_000),
      damaged,
      gunzipSync(whole).subarray(0, 60_000),
      noise(4000),
      Buffer.alloc(0),
      tarball([]),
    ];
    for (const archive of cases) {
      const { error, left } = await attempt(archive);
      assert.match(error?.message ?? "no error", /archive (cannot be read|is not unpacked|cannot be unpacked)/);
      assert.deepEqual(left, ["archive", "data"]);
    }
  });

  it("adds what is missing to a folder that is there, and overwrites nothing", async () => {
    const archive = tarball([good, { path: "set/more.bin", content: noise(8) }]);
    const { error, contents } = await attempt(archive, limits, async (data) => {
      await mkdir(join(data, "set"));
      await writeFile(join(data, "set", "good.bin"), "mine");
    });
    assert.equal(error, undefined);
    assert.equal(contents.get("set/good.bin")?.toString(), "mine");
    assert.ok(contents.get("set/more.bin")?.equals(noise(8)));
  });

  it("does not follow a link of the data folder to replace a file elsewhere", async () => {
    const { left } = await attempt(tarball([{ path: "other", content: noise(4) }]), limits, (data) =>
      symlink("../elsewhere", join(data, "other")),
    );
    assert.deepEqual(left, ["archive", "data", "data/other"]);
  });

  it("clears away what a killed process left half unpacked", async () => {
    const { error, left } = await attempt(tarball([good]), limits, async (data) => {
      await mkdir(join(data, ".archive.unpacking", "set"), { recursive: true });
      await writeFile(join(data, ".archive.unpacking", "set", "good.bin"), "half");
    });
    assert.equal(error, undefined);
    assert.deepEqual(left, ["archive", "data", "data/set", "data/set/good.bin"]);
  });

  it("stops when aborted", async () => {
    const reason = new Error("enough");
    const { error, left } = await attempt(tarball([good]), { ...limits, signal: AbortSignal.abort(reason) });
    assert.equal(error, reason);
    assert.deepEqual(left, ["archive", "data"]);
  });
});

describe("unpack on a zip archive", () => {
  it("lays files and folders out, stored and compressed ones", async () => {
    const archive = zipball([
      { path: "set/" },
      { path: "set/good.bin", content: good.content },
      { path: "set/deep/er/b.txt", content: Buffer.alloc(9000, "b"), compressed: true },
    ]);
    const { error, members, contents, left } = await attempt(archive);
    assert.equal(error, undefined);
    assert.deepEqual(members, ["set/good.bin", "set/deep/er/b.txt"]);
    assert.ok(contents.get("set/good.bin")?.equals(good.content));
    assert.ok(contents.get("set/deep/er/b.txt")?.equals(Buffer.alloc(9000, "b")));
    assert.ok(!left.some((path) => path.includes("unpacking")));
  });

  const hostile: [string, Parameters<typeof zipball>[0][number], RegExp][] = [
    ["a member above the folder", { path: "../evil", content: noise(9) }, /\.\.\/evil/],
    ["an absolute member", { path: "/tmp/evil", content: noise(9) }, /\/tmp\/evil/],
    [
      "a symbolic link",
      { path: "set/link", content: Buffer.from("../.."), mode: 0o120_777 },
      /"set\/link" is a SymbolicLink/,
    ],
    [
      "a file larger than allowed",
      { path: "bomb", content: Buffer.alloc(2_000_000), compressed: true },
      /more than the/,
    ],
    [
      "a size that is not the file's",
      { path: "liar", content: noise(99), compressed: true, size: 98 },
      /cannot be (read|unpacked)/,
    ],
    ["a damaged file", { path: "bad", content: noise(99), sum: 1 }, /"bad" is damaged \(CRC-32\)/],
  ];
  for (const [what, member, message] of hostile) {
    it(`leaves nothing of an archive with ${what}`, async () => {
      const { error, left } = await attempt(zipball([{ path: "set/good.bin", content: good.content }, member]));
      assert.equal(error?.name, "ArchiveError");
      assert.match(error?.message ?? "", message);
      assert.deepEqual(left, ["archive", "data"]);
    });
  }

  it("names an archive that is cut or empty", async () => {
    const whole = zipball([{ path: "a.bin", content: noise(10_000) }]);
    for (const archive of [whole.subarray(0, 5_000), zipball([])]) {
      const { error, left } = await attempt(archive);
      assert.match(error?.message ?? "no error", /archive (cannot be read|is not unpacked)/);
      assert.deepEqual(left, ["archive", "data"]);
    }
  });
});
