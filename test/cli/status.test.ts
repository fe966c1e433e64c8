import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { describe, it } from "node:test";

import { createStatus } from "../../src/cli/status";

/** A stream that remembers what was written, with a clock that is set by hand. */
function stage({ isTTY = false, heartbeat = 1_000_000 } = {}) {
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 60 }) as unknown as NodeJS.WriteStream;
  let text = "";
  stream.on("data", (part: Buffer) => (text += part.toString()));
  const time = { now: 0 };
  const status = createStatus(stream, { clock: () => time.now, heartbeat });
  return { status, time, text: () => text };
}

describe("the state of runs", () => {
  it("is a line at start and end in a log, and one in between on what is under way", async () => {
    const { status, time, text } = stage({ heartbeat: 20 });
    status.start("a", "not run before");
    status.start("b", "src/x.ts changed");
    status.cell("b", 3, 7);
    time.now = 65_000;
    await new Promise((done) => setTimeout(done, 60));
    status.end("a", "a: ok");
    status.close();
    const lines = text().trim().split("\n");
    assert.deepEqual(lines.slice(0, 2), ["a: running (not run before)", "b: running (src/x.ts changed)"]);
    assert.equal(lines[2], "under way: a (kernel starting, 1 min 05 s); b (cell 3 of 7, 1 min 05 s)");
    assert.equal(lines[lines.length - 1], "a: ok");
    assert.ok(!text().includes("\u001b"), "no control codes in a log");
  });

  it("moves at the bottom of a terminal, below the lines that stay, and is gone at the end", () => {
    const { status, time, text } = stage({ isTTY: true });
    status.start("a", "not run before");
    status.cell("a", 6, 10);
    time.now = 12_000;
    status.say("a word");
    // One line up, what is below cleared, the word, and the run's line again, cut to the width.
    const line = `  ${"a".padEnd(30)} ${"█".repeat(10)}${"░".repeat(10)} cell 6 of 10`;
    assert.ok(text().endsWith(`\u001b[1A\u001b[0Ja word\n${line.slice(0, 59)}\n`), JSON.stringify(text()));
    status.end("a", "a: ok");
    status.close();
    assert.ok(text().endsWith("a: ok\n\u001b[0J"), JSON.stringify(text().slice(-60)));
  });
});
