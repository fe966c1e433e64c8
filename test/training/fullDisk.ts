/**
 * Trains with a checkpoint after every step until the disk is full, makes room, and goes on:
 *
 *     fullDisk.ts FOLDER_ON_A_SMALL_DISK
 *
 * Prints one line of JSON with what came of it.
 */
import { statSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";

import { disposeCheckpoint, fit, openRun, readCheckpoint } from "../../src/training";
import { newModel, numbers, settings } from "./support";

const EPOCHS = 8;

async function main(folder: string): Promise<void> {
  const whole = newModel();
  const unbroken = numbers(whole, await fit(settings(whole, { epochs: EPOCHS })));

  const model = newModel();
  const open = () => openRun({ name: "run", folder, config: {}, keep: 1000 });
  const train = async () => fit(settings(model, { epochs: EPOCHS, run: await open(), checkpointEvery: { steps: 1 } }));
  const message = await train().then(
    () => "",
    (error: Error) => error.message,
  );
  const run = await open();
  const written = await run.checkpoints.list();
  for (const path of written) disposeCheckpoint(await readCheckpoint(path));
  const left = (await readdir(run.checkpoints.folder)).filter((name) => name.endsWith(".partial"));
  const finite = model.parameters.every((variable) => variable.dataSync().every(Number.isFinite));

  // Room for the rest: the last checkpoint is enough to go on from.
  for (const path of written.slice(0, -1)) await rm(path);
  const size = statSync(written[written.length - 1]).size;
  const resumed = numbers(model, await fit(settings(model, { epochs: EPOCHS, run: await open() })));
  const same = JSON.stringify(resumed) === JSON.stringify(unbroken);
  console.log(JSON.stringify({ message, written: written.length, left, finite, same, size, run: join(folder, "run") }));
}

void main(process.argv[2]);
