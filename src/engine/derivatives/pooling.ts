import { defineKernel, floatType, runKernel } from "../kernels/register";
import { tf } from "../tf";
import { originalGradient } from "./original";

const AVERAGE_GRADIENT = "CounterweightAvgPoolGrad";
const MAXIMUM_SECOND_GRADIENT = "CounterweightMaxPoolGradGrad";

interface PoolAttributes {
  readonly filterSize: number | [number, number];
  readonly strides: number | [number, number];
  readonly pad: "valid" | "same";
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
}

/** Gradients of pooling and resizing, of any order: linear in dy, with weights that depend on no value or only on where the maximum lies. */
export function registerPoolingGradients(): void {
  registerAverage();
  refuseAverage3D();
  registerMaximum();
  registerResizing();
}

/** The JavaScript backend's gradient divides by the window's size at the borders too, where part of the window is outside. */
function registerAverage(): void {
  const run = (backendName: string, inputs: Record<string, tf.Tensor>, attrs: object, backend: unknown) =>
    tf
      .getKernel("AvgPoolGrad", backendName)
      .kernelFunc({ inputs, attrs: attrs as never, backend: backend as object }) as tf.Tensor;
  defineKernel({
    name: AVERAGE_GRADIENT,
    native: (backend, inputs, attrs) => run("tensorflow", inputs, attrs, backend),
    elementary: ({ dy, input }, attrs) =>
      run(
        "cpu",
        { dy: tf.mul(dy, windowShare(input, attrs as unknown as PoolAttributes)), input },
        attrs,
        tf.backend(),
      ),
  });
  tf.registerGradient({
    kernelName: "AvgPool",
    inputsToSave: ["x"],
    gradFunc: (dy, [x], attrs) => ({ x: () => runKernel(AVERAGE_GRADIENT, { dy: dy as tf.Tensor, input: x }, attrs) }),
  });
  tf.registerGradient({
    kernelName: AVERAGE_GRADIENT,
    inputsToSave: ["input"],
    gradFunc: (ddx, [input], attrs) => {
      const { filterSize, strides, pad, dimRoundingMode } = attrs as unknown as PoolAttributes;
      return {
        dy: () => tf.avgPool(ddx as tf.Tensor4D, filterSize, strides, pad, dimRoundingMode),
        input: () => tf.zerosLike(input),
      };
    },
  });
}

/** The JavaScript backend makes the same mistake in three dimensions, which no kernel here puts right. */
function refuseAverage3D(): void {
  const original = originalGradient("AvgPool3D");
  tf.registerGradient({
    kernelName: "AvgPool3D",
    inputsToSave: ["x"],
    gradFunc: (dy, saved, attrs) => {
      if (tf.getBackend() === "cpu" && attrs.pad !== "valid") {
        throw new Error(
          `AvgPool3D has no right gradient on the JavaScript backend with pad ${JSON.stringify(attrs.pad)}; pass "valid"`,
        );
      }
      return original(dy, saved, attrs);
    },
  });
}

/** Size of the window divided by how much of it lies inside the image, [1, out height, out width, 1]. */
function windowShare({ shape }: tf.Tensor, { filterSize, strides, pad, dimRoundingMode }: PoolAttributes): tf.Tensor {
  const info = tf.backend_util.computePool2DInfo(
    shape as [number, number, number, number],
    filterSize,
    strides,
    1,
    pad,
    dimRoundingMode,
  );
  const along = (extent: number, out: number, stride: number, size: number, before: number) =>
    Array.from({ length: out }, (_, place) => {
      const start = place * stride - before;
      return size / (Math.min(start + size, extent) - Math.max(start, 0));
    });
  const rows = along(info.inHeight, info.outHeight, info.strideHeight, info.filterHeight, info.padInfo.top);
  const columns = along(info.inWidth, info.outWidth, info.strideWidth, info.filterWidth, info.padInfo.left);
  return tf.tensor4d(
    rows.flatMap((row) => columns.map((column) => row * column)),
    [1, rows.length, columns.length, 1],
  );
}

