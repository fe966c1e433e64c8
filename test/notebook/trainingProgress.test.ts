import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { PLOTLY_MIME, trainingProgress, type DisplayMessage } from "../../src/notebook";
import { type FitObserver } from "../../src/training";
import { inCell } from "./cell";
import { floatsOf } from "./unpack";

/** Ten steps of a run, five per epoch, half a second each. */
function run(observer: FitObserver, clock: { now: number }, before: number = 0): void {
  const epochs =
    before > 0 ? [{ epoch: 0, step: 5, loss: 2, learningRate: 0.1, seconds: 1, metrics: { error: 0.5 } }] : [];
  observer.begin?.({ model: "MLP 8", step: before, steps: 10, stepsPerEpoch: 5, epochs });
  for (let step = before; step < 10; step++) {
    clock.now += 500;
    observer.losses?.([{ step, loss: 3 - step / 10 }]);
    observer.step?.(step + 1);
    const metrics = { error: (50 - step) / 100, loss: 1 };
    if (step % 5 === 4) {
      observer.epoch?.({ epoch: (step - 4) / 5, step: step + 1, loss: 2, learningRate: 0.1, seconds: 1, metrics });
    }
  }
}

interface Trace {
  readonly name: string;
  readonly x: number[];
  readonly y: number[];
}
const isFigure = ({ data }: DisplayMessage) => PLOTLY_MIME in data;
const traces = ({ data }: DisplayMessage) => (data[PLOTLY_MIME] as { data: Trace[] }).data;
const text = ({ data }: DisplayMessage) => String(data["text/plain"]);

describe("notebook.trainingProgress in a cell", () => {
  it("shows a live line, and curves that replace themselves about once a second", () => {
    const clock = { now: 0 };
    const messages = inCell(() => {
      const observer: FitObserver = trainingProgress({ clock: () => clock.now });
      run(observer, clock);
      observer.end?.("finished");
    });
    const figures = messages.filter(({ message }) => isFigure(message));
    const losses = figures.filter(({ message }) => traces(message)[0].name === "training");
    assert.ok(losses.length >= 4 && losses.length <= 7, `${losses.length} drawings in 5 s`);
    assert.deepEqual(
      losses.map(({ update }) => update),
      losses.map((_, index) => index > 0),
    );
    assert.equal(new Set(losses.map(({ message }) => message.transient?.display_id)).size, 1);
    const [training, evaluation] = traces(losses[losses.length - 1].message);
    assert.deepEqual(training.x, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    assert.deepEqual([evaluation.name, evaluation.x, evaluation.y], ["evaluation", [5, 10], [1, 1]]);
    const metrics = figures.filter(({ message }) => traces(message)[0].name === "error");
    assert.deepEqual(traces(metrics[metrics.length - 1].message)[0].y, [0.46, 0.41]);
    const last = messages.filter(({ message }) => !isFigure(message)).pop();
    assert.ok(last);
    assert.equal(
      text(last.message),
      "MLP 8: 100 % · 10 of 10 · done in 5.0 s · loss 2.10, error 0.410, evaluation loss 1.00",
    );
  });

  it("averages steps where there are many", () => {
    const messages = inCell(() => {
      const observer = trainingProgress({ clock: () => 0 });
      observer.begin({ model: "m", step: 0, steps: 1000, stepsPerEpoch: 1000, epochs: [] });
      observer.losses(Array.from({ length: 1000 }, (_, step) => ({ step, loss: step % 2 })));
      observer.end("stopped early");
    });
    const [training] = traces(messages.filter(({ message }) => isFigure(message)).pop()!.message);
    const x = floatsOf(training.x);
    assert.equal(x.length, 200);
    assert.deepEqual([x[0], x[199]], [5, 1000]);
    assert.ok(floatsOf(training.y).every((loss) => [0.4, 0.6].map(Math.fround).includes(loss)));
    assert.match(text(messages[messages.length - 1].message), /stopped early, loss 1.00/);
  });

  it("goes on where a run does, and says why one stopped", () => {
    const clock = { now: 0 };
    const messages = inCell(() => {
      const observer = trainingProgress({ clock: () => clock.now, title: "seed 1", curves: false });
      run(observer, clock, 5);
      observer.fail(new Error("the loss is NaN"));
    });
    assert.ok(messages.every(({ message }) => !isFigure(message)));
    assert.match(text(messages[1].message), /^seed 1: 50 % · 5 of 10 .* resumed/);
    assert.match(text(messages[messages.length - 1].message), /stopped after .* · the loss is NaN$/);
  });

  it("outside a cell writes lines alone", () => {
    const clock = { now: 0 };
    const lines: string[] = [];
    const stream = { isTTY: false, write: (line: string) => lines.push(line) } as unknown as NodeJS.WriteStream;
    const observer = trainingProgress({ clock: () => clock.now, stream });
    run(observer, clock);
    observer.end("finished");
    assert.match(lines[lines.length - 1], /^MLP 8: 100 % .* error 0.410/);
  });
});
