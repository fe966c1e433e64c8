import assert from "node:assert/strict";
import { it } from "node:test";

import { augmentationOperations } from "../../../src/data/augmentation/operations";
import {
  personalizedAugmentation,
  type PersonalizedAugmentationOptions,
} from "../../../src/data/augmentation/personalized";
import { indexHash } from "../../../src/data/hash";
import { gradient, hessianVectorProduct, random, tf } from "../../../src/engine";
import {
  HyperDual,
  gradient as exactGradient,
  hessianVectorProduct as exactProduct,
} from "../../../src/engine/probes/hyperDual";
import { onEachBackend } from "../../support/backends";
import { assertClose, assertNoLeak, take } from "../../support/numeric";
import { clipped, reference, scoreLoss, type Picture } from "./reference";

const SHAPE = [4, 3, 4, 3];
const SIZE = 36;
const CELLS = [0, 1, 1, 0];
const OPERATIONS = ["translateX", "rotate", "brightness", "contrast", "gaussianNoise"] as const;
const draws = random(12);
const numbers = (length: number, low: number, high: number) =>
  Array.from({ length }, () => Math.fround(low + (high - low) * draws.next()));
const pixels = numbers(4 * SIZE, 0.05, 0.95);
const theta = numbers(SIZE, -0.5, 0.5);
const start = numbers(20, -0.15, 0.15);
const direction = numbers(20 + SIZE, -1, 1);
/** Step of finite differences in float32, and what its rounding (1e-7 of the loss over the step) and curvature leave. */
const STEP = 2e-3;
const AGAINST_DIFFERENCE = 5e-3;
const soft = { straightThrough: false, temperature: 0.7 };

function made(options: Partial<PersonalizedAugmentationOptions> = {}) {
  const augmentation = personalizedAugmentation({ cells: 2, operations: OPERATIONS, ...options });
  return { augmentation, images: tf.tensor4d(pixels, SHAPE as [number, number, number, number]) };
}

