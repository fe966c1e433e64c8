import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";

import { terminalReporter, throttled } from "../../src/data/progress";

const step = (received: number) => ({ file: "set.gz", url: "http://host/set.gz", received, total: 4_000_000 });

function stream(isTTY: boolean) {
  const output = new PassThrough();
  return { output, stream: Object.assign(output, { isTTY, columns: 100 }) as unknown as NodeJS.WriteStream };
}

describe("terminalReporter", () => {
  it("draws a bar in a terminal, up to the end", async () => {
    const { output, stream: terminal } = stream(true);
    const reporter = terminalReporter("set.gz", terminal);
    reporter.report(step(0));
    await delay(120);
    reporter.report(step(4_000_000));
    reporter.close();
    const text = String(output.read());
    assert.match(text, /set\.gz \[.*\] 0% \| 0\/4 MB/);
    assert.match(text, /100% \| 4\/4 MB/);
  });

  it("writes one line elsewhere", () => {
    const { output, stream: file } = stream(false);
    const reporter = terminalReporter("set.gz", file);
    [0, 1_000_000, 4_000_000].forEach((received) => reporter.report(step(received)));
    reporter.close();
    assert.equal(String(output.read()), "Downloading http://host/set.gz (4 MB)\n");
  });
});

describe("throttled", () => {
  it("passes on the first and the last report, and few between", async () => {
    const seen: number[] = [];
    const reporter = throttled(({ received }) => seen.push(received), 40);
    for (let received = 0; received <= 100; received++) reporter.report(step(received));
    assert.deepEqual(seen, [0]);
    await delay(80);
    assert.deepEqual(seen, [0, 100]);
    for (let received = 101; received <= 200; received++) reporter.report(step(received));
    reporter.close();
    assert.equal(seen.at(-1), 200);
    assert.ok(seen.length <= 4);
    const { length } = seen;
    await delay(80);
    assert.equal(seen.length, length);
  });
});
