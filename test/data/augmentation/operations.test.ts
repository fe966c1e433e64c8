import assert from "node:assert/strict";
import { it } from "node:test";

import { bilinearSample } from "../../../src/data/augmentation/bilinear";
import { addNoise, brightness, saturation } from "../../../src/data/augmentation/colour";
import { rotate, shearX, translateX, translateY } from "../../../src/data/augmentation/geometric";
import { augmentationOperations } from "../../../src/data/augmentation/operations";
import { unitNoise } from "../../../src/data/augmentation/unitNoise";
import { gradient, hessianVectorProduct, random, tf } from "../../../src/engine";
import {
  HyperDual,
  gradient as exactGradient,
  hessianVectorProduct as exactProduct,
} from "../../../src/engine/probes/hyperDual";
import { onEachBackend } from "../../support/backends";
import { assertClose, assertNoLeak, take } from "../../support/numeric";
import { reference, scoreLoss } from "./reference";

const SHAPE = [2, 4, 5, 3] as const;
const SIZE = 60;
const draws = random(9);
const numbers = (length: number, low: number, high: number) =>
  Array.from({ length }, () => Math.fround(low + (high - low) * draws.next()));
const pixels = numbers(2 * SIZE, 0.1, 0.9);
const noise = Array.from(unitNoise(SHAPE, "gaussian", random(1)));
const theta = numbers(SIZE, -0.5, 0.5);
const direction = numbers(2 + SIZE, -1, 1);
/** Amounts of either sign at which no place falls on a pixel. */
const amounts = [0.137, -0.263];

const pictureOf = (image: number) => ({
  shape: [4, 5, 3] as const,
  data: pixels.slice(image * SIZE, (image + 1) * SIZE).map((value) => new HyperDual(value)),
});

