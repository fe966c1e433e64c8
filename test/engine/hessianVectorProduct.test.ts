import assert from "node:assert/strict";
import { describe, it } from "node:test";

import {
  hessianVectorProduct,
  innerProduct,
  softmaxCrossEntropy,
  tf,
  type HessianVectorProductOptions,
} from "../../src/engine";
import { resNet } from "../../src/models";
import { fromNumbers, HyperArray, matMul } from "../../src/engine/probes/hyperArray";
import * as oracle from "../../src/engine/probes/hyperDual";
import { type HyperDual } from "../../src/engine/probes/hyperDual";
import { BACKENDS, onEachBackend, setBackend } from "../support/backends";
import { assertClose, assertNoLeak, take } from "../support/numeric";
import { dampedLoss, fixture, logits, lossOfLogits, readOracle, split } from "./tanhNetwork";

const variable = (value: tf.TensorLike) => tf.tidy(() => tf.variable(tf.tensor(value, undefined, "float32")));

interface Parametric {
  logits: number[][];
  labels: number[];
  weight: number[];
  scale: number[];
  shift: number[];
  v: number[][];
  hvp: number[][];
}

onEachBackend("hessianVectorProduct", () => {
  it("multiplies by the matrix of a quadratic form, blocks between variables included", () => {
    // f = a^2 b + 3 b c: H = [[2b, 2a, 0], [2a, 0, 3], [0, 3, 0]]
    const [a, b, c] = [2, 5, 7].map(variable);
    const f = () => tf.add(tf.mul(tf.square(a), b), tf.mul(3, tf.mul(b, c)));
    const v = [1, 10, 100].map((value) => tf.scalar(value));
    assert.deepEqual(hessianVectorProduct(f, [a, b, c], v).map(take), [[50], [304], [30]]);
    tf.dispose([a, b, c, v]);
  });

  it("is zero for a linear loss", () => {
    const x = variable([1, 2]);
    assert.deepEqual(hessianVectorProduct(() => tf.sum(tf.mul(3, x)), [x], [tf.ones([2])]).map(take), [[0, 0]]);
    x.dispose();
  });

  it("agrees with the float64 reference of a tanh network under parametric cross-entropy", () => {
    const params = split(fixture.theta).map((part) => tf.tidy(() => tf.variable(part)));
    assertClose(hessianVectorProduct(dampedLoss(params), params, split(fixture.u)).flatMap(take), fixture.hvp);
    tf.dispose(params);
  });

  it("agrees with the float64 reference of parametric cross-entropy in the logits", () => {
    const reference = readOracle("parametric.json") as Parametric;
    const z = variable(reference.logits);
    const labels = tf.tensor1d(reference.labels, "int32");
    const f = () => {
      const moved = tf.add(tf.mul(z, tf.tensor1d(reference.scale)), tf.tensor1d(reference.shift));
      return tf.mean(tf.mul(tf.gather(tf.tensor1d(reference.weight), labels), softmaxCrossEntropy(moved, labels)));
    };
    assertClose(hessianVectorProduct(f, [z], [tf.tensor2d(reference.v)]).flatMap(take), reference.hvp.flat());
    z.dispose();
  });

  it("by finite differences agrees with the exact product to a thousandth, and is not zero", () => {
    const params = split(fixture.theta).map((part) => tf.tidy(() => tf.variable(part)));
    const got = hessianVectorProduct(dampedLoss(params), params, split(fixture.u), { curvature: "finiteDifference" });
    assertClose(got.flatMap(take), fixture.hvp, { relative: 1e-3 });
    tf.dispose(params);
  });

  it("by finite differences does not depend on the length of the vector but in scale", () => {
    const x = variable([0.5, -1, 2]);
    const f = () => tf.sum(tf.exp(x));
    for (const length of [1e-4, 1, 1e4]) {
      const v = [tf.tensor1d([1, -2, 3].map((value) => value * length))];
      const want = [1, -2, 3].map((value, i) => value * length * Math.exp([0.5, -1, 2][i]));
      assertClose(hessianVectorProduct(f, [x], v, { curvature: "finiteDifference" }).flatMap(take), want, {
        relative: 1e-3,
      });
    }
    assert.deepEqual(hessianVectorProduct(f, [x], [tf.zeros([3])], { curvature: "finiteDifference" }).map(take), [
      [0, 0, 0],
    ]);
    x.dispose();
  });

  it("by Gauss-Newton equals the Hessian for a linear model under softmax cross-entropy", () => {
    const [w, b] = [
      variable([
        [0.5, -1, 0.3],
        [1.2, 0.7, -0.4],
      ]),
      variable([0.1, 0, -0.2]),
    ];
    const x = tf.tensor2d([1, 2, -0.5, 0.3, 0.8, -1.1, -2, 0.4], [4, 2]);
    const labels = tf.tensor1d([0, 2, 1, 1], "int32");
    const forward = () => tf.add(tf.matMul(x, w as unknown as tf.Tensor2D), b);
    const loss = (z: tf.Tensor) => tf.mean(softmaxCrossEntropy(z, labels));
    const v = [tf.tensor2d([1, -1, 2, 0.5, 0.2, -0.7], [2, 3]), tf.tensor1d([0.3, 0.1, -1])];
    const want = hessianVectorProduct(() => loss(forward()), [w, b], v).flatMap(take);
    for (const jacobian of ["exact", "finiteDifference"] as const) {
      const options = { curvature: "gaussNewton", logits: forward, lossOfLogits: loss, jacobian } as const;
      assertClose(hessianVectorProduct(() => loss(forward()), [w, b], v, options).flatMap(take), want, {
        relative: jacobian === "exact" ? 1e-5 : 1e-3,
        what: jacobian,
      });
    }
    tf.dispose([w, b, x, labels, v]);
  });

  it("by Gauss-Newton equals J^T H_L J v, each factor found in float64", () => {
    const params = split(fixture.theta).map((part) => tf.tidy(() => tf.variable(part)));
    const want = denseGaussNewton(fixture.theta, fixture.u);
    for (const jacobian of ["exact", "finiteDifference"] as const) {
      const options = { curvature: "gaussNewton", logits: () => logits(params), lossOfLogits, jacobian } as const;
      const got = hessianVectorProduct(dampedLoss(params), params, split(fixture.u), options).flatMap(take);
      assertClose(got, want, { relative: jacobian === "exact" ? 1e-5 : 1e-3, what: jacobian });
    }
    tf.dispose(params);
  });

  it("by Gauss-Newton is positive semidefinite where the Hessian is not", () => {
    // -log softmax of tanh features far from the minimum: large weights make the network itself curve the loss downwards.
    const params = split(fixture.theta.map((value) => 1.5 * value)).map((part) => tf.tidy(() => tf.variable(part)));
    const f = () => lossOfLogits(logits(params));
    const along = (options: HessianVectorProductOptions) =>
      fixture.theta.slice(0, 40).map((_, i) =>
        tf.tidy(() => {
          const v = split(fixture.theta.map((__, j) => Number(i === j)));
          return innerProduct(hessianVectorProduct(f, params, v, options), v).dataSync()[0];
        }),
      );
    const gaussNewton = along({
      curvature: "gaussNewton",
      logits: () => logits(params),
      lossOfLogits,
      jacobian: "exact",
    });
    assert.ok(Math.min(...gaussNewton) >= -1e-7, `smallest ${Math.min(...gaussNewton)}`);
    assert.ok(Math.min(...along({})) < -1e-3, "the Hessian has negative curvature along an axis");
    tf.dispose(params);
  });

  it("leaves variables and running statistics as they were, bit for bit, in every mode", () => {
    const model = resNet({ depth: 8, width: 2, inputShape: [4, 4, 1], outputs: 2, seed: 1 });
    const images = tf.tidy(() => tf.sin(tf.reshape(tf.range(0, 48), [3, 4, 4, 1])));
    const labels = tf.tensor1d([0, 1, 1], "int32");
    const forward = () => model.apply(images, { training: true });
    const loss = (z: tf.Tensor) => tf.mean(softmaxCrossEntropy(z, labels));
    const params = [...model.parameters];
    const v = params.map((param) => tf.onesLike(param as tf.Tensor));
    const state = () => [...params, ...model.statistics].map((each) => Array.from(each.dataSync()));
    const before = state();
    for (const options of [
      {},
      { curvature: "finiteDifference" },
      { curvature: "gaussNewton", logits: forward, lossOfLogits: loss },
      { curvature: "gaussNewton", logits: forward, lossOfLogits: loss, jacobian: "exact" },
    ] as const) {
      const product = hessianVectorProduct(() => loss(forward()), params, v, options);
      const length = Math.hypot(...product.flatMap(take));
      assert.ok(length > 0 && Number.isFinite(length), `${JSON.stringify(options)}: ${length}`);
      assert.deepEqual(state(), before, JSON.stringify(options));
    }
    model.dispose();
    tf.dispose([images, labels, v]);
  });

  it("puts the variables back when the loss throws at a displaced point", () => {
    const x = variable([1, 2]);
    const v = [tf.ones([2])];
    let calls = 0;
    const f = () => {
      if (++calls === 2) throw new Error("second evaluation");
      return tf.sum(tf.exp(x));
    };
    assertNoLeak(() =>
      assert.throws(() => hessianVectorProduct(f, [x], v, { curvature: "finiteDifference" }), /second evaluation/),
    );
    assert.deepEqual(Array.from(x.dataSync()), [1, 2]);
    tf.dispose([x, v]);
  });

  it("leaves no tensor behind in any mode, nor when the loss of logits throws", () => {
    const params = split(fixture.theta).map((part) => tf.tidy(() => tf.variable(part)));
    const v = split(fixture.u);
    const forward = () => logits(params);
    for (const options of [
      {},
      { curvature: "finiteDifference" },
      { curvature: "gaussNewton", logits: forward, lossOfLogits },
      { curvature: "gaussNewton", logits: forward, lossOfLogits, jacobian: "exact" },
    ] as const) {
      assertNoLeak(() => tf.dispose(hessianVectorProduct(dampedLoss(params), params, v, options)));
    }
    const failing = (z: tf.Tensor): tf.Tensor => {
      lossOfLogits(z);
      throw new Error("in the loss");
    };
    assertNoLeak(() =>
      assert.throws(
        () =>
          hessianVectorProduct(dampedLoss(params), params, v, {
            curvature: "gaussNewton",
            logits: forward,
            lossOfLogits: failing,
          }),
        /in the loss/,
      ),
    );
    tf.dispose([params, v]);
  });

  const cube = (x: tf.Tensor, shape: number[]) => tf.reshape(x, shape) as never;
  const oneHot = () => tf.oneHot(tf.tensor1d([0, 1], "int32"), 8);
  const refused: [string, RegExp, (x: tf.Tensor) => tf.Tensor][] = [
    [
      "tf.losses.softmaxCrossEntropy",
      /softmaxCrossEntropy.*no right second derivative/,
      (x) => tf.losses.softmaxCrossEntropy(oneHot(), cube(x, [2, 8])),
    ],
    [
      "tf.losses.softmaxCrossEntropy beside other paths",
      /softmaxCrossEntropy.*no right second derivative/,
      (x) => tf.add(tf.sum(tf.exp(x)), tf.losses.softmaxCrossEntropy(oneHot(), tf.tanh(cube(x, [2, 8])))),
    ],
    [
      "a custom gradient that saves a value of its own",
      /no right second derivative/,
      tf.customGrad((x, save) => {
        const e = tf.exp(x as tf.Tensor);
        (save as tf.GradSaveFunc)([e]);
        return {
          value: tf.mul(e, 2),
          gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.mul(dy, tf.mul(saved[0], 2)),
        };
      }),
    ],
    [
      "localResponseNormalization",
      /LRNGrad/,
      (x) => tf.localResponseNormalization(cube(x, [1, 2, 2, 4]) as tf.Tensor4D),
    ],
    ["maxPool3d", /MaxPool3DGrad/, (x) => tf.maxPool3d(cube(x, [1, 2, 2, 2, 2]) as tf.Tensor5D, 2, 1, "valid")],
    ["avgPool3d", /AvgPool3DGrad/, (x) => tf.avgPool3d(cube(x, [1, 2, 2, 2, 2]) as tf.Tensor5D, 2, 1, "valid")],
    [
      "conv3d",
      /Conv3DBackprop/,
      (x) => tf.conv3d(cube(x, [1, 2, 2, 2, 2]) as tf.Tensor5D, tf.ones([2, 2, 2, 2, 1]) as tf.Tensor5D, 1, "same"),
    ],
    [
      "dilation2d",
      /Dilation2DBackprop/,
      (x) => tf.dilation2d(cube(x, [1, 4, 4, 1]) as tf.Tensor4D, tf.zeros([2, 2, 1]), 1, "valid"),
    ],
    [
      "conv2d with dilations",
      /Conv2D has no gradient with dilations other than 1, received 2/,
      (x) => tf.conv2d(cube(x, [1, 4, 4, 1]) as tf.Tensor4D, tf.ones([2, 2, 1, 1]), 1, "same", "NHWC", 2),
    ],
    [
      "resizeBilinear with half pixels",
      /ResizeBilinear has no right gradient with halfPixelCenters/,
      (x) => tf.image.resizeBilinear(cube(x, [1, 4, 4, 1]) as tf.Tensor4D, [3, 3], false, true),
    ],
    ["gatherND", /GatherNd/, (x) => tf.gatherND(x, tf.tensor2d([[1], [2]], [2, 1], "int32"))],
    ["complex numbers", /Complex/, (x) => tf.abs(tf.complex(x, x))],
  ];
  for (const [name, message, f] of refused) {
    it(`throws for ${name}, naming it, and leaves nothing behind`, () => {
      const x = variable(Array.from({ length: 16 }, (_, i) => Math.sin(i)));
      const v = [tf.ones([16])];
      const loss = () => {
        const y = f(x);
        return tf.sum(tf.mul(y, tf.square(y)));
      };
      assertNoLeak(() => assert.throws(() => hessianVectorProduct(loss, [x], v), { message }));
      tf.dispose([x, v]);
    });
  }

  it("still takes first derivatives of what it refuses at second order", () => {
    const x = variable([[0.5, -1, 2]]);
    const f = () => tf.losses.softmaxCrossEntropy(tf.tensor2d([[1, 0, 0]]), x as unknown as tf.Tensor2D);
    const byDifference = hessianVectorProduct(f, [x], [tf.tensor2d([[1, 2, -1]])], { curvature: "finiteDifference" });
    const exact = hessianVectorProduct(
      () => tf.sum(softmaxCrossEntropy(x, tf.tensor1d([0]))),
      [x],
      [tf.tensor2d([[1, 2, -1]])],
    );
    assertClose(byDifference.flatMap(take), exact.flatMap(take), { relative: 1e-3 });
    x.dispose();
  });
});

