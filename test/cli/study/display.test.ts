import assert from "node:assert/strict";
import { Writable } from "node:stream";
import { describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";

import { gridDisplay } from "../../../src/cli/study/display";
import { arithmeticGrid, recordOf } from "../../studies/core/support";

/** A stream that keeps what is written, as a terminal of so many columns or as a file. */
function screen(columns?: number) {
  const written: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      written.push(String(chunk));
      done();
    },
  });
  Object.assign(stream, columns === undefined ? {} : { isTTY: true, columns });
  return { stream: stream as unknown as NodeJS.WriteStream, text: () => written.join("") };
}

describe("the display of a running grid", () => {
  it("writes a line per trial into a file, with what remains, by the labels in which trials differ", async () => {
    const trials = (await arithmeticGrid([1, 2, 3])).filter(({ labels }) => labels.method === "plus");
    const { stream, text } = screen();
    let now = 0;
    const { observer, close } = gridDisplay({ trials, slots: 1, stream, clock: () => now });
    observer.started?.(trials[0]);
    now = 60_000;
    await observer.finished?.(trials[0], { ...recordOf(trials[0]), timing: { seconds: 60 } });
    observer.started?.(trials[1]);
    observer.failed?.(trials[1], { message: "why\nat a place", log: "a/log.txt" });
    close();
    assert.equal(
      text(),
      "1/3 finished in 1 min 00 s: seed=1, about 2 min 00 s left\n" +
        // The second has taken no time: a pace of 30 s.
        "2/3 FAILED seed=2, about 30 s left\n  why\n  log: a/log.txt\n",
    );
  });

  it("draws all running trials in a terminal, those that do not move too, and folds lines that are too long", async () => {
    const trials = await arithmeticGrid([1]);
    const { stream, text } = screen(40);
    const { observer, say, close } = gridDisplay({ trials, slots: 2, stream });
    for (const trial of trials) observer.started?.(trial);
    observer.progress?.(trials[0], { done: 3, total: 10, detail: "part 3" });
    say("x".repeat(50));
    await delay(300);
    const from = text().length;
    await delay(450);
    const frame = text().slice(from);
    assert.match(frame, /30 % method=plus · part 3/);
    assert.match(frame, /0 % method=twice/);
    assert.ok(text().includes(`${"x".repeat(40)}\x1b[K\n${"x".repeat(10)}\x1b[K\n`));
    close();
  });
});
