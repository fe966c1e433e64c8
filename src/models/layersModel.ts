import { isProbing, tf } from "../engine";
import { type Mode, type Model } from "./model";

/**
 * Makes a model of a `tf.LayersModel` (`tf.sequential`, `tf.model`, `tf.loadLayersModel`), sharing its variables.
 *
 * Training mode is passed on to its layers (dropout, batch norm); the running statistics of its batch norms are its non-trainable
 * weights and stay as they are where the engine evaluates a loss only to differentiate it. Layers of tfjs draw dropout masks from a
 * seed of their own, or unseeded: a run with dropout can be repeated only where every dropout layer has a seed, and not resumed.
 *
 * @param layersModel built, with one input and one output of rank 2, whose last layer has no activation: losses take logits.
 * @param options.name default: the LayersModel's.
 * @returns the model: inputs to logits [n, K], or [n] where K is 1. `dispose` disposes the LayersModel.
 * @throws RangeError when it has several inputs or outputs, an output of another rank, or ends in an activation.
 */
export function fromLayersModel(layersModel: tf.LayersModel, options: { readonly name?: string } = {}): Model {
  const { name = layersModel.name } = options;
  checkForm(layersModel);
  const parameters = layersModel.trainableWeights.map(variableOf);
  const statistics = layersModel.nonTrainableWeights.map(variableOf);
  const outputs = layersModel.outputs[0].shape[1];
  const last = layersModel.layers[layersModel.layers.length - 1];
  const before = Array.isArray(last.input) ? undefined : last.input;
  let body: tf.LayersModel | undefined;

  const run = (part: tf.LayersModel, inputs: tf.Tensor, { training = false }: Mode = {}): tf.Tensor => {
    const held = training && isProbing() ? statistics.map((variable) => variable.clone()) : [];
    const value = part.apply(inputs, { training }) as tf.Tensor;
    held.forEach((tensor, index) => statistics[index].assign(tensor));
    return value;
  };
  return {
    name,
    parameters,
    statistics,
    parameterNames: layersModel.trainableWeights.map(stableName),
    statisticNames: layersModel.nonTrainableWeights.map(stableName),
    apply: (inputs, mode) =>
      tf.tidy(() => {
        const logits = run(layersModel, inputs, mode);
        return outputs === 1 ? tf.squeeze(logits, [1]) : logits;
      }),
    features:
      before &&
      ((inputs, mode) =>
        tf.tidy(() => {
          body ??= tf.model({ inputs: layersModel.inputs, outputs: before });
          const value = run(body, inputs, mode);
          return tf.reshape(value, [value.shape[0], -1]) as tf.Tensor2D;
        })),
    dispose: () => void layersModel.dispose(),
  };
}

/** The variable of a layer's weight, which tfjs keeps to itself. */
function variableOf(weight: tf.LayersModel["weights"][number]): tf.Variable {
  return (weight as unknown as { readonly val: tf.Variable }).val;
}

/** Position and kind, such as `0.kernel`: tfjs's own names count the layers that the process has made. */
function stableName({ originalName }: tf.LayersModel["weights"][number], position: number): string {
  return `${position}.${originalName.split("/").pop()}`;
}

function checkForm({ inputs, outputs, layers }: tf.LayersModel): void {
  if (inputs.length !== 1 || outputs.length !== 1) {
    throw new RangeError(
      `fromLayersModel: the model must have one input and one output, received ${inputs.length} and ${outputs.length}`,
    );
  }
  const { shape } = outputs[0];
  if (shape.length !== 2 || shape[1] === null) {
    throw new RangeError(`fromLayersModel: the output must have shape [n, K], received [${shape.join(", ")}]`);
  }
  const last = layers[layers.length - 1];
  const { activation } = last.getConfig();
  const isActivation = ["Softmax", "Activation"].includes(last.getClassName());
  if (isActivation || (activation !== undefined && activation !== "linear")) {
    const received = `a ${last.getClassName()} layer${activation === undefined ? "" : ` with activation "${String(activation)}"`}`;
    throw new RangeError(
      `fromLayersModel: the last layer must give logits, without an activation; received ${received}`,
    );
  }
}
