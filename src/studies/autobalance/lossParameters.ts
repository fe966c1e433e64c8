import { Matrix, SingularValueDecomposition } from "ml-matrix";

import { constraints } from "../../bilevel";
import { tf } from "../../engine";
import { group, multiclass } from "../../losses";
import { variablesState, type Loss, type Stateful } from "../../training";
import { requireKnown } from "../../options";
import { cellsOf, type Cells, type Counts } from "./cells";
import { requireThat } from "./check";
import { type FoundLoss } from "./foundLoss";
import { separate, type Sharing } from "./sharing";
import { crossEntropyStart, type StartPoint } from "./startPoint";

/** The parameters by the names they are switched by. */
export type ParameterName = "scale" | "shift" | "weight";

export interface LossParametersOptions {
  /** Training samples per class [K], or per class and group [K][G]: with the latter every cell has parameters. */
  readonly counts: Counts;
  /** What is searched; default scale and shift. The rest stays at its start: all of it for an empty list, beside a learned augmentation. */
  readonly search?: readonly ParameterName[];
  /** Default {@link crossEntropyStart}. */
  readonly start?: StartPoint;
  /** Default {@link separate}. */
  readonly sharing?: Sharing;
  /**
   * Scale of a cell whose start is 1, in (0, 1), where scales are searched; default sigmoid(1) = 0.731, as in the released code.
   * A reimplementation starts at 0.5 and calls that published.
   */
  readonly startScale?: number;
}

/** Values of the parameters, one per cell, row by row. */
export interface ParameterValues {
  /** Delta, before the sigmoid; undefined where scales are not searched. */
  readonly delta?: readonly number[];
  readonly scale: readonly number[];
  readonly shift: readonly number[];
  readonly weight: readonly number[];
}

/** The parametric loss that a search moves. */
export interface LossParameters {
  readonly cells: Cells;
  readonly search: readonly ParameterName[];
  readonly sharing: string;
  readonly start: string;
  /** Free parameters [P'], one variable per parameter that is searched, in the order of `search`. */
  readonly variables: readonly tf.Variable[];
  /** The training loss at the parameters as they are; differentiable in them. */
  readonly loss: Loss;
  /** Free parameters to the values they stand for; default: as they are. */
  values(free?: readonly (readonly number[])[]): ParameterValues;
  /** Free parameters as plain numbers. */
  free(): number[][];
  /** The loss as it is now, as a value that needs no tensor. */
  found(): FoundLoss;
  /** The free parameters as a part of a checkpoint. */
  readonly stateful: Stateful;
  dispose(): void;
}

/** sigmoid(1). */
export const RELEASED_START_SCALE = 1 / (1 + Math.exp(-1));

const NAMES: readonly ParameterName[] = ["scale", "shift", "weight"];

/**
 * The loss family of AutoBalance with its search space.
 *
 *     scale = sigmoid(Delta)   shift = l   weight = softplus(omega)        Delta = D Delta',  l = D l',  omega = D omega'
 *     loss = mean_i -weight_(y_i) log softmax(scale f_i + shift)_(y_i)     (of cells: the columns of the sample's group)
 *
 * A start that does not lie in the span of D is taken to the nearest values that do, in least squares of Delta, l and omega; for
 * clusters these are the means (the released code takes the value of the centre class, or interpolates).
 *
 * @param options see {@link LossParametersOptions}.
 * @returns see {@link LossParameters}; its variables live until `dispose`.
 * @throws RangeError for bad counts, an unknown or repeated parameter, a start of another size, or a `startScale` outside (0, 1).
 * @see AutoBalance, 2.1, 2.2 and 4.2 (third-party digest). The sigmoid is the paper's; the released code never searches w, and the
 *   softplus is ours.
 */
