import { runKernel } from "../kernels/register";
import { tf } from "../tf";

type Padding = "valid" | "same" | number | [number, number][];

interface Attributes {
  readonly strides: [number, number] | number;
  readonly pad: Padding;
  readonly dataFormat: "NHWC" | "NCHW";
  readonly dilations: [number, number] | number;
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
}

/**
 * Gradients of convolutions, of any order.
 *
 * A convolution is bilinear in input and filter, and so are both of its gradients, each a contraction of the same three tensors:
 * the gradient of one is made of the other two. tfjs lacks the gradients of the filter gradients.
 */
export function registerConvolutionGradients(): void {
  tf.registerGradient({
    kernelName: "Conv2D",
    inputsToSave: ["x", "filter"],
    gradFunc: (dy, [x, filter], attrs) =>
      conv2dGradient(dy as tf.Tensor4D, x as tf.Tensor4D, filter, attrs as unknown as Attributes),
  });
  tf.registerGradient({
    kernelName: "Conv2DBackpropFilter",
    inputsToSave: ["x", "dy"],
    gradFunc: (cotangent, [x, dy], attrs) => {
      const { strides, pad, dataFormat, dimRoundingMode } = attrs as unknown as Attributes;
      const filter = cotangent as tf.Tensor4D;
      const common = { strides, pad, dataFormat, dimRoundingMode };
      return {
        x: () => runKernel("Conv2DBackpropInput", { dy, filter }, { ...common, inputShape: x.shape }),
        dy: () => tf.conv2d(x as tf.Tensor4D, filter, strides, pad as "same", dataFormat ?? "NHWC", 1, dimRoundingMode),
      };
    },
  });
  tf.registerGradient({
    kernelName: "DepthwiseConv2dNativeBackpropFilter",
    inputsToSave: ["x", "dy"],
    gradFunc: (cotangent, [x, dy], attrs) => {
      const { strides, pad, dilations, dimRoundingMode } = attrs as unknown as Attributes;
      const filter = cotangent as tf.Tensor4D;
      const common = { strides, pad, dilations, dimRoundingMode };
      return {
        x: () => runKernel("DepthwiseConv2dNativeBackpropInput", { dy, filter }, { ...common, inputShape: x.shape }),
        dy: () =>
          tf.depthwiseConv2d(x as tf.Tensor4D, filter, strides, pad as "same", "NHWC", dilations, dimRoundingMode),
      };
    },
  });
  tf.registerGradient({
    kernelName: "DepthwiseConv2dNativeBackpropInput",
    inputsToSave: ["dy", "filter"],
    gradFunc: (cotangent, [dy, filter], attrs) => {
      const { strides, pad, dilations, dimRoundingMode } = attrs as unknown as Attributes;
      const x = cotangent as tf.Tensor4D;
      const common = { strides, pad, dilations, dimRoundingMode };
      return {
        dy: () =>
          tf.depthwiseConv2d(x, filter as tf.Tensor4D, strides, pad as "same", "NHWC", dilations, dimRoundingMode),
        filter: () =>
          runKernel("DepthwiseConv2dNativeBackpropFilter", { x, dy }, { ...common, filterShape: filter.shape }),
      };
    },
  });
}

/**
 * The native gradients take `valid` and `same` only. An explicitly padded convolution is a `valid` one of the padded input, whose
 * gradient is cut back to the input.
 */
function conv2dGradient(
  dy: tf.Tensor4D,
  x: tf.Tensor4D,
  filter: tf.Tensor,
  { strides, pad, dataFormat, dilations, dimRoundingMode }: Attributes,
) {
  if ([dilations ?? 1].flat().some((rate) => rate !== 1)) {
    throw new Error(`Conv2D has no gradient with dilations other than 1, received ${JSON.stringify(dilations)}`);
  }
  const paddings = explicit(pad, dataFormat);
  const padded = paddings ? tf.pad(x, paddings) : x;
  const common = {
    strides,
    pad: paddings ? "valid" : pad,
    dataFormat,
    dimRoundingMode: paddings ? undefined : dimRoundingMode,
  };
  return {
    x: () => {
      const dPadded = runKernel<tf.Tensor4D>(
        "Conv2DBackpropInput",
        { dy, filter },
        { ...common, inputShape: padded.shape },
      );
      const begin = paddings?.map(([before]) => before);
      return begin ? tf.slice(dPadded, begin, x.shape) : dPadded;
    },
    filter: () =>
      runKernel<tf.Tensor>("Conv2DBackpropFilter", { x: padded, dy }, { ...common, filterShape: filter.shape }),
  };
}

/** Explicit padding per axis, or undefined for `valid` and `same`. */
function explicit(pad: Padding, dataFormat: string): [number, number][] | undefined {
  if (typeof pad === "string" || pad === 0) return undefined;
  if (typeof pad !== "number") return pad;
  const none: [number, number] = [0, 0];
  const both: [number, number] = [pad, pad];
  return dataFormat === "NCHW" ? [none, none, both, both] : [none, both, both, none];
}