/** The gradient of the gradient reads the cotangent where the maximum lay. */
function registerMaximum(): void {
  defineKernel({
    name: MAXIMUM_SECOND_GRADIENT,
    native: (backend, { input, output, ddx }, attrs) => {
      const { filterSize, strides, pad } = attrs as unknown as PoolAttributes;
      const info = tf.backend_util.computePool2DInfo(
        input.shape as [number, number, number, number],
        filterSize,
        strides,
        1,
        pad,
      );
      const { TF_ATTR_INT, TF_ATTR_STRING } = backend.binding;
      const attributes = [
        floatType(backend),
        { name: "ksize", type: TF_ATTR_INT, value: [1, info.filterHeight, info.filterWidth, 1] },
        { name: "strides", type: TF_ATTR_INT, value: [1, info.strideHeight, info.strideWidth, 1] },
        { name: "padding", type: TF_ATTR_STRING, value: pad.toUpperCase() },
        { name: "data_format", type: TF_ATTR_STRING, value: "NHWC" },
      ];
      return backend.executeSingleOutput("MaxPoolGradGrad", attributes, [input, output, ddx]);
    },
    elementary: ({ input, output, ddx }, attrs) => {
      const { filterSize, strides, pad } = attrs as unknown as PoolAttributes;
      const { indexes } = tf.maxPoolWithArgmax(input as tf.Tensor4D, filterSize, strides, pad, true);
      const places = tf.cast(tf.reshape(indexes, [-1]), "int32") as tf.Tensor1D;
      return tf.reshape(tf.gather(tf.reshape(ddx, [-1]), places), output.shape);
    },
  });
  tf.registerGradient({
    kernelName: "MaxPoolGrad",
    inputsToSave: ["dy", "input", "output"],
    gradFunc: (ddx, [, input, output], attrs) => ({
      dy: () => runKernel(MAXIMUM_SECOND_GRADIENT, { input, output, ddx: ddx as tf.Tensor }, attrs),
      input: () => tf.zerosLike(input),
      output: () => tf.zerosLike(output),
    }),
  });
  tf.registerGradient({
    kernelName: MAXIMUM_SECOND_GRADIENT,
    inputsToSave: ["input", "output"],
    gradFunc: (dy, [input, output], attrs) => ({
      ddx: () => runKernel("MaxPoolGrad", { dy: dy as tf.Tensor, input, output }, attrs),
      input: () => tf.zerosLike(input),
      output: () => tf.zerosLike(output),
    }),
  });
}

interface ResizeAttributes {
  readonly alignCorners?: boolean;
  readonly halfPixelCenters?: boolean;
}

function registerResizing(): void {
  for (const [kernelName, resize] of [
    ["ResizeBilinear", tf.image.resizeBilinear],
    ["ResizeNearestNeighbor", tf.image.resizeNearestNeighbor],
  ] as const) {
    const original = originalGradient(kernelName);
    tf.registerGradient({
      kernelName,
      inputsToSave: ["images"],
      gradFunc: (dy, saved, attrs) => {
        // The gradient kernels of both backends know no half pixels, and would be wrong without an error.
        if ((attrs as unknown as ResizeAttributes).halfPixelCenters) {
          throw new Error(`${kernelName} has no right gradient with halfPixelCenters: true; pass false`);
        }
        return original(dy, saved, attrs);
      },
    });
    tf.registerGradient({
      kernelName: `${kernelName}Grad`,
      inputsToSave: ["dy", "images"],
      gradFunc: (ddx, [dy, images], attrs) => {
        const size: [number, number] = [dy.shape[1] as number, dy.shape[2] as number];
        return {
          dy: () => resize(ddx as tf.Tensor4D, size, (attrs as unknown as ResizeAttributes).alignCorners),
          images: () => tf.zerosLike(images),
        };
      },
    });
  }
}