describe("hessianVectorProduct", () => {
  it("agrees between the backends", { skip: BACKENDS.length < 2 }, () => {
    const products = BACKENDS.map((backend) => {
      setBackend(backend);
      const params = split(fixture.theta).map((part) => tf.tidy(() => tf.variable(part)));
      const product = hessianVectorProduct(dampedLoss(params), params, split(fixture.u)).flatMap(take);
      tf.dispose(params);
      return product;
    });
    setBackend(BACKENDS[0]);
    assertClose(products[0], products[1], { relative: 1e-5 });
  });

  it("says what it takes", () => {
    const x = variable([1, 2]);
    const f = () => tf.sum(tf.square(x));
    const message = (pattern: RegExp) => ({ name: "RangeError", message: pattern });
    assert.throws(
      () => hessianVectorProduct(f, [], []),
      message(/params must hold at least one variable, received none/),
    );
    assert.throws(
      () => hessianVectorProduct(f, [x], [tf.ones([3])]),
      message(/hessianVectorProduct: vectors must have the shapes of params, \[2\]; received \[3\]/),
    );
    assert.throws(() => hessianVectorProduct(f, [x], []), message(/vectors must have the shapes of params/));
    assert.throws(
      () => hessianVectorProduct(f, [x], [tf.ones([2])], { curvature: "fisher" as never }),
      message(/curvature must be one of hessian, gaussNewton, finiteDifference, received "fisher"/),
    );
    assert.throws(
      () => hessianVectorProduct(f, [x], [tf.ones([2])], { curvature: "gaussNewton" }),
      message(/gaussNewton needs the options logits and lossOfLogits/),
    );
    assert.throws(() => hessianVectorProduct(() => tf.square(x), [x], [tf.ones([2])]), {
      name: "TypeError",
      message: "hessianVectorProduct: f must return a scalar, received shape [2]",
    });
    x.dispose();
  });
});

