import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { gunzipSync } from "node:zlib";

import { folderWith, withServer, type ServerSettings } from "../data/support";

const ROOT = join(__dirname, "../..");

describe("counterweight data", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "counterweight-cli-"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const run = (...args: string[]) => {
    const command = ["--import", "tsx", join(ROOT, "src/cli/main.ts"), "data", ...args];
    const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: ROOT, encoding: "utf8" });
    return { status, stdout, stderr };
  };

  it("lists every set, and which of them are on disk", () => {
    const { status, stdout, stderr } = run("list", "--folder", folder);
    assert.deepEqual([status, stderr], [0, ""]);
    const lines = stdout.trim().split("\n");
    assert.match(lines[0], /^name +kind +size +classes +on disk +licence$/);
    assert.match(stdout, /^digits +images +1797 +10 +yes +CC BY 4\.0$/m);
    assert.match(stdout, /^adult +table +48842 +2 +no +CC BY 4\.0$/m);
  });

  it("has nothing to fetch of a set that is there", () => {
    const { status, stdout } = run("get", "digits", "--folder", folder);
    assert.equal(status, 0);
    assert.match(stdout, /^digits: is complete in /);
    assert.deepEqual(readdirSync(folder), []);
  });

  it("ends with 1 and a line that names the sets, when asked for another", () => {
    const { status, stdout, stderr } = run("get", "adults", "--folder", folder);
    assert.deepEqual([status, stdout], [1, ""]);
    assert.match(stderr, /^counterweight: data: no data set is called "adults"; known are "digits"/);
  });

  it("ends with 1 and the usage, when no set is named", () => {
    const { status, stderr } = run("get");
    assert.equal(status, 1);
    assert.match(stderr, /missing required argument 'name'/);
  });

  const packed = folderWith("tabular/phoneme.csv.gz");
  it(
    "ends with 130 when interrupted, and goes on where it was when called again",
    { skip: !packed && "no tables in data/cache" },
    async () => {
      const content = gunzipSync(readFileSync(join(packed ?? "", "tabular/phoneme.csv.gz")));
      let release = () => {};
      const settings: ServerSettings = {
        content,
        etag: '"one"',
        hold: () => new Promise((resolve) => (release = resolve)),
      };
      await withServer(settings, async (url, requests) => {
        // The publisher's address leads to the server of the test.
        const redirect = `const real = globalThis.fetch; globalThis.fetch = (_url, options) => real(${JSON.stringify(url)}, options);`;
        const get = async (onStart: (kill: () => void) => Promise<void>) => {
          const preload = `data:text/javascript,${encodeURIComponent(redirect)}`;
          const main = join(ROOT, "src/cli/main.ts");
          const child = spawn(
            process.execPath,
            ["--import", "tsx", "--import", preload, main, "data", "get", "phoneme", "--folder", folder],
            { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] },
          );
          let text = "";
          for (const stream of [child.stdout, child.stderr])
            stream.on("data", (part: Buffer) => (text += part.toString()));
          const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
          await onStart(() => child.kill("SIGINT"));
          return { status: await ended, text };
        };
        const part = join(folder, "tabular", "phoneme.csv.part");
        const half = content.length >> 1;
        const arrived = async () => {
          const deadline = Date.now() + 15_000;
          while (readdirSync(folder, { recursive: true }).every((path) => !String(path).endsWith("phoneme.csv.part"))) {
            assert.ok(Date.now() < deadline, "the download has not begun");
            await new Promise((resolve) => setTimeout(resolve, 20));
          }
          while (readFileSync(part).length < half) await new Promise((resolve) => setTimeout(resolve, 20));
        };
        const interrupted = await get(async (kill) => {
          await arrived();
          kill();
        });
        assert.equal(interrupted.status, 130, interrupted.text);
        assert.match(interrupted.text, /phoneme: interrupted; what has arrived is kept/);
        assert.ok(readFileSync(part).equals(content.subarray(0, half)));
        release();

        settings.hold = undefined;
        const finished = await get(async () => undefined);
        assert.equal(finished.status, 0, finished.text);
        assert.match(finished.text, /Downloading .*phoneme\.csv \(0\.2 MB\)\nphoneme: fetched into /);
        assert.deepEqual(readdirSync(join(folder, "tabular")), ["phoneme.csv"]);
        assert.ok(readFileSync(join(folder, "tabular", "phoneme.csv")).equals(content));
        assert.deepEqual(
          requests.map((request) => request.headers.range),
          [undefined, `bytes=${half}-`],
        );
      });
    },
  );
});