onEachBackend("differentiable operations", () => {
  for (const [name, { apply, noise: kind }] of Object.entries(augmentationOperations)) {
    const program = (x: HyperDual[]) =>
      scoreLoss(
        [0, 1].map((image) => reference[name](pictureOf(image), x[image], noise.slice(image * SIZE))),
        x.slice(2),
      );

    it(`${name}: values, gradients and mixed second derivatives are those of its formula in float64`, () => {
      const images = tf.tensor4d(pixels, [...SHAPE]);
      const drawn = kind && tf.tensor4d(noise, [...SHAPE]);
      const variables = [tf.variable(tf.tensor1d(amounts)), tf.variable(tf.tensor1d(theta))];
      const augmented = () => apply(images, variables[0] as unknown as tf.Tensor1D, drawn);
      const expected = [0, 1].flatMap((image) =>
        reference[name](pictureOf(image), new HyperDual(amounts[image]), noise.slice(image * SIZE)).data.map(
          ({ value }) => value,
        ),
      );
      assertClose(take(augmented()), expected, { what: "values" });

      const loss = () => tf.sum(tf.softplus(tf.sum(tf.mul(tf.reshape(augmented(), [2, SIZE]), variables[1]), 1)));
      const start = [...amounts.map(Math.fround), ...theta];
      assertClose(gradient(loss, variables).flatMap(take), exactGradient(program, start), { what: "gradient" });
      // Along theta alone the amounts' part is the mixed derivative that hypergradients are made of.
      for (const along of [direction, direction.map((value, place) => (place < 2 ? 0 : value))]) {
        const vectors = [tf.tensor1d(along.slice(0, 2)), tf.tensor1d(along.slice(2))];
        const [ofAmounts, ofTheta] = hessianVectorProduct(loss, variables, vectors).map(take);
        const exact = exactProduct(program, start, along);
        assertClose(ofAmounts, exact.slice(0, 2), { what: "product, amounts" });
        assertClose(ofTheta, exact.slice(2), { what: "product, theta" });
        tf.dispose(vectors);
      }
      tf.dispose([images, ...variables]);
      drawn?.dispose();
    });

    it(`${name}: is the identity to the last bit at amount 0, on CIFAR's and on MNIST's size`, () => {
      for (const shape of [
        [3, 32, 32, 3],
        [3, 28, 28, 3],
        [2, 5, 4, 3],
      ] as const) {
        const own = random(4);
        const images = tf.tensor4d(
          Float32Array.from({ length: shape[0] * shape[1] * shape[2] * shape[3] }, () => own.next()),
          [...shape],
        );
        const drawn = kind && tf.tensor4d(unitNoise(shape, kind, own), [...shape]);
        const none = tf.zeros<tf.Rank.R1>([shape[0]]);
        assert.deepEqual(take(apply(images, none, drawn)), Array.from(images.dataSync()));
        tf.dispose([images, none]);
        drawn?.dispose();
      }
    });
  }

  it("moves what is seen as documented", () => {
    const images = tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 3, 3, 1]);
    const moved = (apply: (images: tf.Tensor4D, amount: tf.Tensor1D) => tf.Tensor4D, amount: number) =>
      take(tf.tidy(() => apply(images, tf.tensor1d([amount]))));
    assertClose(moved(translateX, 1 / 3), [2, 3, 0, 5, 6, 0, 8, 9, 0]);
    assertClose(moved(translateY, -1 / 3), [0, 0, 0, 1, 2, 3, 4, 5, 6]);
    // Counter-clockwise: the right column becomes the top row.
    assertClose(moved(rotate, Math.PI / 2), [3, 6, 9, 2, 5, 8, 1, 4, 7]);
    assertClose(moved(shearX, 1), [0, 1, 2, 4, 5, 6, 8, 9, 0]);
    assertClose(moved(translateX, 1 / 6), [1.5, 2.5, 1.5, 4.5, 5.5, 3, 7.5, 8.5, 4.5]);
    assertClose(moved(translateX, 5), new Array<number>(9).fill(0));
    assertClose(moved(brightness, -1), new Array<number>(9).fill(0));
    images.dispose();
  });

  it("reads between pixels and fades out over one pixel outside", () => {
    const images = tf.tensor4d([4, 8], [1, 1, 2, 1]);
    const at = (x: number, y: number) =>
      tf.tidy(() => take(bilinearSample(images, tf.tensor2d([[x, x]]), tf.tensor2d([[y, y]])))[0]);
    assert.deepEqual(
      [at(0, 0), at(0.25, 0), at(1, 0), at(1.5, 0), at(2, 0), at(9, 0), at(-0.5, 0), at(0, 0.5), at(0, -3)],
      [4, 5, 8, 4, 0, 0, 2, 2, 0],
    );
    images.dispose();
  });

  it("has derivatives in the images, through two operations, too", () => {
    const images = tf.variable(tf.tensor4d(pixels, [...SHAPE]));
    const amount = tf.tensor1d(amounts);
    const loss = () => tf.sum(tf.square(shearX(rotate(images as unknown as tf.Tensor4D, amount), amount)));
    const [slope] = gradient(loss, [images]).map(take);
    // The loss is quadratic in the images: <gradient, images> = 2 loss.
    const along = slope.reduce((sum, value, place) => sum + value * pixels[place], 0);
    assertClose([along], [2 * take(loss())[0]]);
    tf.dispose([images, amount]);
  });

  it("adds noise whose length is the radius, or whose deviation it is", () => {
    const shape = [3, 16, 16, 3] as const;
    const images = tf.zeros<tf.Rank.R4>([...shape]);
    const radius = tf.tensor1d([0, 0.5, 2]);
    const length = (kind: "sphere" | "gaussian") =>
      tf.tidy(() => take(tf.norm(tf.reshape(addNoise(images, radius, tf.tensor4d(unitNoise(shape, kind, random(3)), [...shape])), [3, 768]), 2, 1))); // prettier-ignore
    assertClose(length("sphere"), [0, 0.5, 2]);
    // The length of 768 standard normal draws is sqrt(768) to within 1 / sqrt(2): 8 % is three deviations.
    length("gaussian").forEach((value, image) =>
      assert.ok(Math.abs(value - [0, 0.5, 2][image] * Math.sqrt(768)) <= 0.08 * value),
    );
    tf.dispose([images, radius]);
  });

  it("leaves no tensor behind, with derivatives or without", () => {
    const images = tf.tensor4d(pixels, [...SHAPE]);
    const drawn = tf.tensor4d(noise, [...SHAPE]);
    const amount = tf.variable(tf.tensor1d(amounts));
    for (const { apply } of Object.values(augmentationOperations)) {
      assertNoLeak(() => apply(images, amount as unknown as tf.Tensor1D, drawn).dispose());
      assertNoLeak(() =>
        tf.dispose(gradient(() => tf.sum(tf.square(apply(images, amount as unknown as tf.Tensor1D, drawn))), [amount])),
      );
    }
    tf.dispose([images, drawn, amount]);
  });

  it("refuses shapes that do not fit and says what it received", () => {
    const images = tf.tensor4d(pixels, [...SHAPE]);
    const grey = tf.ones<tf.Rank.R4>([2, 3, 3, 1]);
    const two = tf.ones<tf.Rank.R4>([2, 3, 3, 2]);
    const three = tf.tensor1d([1, 2, 3]);
    const pair = tf.tensor1d([1, 2]);
    assert.throws(() => rotate(images, three), /rotate: angle must be \[2\], .*received \[3\]/);
    assert.throws(() => brightness(images, three), /amount must be \[2\].*received \[3\]/);
    assert.throws(() => saturation(grey, pair), /3 channels, received \[2, 3, 3, 1\]/);
    assert.throws(() => augmentationOperations.contrast.apply(two, pair), /1 or 3 channels/);
    assert.throws(() => addNoise(images, pair, grey), /noise must be \[2, 4, 5, 3\], received \[2, 3, 3, 1\]/);
    assert.throws(() => rotate(three as unknown as tf.Tensor4D, pair), /\[n, h, w, c\], received float32 \[3\]/);
    const place = tf.zeros<tf.Rank.R2>([2, 19]);
    assert.throws(() => bilinearSample(images, place, place), /x must be \[2, 20\], received \[2, 19\]/);
    assert.throws(() => unitNoise(SHAPE, "cube" as never, random(1)), /gaussian or sphere, received "cube"/);
    tf.dispose([images, grey, two, three, pair, place]);
  });
});
