import { describe, it } from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { duration, progress, type DisplayMessage } from "../../src/notebook";
import { inCell } from "./cell";

/** A clock that is set by hand, in milliseconds. */
function handClock(): { now: number; read: () => number } {
  const clock = { now: 0, read: () => clock.now };
  return clock;
}

/** A stream that keeps what is written. */
function lineStream(): { lines: string[]; stream: NodeJS.WriteStream } {
  const lines: string[] = [];
  const stream = { isTTY: false, write: (line: string) => (lines.push(line.trimEnd()), true) };
  return { lines, stream: stream as unknown as NodeJS.WriteStream };
}

const plainText = (message: DisplayMessage): string => String(message.data["text/plain"]);

describe("notebook.progress in a cell", () => {
  it("updates one display in place, with a text beside the HTML", () => {
    const clock = handClock();
    const messages = inCell(() => {
      const task = progress({ total: 4, title: "<Training>", clock: clock.read });
      clock.now = 1000;
      task.update(1, "loss 0.5");
      task.done();
    });
    assert.deepEqual(messages.map(({ update }) => update), [false, true, true]); // prettier-ignore
    assert.equal(new Set(messages.map(({ message }) => message.transient?.display_id)).size, 1);
    assert.equal(
      plainText(messages[1].message),
      "<Training>: 25 % · 1 of 4 · 1.0 s elapsed, about 3.0 s left · loss 0.5",
    );
    assert.match(String(messages[1].message.data["text/html"]), /&lt;Training&gt;.*<progress value="1" max="4"/);
    assert.equal(plainText(messages[2].message), "<Training>: 100 % · 4 of 4 · done in 1.0 s");
  });

  it("draws at most five times a second, and always the end", () => {
    const clock = handClock();
    const messages = inCell(() => {
      const task = progress({ total: 1000, title: "t", clock: clock.read });
      for (let step = 1; step <= 1000; step++) {
        clock.now += 1;
        task.update(step);
      }
      task.done();
    });
    assert.ok(messages.length >= 5 && messages.length <= 7, `${messages.length} messages in a second`);
    assert.match(plainText(messages[messages.length - 1].message), /100 %/);
  });

  it("stays where it was when it fails, says why, and ends once", () => {
    const clock = handClock();
    const messages = inCell(() => {
      const task = progress({ total: 4, title: "t", clock: clock.read });
      task.update(1);
      task.fail("interrupted");
      task.done();
      task.update(3);
    });
    assert.equal(
      plainText(messages[messages.length - 1].message),
      "t: 25 % · 1 of 4 · stopped after 0.0 s · interrupted",
    );
    assert.equal(messages.length, 3);
  });

  it("gives two tasks two displays", () => {
    const messages = inCell(() => {
      progress({ total: 1, title: "a" });
      progress({ total: 1, title: "b" });
    });
    assert.equal(new Set(messages.map(({ message }) => message.transient?.display_id)).size, 2);
  });
});

describe("notebook.progress outside a notebook", () => {
  it("writes a line at each tenth to a log", () => {
    const { lines, stream } = lineStream();
    const clock = handClock();
    const task = progress({ total: 500, title: "Training", stream, clock: clock.read });
    for (let step = 1; step <= 500; step++) {
      clock.now += 1000;
      task.update(step);
    }
    task.done("F 0.7");
    assert.equal(lines.length, 10);
    assert.equal(lines[0], "Training: 10 % · 50 of 500 · 50 s elapsed, about 7 min 30 s left");
    assert.equal(lines[9], "Training: 100 % · 500 of 500 · done in 8 min 20 s · F 0.7");
  });

  it("draws a bar on a terminal, and an abandoned one does not keep the process alive", () => {
    const source = JSON.stringify(join(__dirname, "../../src/notebook/progress"));
    const script = `
      Object.defineProperty(process.stderr, "isTTY", { value: true });
      for (const name of ["cursorTo", "clearLine", "moveCursor"]) process.stderr[name] = () => true;
      process.stderr.write = (text) => process.stdout.write(text);
      const { progress } = require(${source});
      const task = progress({ total: 10, title: "Training" });
      task.update(5);`;
    const parameters = ["--import", "tsx", "-e", script];
    const output = execFileSync(process.execPath, parameters, { encoding: "utf8", timeout: 20_000, stdio: "pipe" });
    assert.match(output, /Training ░{24} 0 %/);
  });

  it("quotes a total that is none", () => {
    for (const total of [0, -1, NaN, Infinity])
      assert.throws(() => progress({ total, title: "t" }), new RegExp(`received ${total}`));
  });
});

describe("duration", () => {
  it("is said in seconds, minutes or hours", () => {
    const said = [0, 1234, 9999, 59_400, 59_600, 61_000, 3_599_000, 7_260_000].map(duration);
    assert.deepEqual(said, ["0.0 s", "1.2 s", "10 s", "59 s", "1 min 00 s", "1 min 01 s", "59 min 59 s", "2 h 01 min"]);
  });
});
