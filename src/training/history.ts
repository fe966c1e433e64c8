import { type Json, type Stateful } from "./state";

/** What is known of one epoch. */
export interface EpochRecord {
  /** Counted from 0. */
  readonly epoch: number;
  /** Updates made by its end. */
  readonly step: number;
  /** Mean of the losses of its steps, each before its update. */
  readonly loss: number;
  /** Learning rate of its last step. */
  readonly learningRate: number;
  /** Time that it took, evaluation included: the one number that is not the same when the run is repeated. */
  readonly seconds: number;
  /** What `evaluate` measured after it; empty where it was not asked. */
  readonly metrics: Readonly<Record<string, number>>;
}

/** The course of a run so far, as a part of its checkpoints. */
export interface RunHistory extends Stateful {
  /** Loss of every step, from 0. */
  readonly losses: number[];
  readonly epochs: EpochRecord[];
}

/** An empty history. */
export function runHistory(): RunHistory {
  const losses: number[] = [];
  const epochs: EpochRecord[] = [];
  return {
    losses,
    epochs,
    state: () => ({ tensors: {}, values: { losses: packFloats(losses), epochs: epochs.map(epochToJson) } }),
    restore({ values }) {
      const restored = (values.epochs as readonly Json[]).map(epochFromJson);
      losses.splice(0, losses.length, ...unpackFloats(String(values.losses)));
      epochs.splice(0, epochs.length, ...restored);
    },
  };
}

/** Mean of the losses of some steps. */
export function meanLoss(losses: readonly number[], first: number, end: number): number {
  const chosen = losses.slice(first, end);
  return chosen.reduce((sum, loss) => sum + loss, 0) / chosen.length;
}

/** A record as JSON keeps it: metrics that are not finite become the texts "NaN", "Infinity", "-Infinity". */
export function epochToJson(record: EpochRecord): { readonly [key: string]: Json } {
  const metrics = Object.entries(record.metrics).map(([name, value]) => [
    name,
    Number.isFinite(value) ? value : String(value),
  ]);
  return { ...record, metrics: Object.fromEntries(metrics) as { readonly [key: string]: Json } };
}

/** The inverse of {@link epochToJson}. */
export function epochFromJson(json: Json): EpochRecord {
  const record = json as unknown as EpochRecord;
  const metrics = Object.entries(record.metrics).map(([name, value]) => [name, Number(value)]);
  return { ...record, metrics: Object.fromEntries(metrics) as Record<string, number> };
}

/** Losses are float32: four bytes each, in base64. */
function packFloats(values: readonly number[]): string {
  return Buffer.from(Float32Array.from(values).buffer).toString("base64");
}

function unpackFloats(text: string): number[] {
  const bytes = new Uint8Array(Buffer.from(text, "base64"));
  return Array.from(new Float32Array(bytes.buffer));
}