export function lossParameters(options: LossParametersOptions): LossParameters {
  const caller = "lossParameters";
  requireKnown(caller, options, ["counts", "search", "start", "sharing", "startScale"]);
  const { counts, search = ["scale", "shift"], sharing = separate(), startScale = RELEASED_START_SCALE } = options;
  const cells = cellsOf(caller, counts);
  const { start = crossEntropyStart(counts) } = options;
  const distinct = new Set(search).size === search.length;
  const known = search.every((name) => NAMES.includes(name));
  requireThat(distinct && known, caller, "search", `some of ${NAMES.join(", ")}, each once`, search);
  requireThat(startScale > 0 && startScale < 1, caller, "startScale", "in (0, 1)", startScale);
  for (const name of NAMES) {
    const size = cells.counts.length;
    requireThat(start[name].length === size, caller, `start.${name}`, `${size} numbers, one per cell`, start[name]);
  }
  const rows = sharing.dictionary(cells);
  const dictionary = new Matrix(rows);
  const isIdentity =
    rows.length === rows[0].length && rows.every((row, i) => row.every((x, j) => x === Number(i === j)));
  const unconstrained: Record<ParameterName, () => number[]> = {
    scale: () => start.scale.map((scale) => inverseSigmoid(startScale * scale)),
    shift: () => [...start.shift],
    weight: () => inverseOf(constraints.softplus(), start.weight),
  };
  const project = (target: readonly number[]): number[] => {
    if (isIdentity) return [...target];
    // The pseudo-inverse: columns of a dictionary may depend on each other.
    return new SingularValueDecomposition(dictionary, { autoTranspose: true })
      .solve(Matrix.columnVector([...target]))
      .to1DArray();
  };
  const variables = search.map((name) =>
    tf.tidy(() => tf.variable(tf.tensor1d(project(unconstrained[name]()), "float32"))),
  );
  const variableOf = (name: ParameterName) => variables[search.indexOf(name)] as tf.Variable | undefined;

  /** D times a variable, in the shape of the cells; made within the loss, so that it is differentiated through. */
  const spread = (variable: tf.Variable): tf.Tensor => {
    const all = isIdentity ? (variable as tf.Tensor) : tf.matMul(tf.tensor2d(rows), tf.reshape(variable, [-1, 1]));
    return tf.reshape(all, [...cells.shape]);
  };
  const fixed = (name: ParameterName) => asParameter(cells, start[name]);
  const adjustment = () => {
    const [delta, shift, omega] = NAMES.map(variableOf);
    return {
      scale: delta ? tf.sigmoid(spread(delta)) : fixed("scale"),
      shift: shift ? spread(shift) : fixed("shift"),
      weight: omega ? tf.softplus(spread(omega)) : fixed("weight"),
    };
  };
  const free = () => variables.map((variable) => Array.from(variable.dataSync()));
  const values = (at: readonly (readonly number[])[] = free()): ParameterValues => {
    const spreadOf = (name: ParameterName) => {
      const index = search.indexOf(name);
      return index < 0 ? undefined : rows.map((row) => row.reduce((sum, x, column) => sum + x * at[index][column], 0));
    };
    const [delta, shift, omega] = NAMES.map(spreadOf);
    return {
      ...(delta && { delta }),
      scale: delta?.map((x) => 1 / (1 + Math.exp(-x))) ?? start.scale,
      shift: shift ?? start.shift,
      weight: omega?.map((x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))) ?? start.weight,
    };
  };
  return {
    cells,
    search,
    sharing: sharing.name,
    start: start.name,
    variables,
    loss: parametricLoss(cells, adjustment),
    values,
    free,
    found() {
      const { scale, shift, weight } = values();
      return { classes: cells.classes, groups: cells.groups ?? null, scale, shift, weight };
    },
    stateful: variablesState(caller, Object.fromEntries(search.map((name, index) => [name, variables[index]]))),
    dispose: () => tf.dispose(variables as tf.Variable[]),
  };
}

type Parameter = number | tf.Tensor | readonly number[] | readonly (readonly number[])[];

interface Adjustment {
  readonly scale: Parameter;
  readonly shift: Parameter;
  readonly weight: Parameter;
}
type ClassAdjustment = { readonly [name in ParameterName]: multiclass.ClassParameter };
type CellAdjustment = { readonly [name in ParameterName]: group.CellParameter };

/** The loss of parameters that are read anew at every call. */
export function parametricLoss({ groups }: Pick<Cells, "groups">, adjustment: () => Adjustment): Loss {
  if (groups === undefined) {
    return (logits, labels) =>
      tf.tidy(() => multiclass.parametricCrossEntropy({ ...(adjustment() as ClassAdjustment) })(logits, labels));
  }
  return (logits, labels, { groups: groupOf }) => {
    if (!groupOf) {
      throw new RangeError(
        "the loss has parameters per class and group, so that batches must have groups; received none",
      );
    }
    return tf.tidy(() =>
      group.groupParametricCrossEntropy({ ...(adjustment() as CellAdjustment) })(logits, labels, groupOf),
    );
  };
}

/** Plain numbers as the losses take them: one number where all are equal, else [K] or [K][G]. */
export function asParameter({ groups }: Pick<Cells, "groups">, values: readonly number[]): Parameter {
  if (values.every((value) => value === values[0])) return values[0];
  if (groups === undefined) return values;
  return Array.from({ length: values.length / groups }, (_, k) => values.slice(k * groups, (k + 1) * groups));
}

const inverseSigmoid = (x: number): number => {
  requireThat(x > 0 && x < 1, "lossParameters", "start.scale", "in (0, 1]", x);
  return Math.log(x / (1 - x));
};

function inverseOf(map: { inverse(x: tf.TensorLike): tf.Tensor }, values: readonly number[]): number[] {
  return tf.tidy(() => Array.from(map.inverse([...values]).dataSync()));
}
