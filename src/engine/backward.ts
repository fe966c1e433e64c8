import { tf } from "./tf";

/** One record of the gradient tape of tfjs 4.22. */
interface TapeNode {
  readonly id: number;
  readonly kernelName: string;
  readonly inputs: Record<string, tf.Tensor>;
  readonly outputs: tf.Tensor[];
  readonly saved?: tf.Tensor[];
  gradient?(cotangents: (tf.Tensor | null)[]): Record<string, () => tf.Tensor>;
}

/** The part of the tfjs engine that records operations. */
interface Recorder {
  readonly state: { gradientDepth: number; activeTape: TapeNode[] | null };
  /** The number that the next tensor would have; taken, so that all later ones are greater. */
  nextTensorId(): number;
  startTape(): void;
  endTape(): void;
}

const recorder = () => tf.engine() as unknown as Recorder;

/**
 * Goes back from y over what a tape holds by now.
 *
 * @param y a tensor made while the tape was on.
 * @param xs tensors or variables.
 * @param options.seed cotangent of y, of y's shape; default one.
 * @param options.last whether nobody goes back over this tape again, so that its memory is freed on the way; default false.
 * @returns per x the gradient of <y, seed>, undefined where y does not depend on x. To be called inside a tidy.
 */
export type PullBack = (
  y: tf.Tensor,
  xs: readonly tf.Tensor[],
  options?: { readonly seed?: tf.Tensor; readonly last?: boolean },
) => (tf.Tensor | undefined)[];

/**
 * Runs work with the gradient tape on, then other work that goes back over it.
 *
 * tfjs's own pass keeps every activation and every cotangent until it ends; here each is freed at its last use, so that the next
 * operation finds its memory in the cache and a step holds little more than the activations. One tape can be gone over several
 * times, also while it is still on: then the way back is recorded in its turn. Whatever throws, no tensor is left behind.
 *
 * @param record work with the tape on.
 * @param use what follows, with what `record` returned.
 * @returns what `use` returns.
 */
export function withTape<R extends tf.TensorContainer, T extends tf.TensorContainer>(
  record: (pullBack: PullBack) => R,
  use: (recorded: R, pullBack: PullBack) => T,
): T {
  const engine = recorder();
  const outermost = engine.state.gradientDepth === 0;
  const previous = engine.state.activeTape;
  engine.startTape();
  const tape = engine.state.activeTape as TapeNode[];
  const pullBack: PullBack = (y, xs, { seed, last = false } = {}) =>
    goBack(between(tape, xs, y), y, xs, seed, outermost && last);
  try {
    return tf.tidy(() => {
      let recorded: R;
      try {
        recorded = tf.tidy(() => record(pullBack));
      } finally {
        engine.endTape();
      }
      return use(recorded, pullBack);
    });
  } finally {
    if (outermost) {
      tape.forEach(({ saved }) => tf.dispose(saved ?? []));
      engine.state.activeTape = previous;
    }
  }
}

function goBack(
  path: readonly Passage[],
  y: tf.Tensor,
  xs: readonly tf.Tensor[],
  seed: tf.Tensor | undefined,
  freeing: boolean,
): (tf.Tensor | undefined)[] {
  return tf.tidy(() => {
    const cotangents = new Map<number, tf.Tensor>([[y.id, seed ? tf.clone(seed) : tf.ones(y.shape)]]);
    const wanted = new Set(xs.map(({ id }) => id));
    for (let index = path.length - 1; index >= 0; index--) {
      passThrough(path[index], cotangents, wanted);
      if (freeing) tf.dispose(path[index].node.saved ?? []);
    }
    return xs.map(({ id }) => cotangents.get(id)) as tf.Tensor[];
  });
}

/** One recorded operation on the way, and its inputs that lead there. */
interface Passage {
  readonly node: TapeNode;
  readonly names: string[];
}

/** The recorded operations on the ways from xs to y, in order. */
function between(tape: readonly TapeNode[], xs: readonly tf.Tensor[], y: tf.Tensor): Passage[] {
  const fromX = new Set<number>();
  for (const { id } of xs) fromX.add(id);
  const reached: Passage[] = [];
  for (const node of tape) {
    const names: string[] = [];
    for (const name in node.inputs) if (fromX.has(node.inputs[name]?.id)) names.push(name);
    if (names.length === 0) continue;
    for (const { id } of node.outputs) fromX.add(id);
    reached.push({ node, names });
  }
  const toY = new Set([y.id]);
  const path: Passage[] = [];
  for (let index = reached.length - 1; index >= 0; index--) {
    const { node, names } = reached[index];
    if (!node.outputs.some(({ id }) => toY.has(id))) continue;
    for (const name of names) toY.add(node.inputs[name].id);
    path.push(reached[index]);
  }
  return path.reverse();
}

/** Takes one operation's part of the way back: from the cotangents of its outputs to those of its inputs. */
function passThrough({ node, names }: Passage, cotangents: Map<number, tf.Tensor>, wanted: Set<number>): void {
  if (!node.gradient) {
    throw new Error(`Cannot compute gradient: gradient function not found for ${node.kernelName}.`);
  }
  const before = recorder().nextTensorId();
  const pulled = tf.tidy(() => {
    const of = node.gradient!(node.outputs.map(({ id }) => cotangents.get(id) ?? null));
    const own = new Set<tf.Tensor>();
    return names.map((name) => {
      const result = of[name]?.();
      const { shape } = node.inputs[name];
      if (!result || result.dtype !== "float32" || !tf.util.arraysEqual(result.shape, shape)) {
        throw new Error(
          `Error in gradient for op ${node.kernelName}: input ${name} of shape [${shape}] got ` +
            (result ? `${result.dtype} [${result.shape}]` : "none"),
        );
      }
      // A gradient function may hand on what belongs to others, or one tensor twice: each input gets one that can be freed.
      const shared = result.id < before || own.has(result);
      own.add(result);
      return shared ? tf.clone(result) : result;
    });
  });
  names.forEach((name, index) => {
    const { id } = node.inputs[name];
    const sofar = cotangents.get(id);
    cotangents.set(id, sofar ? tf.add(sofar, pulled[index]) : pulled[index]);
    if (sofar) tf.dispose([sofar, pulled[index]]);
  });
  for (const { id } of node.outputs) {
    if (wanted.has(id)) continue;
    cotangents.get(id)?.dispose();
    cotangents.delete(id);
  }
}