onEachBackend("personalizedAugmentation", () => {
  it("has the values, gradients and mixed second derivatives of its formula in float64", () => {
    const { augmentation, images } = made(soft);
    const drawn = augmentation.draw(SHAPE, random(3));
    const { magnitude, probability } = augmentation.variables;
    magnitude.assign(tf.tensor2d(start.slice(0, 10), [5, 2]));
    probability.assign(tf.tensor2d(start.slice(10), [5, 2]));
    const weights = tf.variable(tf.tensor1d(theta));

    const program = (x: HyperDual[]): HyperDual => scoreLoss(augmented(x), x.slice(20));
    const augmented = (x: readonly HyperDual[]): Picture[] =>
      CELLS.map((cell, image) => {
        let picture: Picture = {
          shape: [3, 4, 3],
          data: pixels.slice(image * SIZE, (image + 1) * SIZE).map((value) => new HyperDual(value)),
        };
        OPERATIONS.forEach((name, place) => {
          const { limit, clipped: bounded } = augmentationOperations[name];
          const amount = x[2 * place + cell]
            .mul(6)
            .sigmoid()
            .mul(limit * drawn.signs[place][image]);
          const noise = Array.from(drawn.noise[place]?.subarray(image * SIZE) ?? []);
          const whole = reference[name](picture, amount, noise);
          const { data } = bounded ? clipped(whole) : whole;
          const u = drawn.uniforms[place][image];
          const gate = x[10 + 2 * place + cell].mul(6).add(Math.log(u / (1 - u))).mul(1 / soft.temperature).sigmoid(); // prettier-ignore
          const before = picture;
          picture = { ...picture, data: before.data.map((value, at) => value.add(gate.mul(data[at].sub(value)))) };
        });
        return picture;
      });
    const at = start.map((value) => new HyperDual(value));
    const apply = () => augmentation.apply(images, CELLS, drawn);
    assertClose(
      take(apply()),
      augmented(at).flatMap(({ data }) => data.map(({ value }) => value)),
    );

    const variables = [magnitude, probability, weights];
    const loss = () => tf.sum(tf.softplus(tf.sum(tf.mul(tf.reshape(apply(), [4, SIZE]), weights), 1)));
    const point = [...start, ...theta];
    assertClose(gradient(loss, variables).flatMap(take), exactGradient(program, point), { what: "gradient" });
    for (const along of [direction, direction.map((value, place) => (place < 20 ? 0 : value))]) {
      const vectors = [
        tf.tensor2d(along.slice(0, 10), [5, 2]),
        tf.tensor2d(along.slice(10, 20), [5, 2]),
        tf.tensor1d(along.slice(20)),
      ];
      const product = hessianVectorProduct(loss, variables, vectors).map(take);
      const exact = exactProduct(program, point, along);
      assertClose(product[0], exact.slice(0, 10), { what: "product, magnitudes" });
      assertClose(product[1], exact.slice(10, 20), { what: "product, probabilities" });
      assertClose(product[2], exact.slice(20), { what: "product, weights" });
      tf.dispose(vectors);
    }
    augmentation.dispose();
    tf.dispose([images, weights]);
  });

  it("agrees with finite differences of the loss in every magnitude and probability", () => {
    const { augmentation, images } = made(soft);
    const drawn = augmentation.draw(SHAPE, random(3));
    const loss = () => tf.sum(tf.square(augmentation.apply(images, CELLS, drawn)));
    const { magnitude, probability } = augmentation.variables;
    const slopes = gradient(loss, [magnitude, probability]).map(take);
    [magnitude, probability].forEach((variable, which) => {
      const differences = slopes[which].map((_, place) => {
        const value = (shift: number) => {
          variable.assign(
            tf.tidy(() =>
              tf.tensor2d(
                slopes[which].map((__, i) => (i === place ? shift : 0)),
                [5, 2],
              ),
            ),
          );
          return take(loss())[0];
        };
        return (value(STEP) - value(-STEP)) / (2 * STEP);
      });
      variable.assign(tf.zeros([5, 2]));
      assertClose(differences, slopes[which], {
        relative: AGAINST_DIFFERENCE,
        what: ["magnitudes", "probabilities"][which],
      });
      assert.ok(
        slopes[which].every((slope) => Math.abs(slope) > 1e-2),
        "no slope vanishes",
      );
    });
    augmentation.dispose();
    images.dispose();
  });

  it("is the identity to the last bit at magnitude 0, whatever the gates", () => {
    for (const straightThrough of [true, false]) {
      const { augmentation, images } = made({
        operations: Object.keys(augmentationOperations) as (keyof typeof augmentationOperations)[],
        reparametrization: "none",
        magnitude: 0,
        straightThrough,
      });
      const drawn = augmentation.draw(SHAPE, random(1));
      assert.deepEqual(take(augmentation.apply(images, CELLS, drawn)), pixels);
      augmentation.dispose();
      images.dispose();
    }
  });

  it("applies an operation wholly or not at all, as often as its probability says", () => {
    const augmentation = personalizedAugmentation({ cells: 1, operations: ["translateX"], probability: 0.3 });
    const images = tf.ones<tf.Rank.R4>([500, 2, 4, 1]);
    const values = take(augmentation.apply(images, new Int32Array(500), augmentation.draw(images.shape, random(8))));
    const applied = Array.from({ length: 500 }, (_, image) => values.slice(8 * image, 8 * image + 8)).filter(
      (image) => !image.every((value) => value === 1),
    );
    // Binomial: 150 expected, deviation 10.
    assert.ok(Math.abs(applied.length - 150) < 50, `${applied.length} of 500`);
    // Half of the limit, 0.225 of 4 columns: 0.9 of the column at one end is lost.
    const ends = applied.map((image) => [image[0], image[3]].map((value) => Math.round(10 * value)).join());
    assert.deepEqual([...new Set(ends)].sort(), ["1,10", "10,1"]);
    augmentation.dispose();
    images.dispose();
  });

  it("lets each class's images depend on its own variables alone", () => {
    const { augmentation, images } = made(soft);
    const drawn = augmentation.draw(SHAPE, random(3));
    const { magnitude, probability } = augmentation.variables;
    const slopes = gradient(
      () => tf.sum(tf.square(tf.slice(augmentation.apply(images, CELLS, drawn), [1, 0, 0, 0], [2, 3, 4, 3]))),
      [magnitude, probability],
    ).map(take);
    for (const slope of slopes) {
      assert.ok(
        slope.every((value, place) => (place % 2 === 0 ? value === 0 : true)),
        "class 0 has no image there",
      );
      assert.ok(slope.filter((value) => value !== 0).length >= 4);
    }
    augmentation.dispose();
    images.dispose();
  });

  it("starts at the magnitude and probability asked for, by either parametrization", () => {
    for (const reparametrization of ["sigmoid", "none"] as const) {
      const { augmentation, images } = made({ reparametrization, magnitude: 0.2, probability: 0.7 });
      assertClose(augmentation.magnitudes().flat(), new Array<number>(10).fill(0.2));
      assertClose(augmentation.probabilities().flat(), new Array<number>(10).fill(0.7));
      augmentation.dispose();
      images.dispose();
    }
    const { augmentation, images } = made();
    assert.deepEqual(take(augmentation.variables.magnitude.clone()), new Array<number>(10).fill(0));
    augmentation.dispose();
    images.dispose();
  });

  it("is a function of images, variables and draw, and the draw of the generator", () => {
    const { augmentation, images } = made();
    const drawn = augmentation.draw(SHAPE, random(3));
    const once = () => take(augmentation.apply(images, CELLS, drawn));
    assert.deepEqual(once(), once());
    assert.deepEqual(augmentation.draw(SHAPE, random(3)), drawn);
    assert.notDeepEqual(augmentation.draw(SHAPE, random(4)).uniforms, drawn.uniforms);
    const whole = drawn.uniforms.flatMap((list) => Array.from(list, (value) => Math.floor(value * 2 ** 24)));
    const signs = drawn.signs.flatMap((list) => Array.from(list, (value) => value + 1));
    assert.equal(indexHash([...whole, ...signs]), "697b5258bd893fae");
    augmentation.dispose();
    images.dispose();
  });

  it("takes operations of one's own", () => {
    const { augmentation, images } = made({
      operations: [
        {
          name: "fade",
          limit: 1,
          signed: false,
          clipped: false,
          apply: (x, amount) => tf.mul(x, tf.reshape(tf.sub(1, amount), [-1, 1, 1, 1])),
        },
      ],
      probability: 0.999999,
    });
    const halved = pixels.map((value) => value / 2);
    assertClose(take(augmentation.apply(images, CELLS, augmentation.draw(SHAPE, random(1)))), halved);
    augmentation.dispose();
    images.dispose();
  });

  it("leaves no tensor behind", () => {
    const { augmentation, images } = made();
    const drawn = augmentation.draw(SHAPE, random(3));
    const { magnitude, probability } = augmentation.variables;
    assertNoLeak(() => augmentation.apply(images, CELLS, drawn).dispose());
    assertNoLeak(() => augmentation.magnitudes());
    assertNoLeak(() =>
      tf.dispose(gradient(() => tf.sum(augmentation.apply(images, CELLS, drawn)), [magnitude, probability])),
    );
    augmentation.dispose();
    images.dispose();
    assertNoLeak(() => {
      const another = made();
      another.images.dispose();
      another.augmentation.dispose();
    });
  });

  it("refuses bad options, cells and draws, and says what it received", () => {
    const bad = (options: object) => () => personalizedAugmentation({ cells: 2, ...options });
    assert.throws(bad({ operations: ["warp"] }), /among shearX, .*received "warp"/);
    assert.throws(bad({ operations: [] }), /operations must be at least one/);
    assert.throws(bad({ cells: 0 }), /cells must be a positive integer, received 0/);
    assert.throws(bad({ magnitude: 0 }), /magnitude must be in \(0, 1\), received 0/);
    assert.throws(bad({ probability: 1 }), /probability must be in \(0, 1\), received 1/);
    assert.throws(bad({ slope: -1 }), /slope .*received -1/);
    assert.throws(bad({ temperature: 0 }), /temperature .*received 0/);
    assert.throws(bad({ reparametrization: "tanh" }), /sigmoid or none, received "tanh"/);
    const { augmentation, images } = made();
    const drawn = augmentation.draw(SHAPE, random(1));
    assert.throws(() => augmentation.apply(images, [0, 1, 2, 0], drawn), /\[0, 2\), received 2 at position 2/);
    assert.throws(() => augmentation.apply(images, [0], drawn), /must be 4, one per image, received 1/);
    assert.throws(
      () => augmentation.apply(images, CELLS, augmentation.draw([3, 3, 4, 3], random(1))),
      /4 images .*received one for 3/,
    );
    assert.throws(
      () => augmentation.apply(images, CELLS, augmentation.draw([4, 3, 3, 3], random(1))),
      /must have 144 numbers, received 108/,
    );
    assert.throws(() => augmentation.draw([4, 3], random(1)), /\[n, h, w, c\], received \[4, 3\]/);
    augmentation.dispose();
    images.dispose();
  });
});
