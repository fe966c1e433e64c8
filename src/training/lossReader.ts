import { tf } from "../engine";

/** The loss of a step, read from the device. */
export interface LossReading {
  readonly step: number;
  readonly loss: number;
}

interface Pending {
  readonly step: number;
  readonly loss: tf.Tensor;
  readonly indices?: ArrayLike<number>;
}

/** Found in a reading: a loss that is not finite or above the limit. */
export interface BadLoss extends LossReading {
  readonly indices?: ArrayLike<number>;
}

/**
 * Keeps the losses of the last steps on the device and reads them together: each reading waits until the device is done.
 *
 * @param limit losses above it in absolute value count as bad.
 * @returns `push` takes a loss over; `read` empties it and tells the losses in order, and the first bad one; `dispose` frees what was
 *   not read.
 */
export function lossReader(limit: number) {
  let pending: Pending[] = [];
  return {
    push(step: number, loss: tf.Tensor, indices?: ArrayLike<number>): void {
      if (loss.size !== 1) {
        const shape = `[${loss.shape.join(", ")}]`;
        loss.dispose();
        throw new TypeError(`fit: the loss must be a scalar, received shape ${shape}`);
      }
      pending.push({ step, loss, indices });
    },
    read(): { readonly readings: readonly LossReading[]; readonly bad?: BadLoss } {
      const read = pending;
      pending = [];
      if (read.length === 0) return { readings: [] };
      const stacked = tf.tidy(() => tf.stack(read.map(({ loss }) => tf.reshape(loss, []))));
      const values = stacked.dataSync();
      stacked.dispose();
      tf.dispose(read.map(({ loss }) => loss));
      const readings = read.map(({ step }, index) => ({ step, loss: values[index] }));
      const bad = readings.findIndex(({ loss }) => !(Math.abs(loss) <= limit));
      if (bad < 0) return { readings };
      return { readings: readings.slice(0, bad), bad: { ...readings[bad], indices: read[bad].indices } };
    },
    dispose(): void {
      tf.dispose(pending.map(({ loss }) => loss));
      pending = [];
    },
  };
}