/** J^T H_L J v in float64: J by hyper-dual numbers, H_L the closed form of softmax cross-entropy. */
function denseGaussNewton(theta: number[], v: number[]): number[] {
  const { D, H, K, xTrain, yTrain, delta, shift } = fixture;
  const n = yTrain.length;
  const outputs = (flat: HyperDual[]) => {
    const part = (from: number, shape: number[]) =>
      new HyperArray(shape, flat.slice(from, from + shape.reduce((a, b) => a * b)));
    const hidden = matMul(fromNumbers(xTrain.flat(), [n, D]), part(0, [D, H])).add(part(D * H, [H]));
    const z = matMul(
      hidden.map((a) => a.tanh()),
      part(D * H + H, [H, K]),
    ).add(part(D * H + H + H * K, [K]));
    return [...z.data];
  };
  const scale = delta.map((value) => 1 / (1 + Math.exp(-value)));
  const z = outputs(theta.map((value) => new oracle.HyperDual(value))).map(({ value }) => value);
  const forward = oracle.jacobianVectorProduct(outputs, theta, v);
  const curved = forward.map((_, at) => {
    const row = at - (at % K);
    const exponentials = scale.map((factor, k) => Math.exp(factor * z[row + k] + shift[k]));
    const total = exponentials.reduce((a, b) => a + b);
    const p = exponentials.map((value) => value / total);
    const mean = p.reduce((sum, pk, k) => sum + pk * scale[k] * forward[row + k], 0);
    return (scale[at % K] * p[at % K] * (scale[at % K] * forward[at] - mean)) / n;
  });
  const pulled = (flat: HyperDual[]) =>
    outputs(flat)
      .map((value, at) => value.mul(curved[at]))
      .reduce((a, b) => a.add(b));
  return oracle.gradient(pulled, theta);
}
