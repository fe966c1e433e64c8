import assert from "node:assert/strict";
import { it } from "node:test";

import {
  amortisedEigenvalue,
  checkProblem,
  conjugateGradient,
  exact,
  hypergradient,
  identity,
  minres,
  neumann,
  nystrom,
  oneStep,
  sama,
  unrolled,
  type BilevelProblem,
  type Method,
} from "../../src/bilevel";
import { random, softmaxCrossEntropy, tf } from "../../src/engine";
import { resNet, type Network } from "../../src/models";
import { onEachBackend } from "../support/backends";
import { assertNoLeak } from "../support/numeric";
import { tanhProblem } from "./tanhProblem";

const damping = 50;
const methods: Record<string, (model: readonly tf.Variable[]) => Method> = {
  conjugateGradient: () => conjugateGradient({ iterations: 3, damping }),
  "conjugateGradient, gaussNewton": () => conjugateGradient({ iterations: 3, damping, curvature: "gaussNewton" }),
  minres: () => minres({ iterations: 3, damping }),
  "neumann, hessian": () => neumann({ terms: 2, damping, onDivergence: "return" }),
  "neumann, gaussNewton": () => neumann({ terms: 2, damping, curvature: "gaussNewton" }),
  "neumann, finiteDifference": () =>
    neumann({ terms: 2, step: 1e-3, damping, curvature: "finiteDifference", onDivergence: "return" }),
  "neumann, residual measured by finite differences": () =>
    neumann({
      terms: 1,
      step: 1e-3,
      damping,
      curvature: "finiteDifference",
      measureResidual: true,
      onDivergence: "return",
    }),
  nystrom: () => nystrom({ rank: 2, damping, curvature: "gaussNewton", jacobian: "finiteDifference" }),
  identity: () => identity(),
  "identity, forward": () => identity({ mixed: "forward", measureResidual: false }),
  sama: (model) => sama({ preconditioner: () => model.map(({ shape }) => tf.ones(shape)) }),
  oneStep: () => oneStep({ learningRate: 0.1 }),
  "oneStep, exact": () => oneStep({ learningRate: 0.1, difference: "exact" }),
  unrolled: () => unrolled({ steps: 2, learningRate: 0.1 }),
  "unrolled, held": () => unrolled({ steps: 2, learningRate: 0.1, recompute: false }),
};

/** A network with batch norm in training mode, on random images. */
function imageProblem(): { problem: BilevelProblem; model: Network; dispose(): void } {
  const source = random(70);
  const model = resNet({ depth: 8, width: 2, inputShape: [6, 6, 1], outputs: 3, seed: 1 });
  const images = () =>
    tf.tensor4d(
      Float32Array.from({ length: 4 * 36 }, () => source.normal()),
      [4, 6, 6, 1],
    );
  const [train, validation] = [images(), images()];
  const labels = tf.tensor1d([0, 1, 2, 0], "int32");
  const delta = tf.tidy(() => tf.variable(tf.tensor1d([1, 0.5, 0])));
  const innerLossOfLogits = (z: tf.Tensor) => tf.mean(softmaxCrossEntropy(tf.mul(z, tf.sigmoid(delta)), labels));
  const innerLogits = () => model.apply(train, { training: true });
  return {
    model,
    problem: {
      inner: model.parameters,
      outer: [delta],
      innerLoss: () => innerLossOfLogits(innerLogits()),
      outerLoss: () => tf.mean(softmaxCrossEntropy(model.apply(validation, { training: true }), labels)),
      innerLogits,
      innerLossOfLogits,
    },
    dispose() {
      model.dispose();
      tf.dispose([train, validation, labels, delta]);
    },
  };
}

const bits = (variables: readonly tf.Variable[]) =>
  variables.map((variable) => Buffer.from(Float32Array.from(variable.dataSync()).buffer).toString("base64"));

onEachBackend("hypergradients leave things as they were", () => {
  for (const [name, make] of Object.entries(methods)) {
    it(`inner variables, running statistics and memory: ${name}`, () => {
      const { problem, model, dispose } = imageProblem();
      // Statistics that have moved once are not those of a fresh model.
      tf.tidy(() => void problem.innerLoss(0));
      const watched = [...model.parameters, ...model.statistics, ...problem.outer];
      const before = bits(watched);
      const method = make(model.parameters);
      assertNoLeak(() => {
        for (let call = 0; call < 2; call++) {
          const { gradients } = hypergradient(problem, method);
          assert.ok(gradients.every((gradient) => gradient.dataSync().every(Number.isFinite)));
          tf.dispose(gradients);
        }
      });
      assert.deepEqual(bits(watched), before);
      dispose();
    });
  }

  it("also when a loss throws at any of its calls", () => {
    const problem = tanhProblem();
    const before = bits([...problem.inner, ...problem.outer]);
    const failing = (limit: number) => {
      let calls = 0;
      const count = <A extends unknown[]>(loss: (...args: A) => tf.Tensor) => {
        return (...args: A) => {
          if (++calls === limit) throw new Error("out of data");
          return loss(...args);
        };
      };
      return {
        ...problem,
        innerLoss: count(problem.innerLoss),
        outerLoss: count(problem.outerLoss),
        innerLogits: count(problem.innerLogits!),
        innerLossOfLogits: count(problem.innerLossOfLogits!),
        innerPenalty: count(problem.innerPenalty!),
      };
    };
    const all = [
      ...Object.values(methods).map((make) => make(problem.inner)),
      exact({ curvature: "gaussNewton" }),
      exact({ curvature: "finiteDifference" }),
    ];
    let failures = 0;
    for (const method of all) {
      for (const limit of [1, 2, 3, 4]) {
        assertNoLeak(() => {
          try {
            tf.dispose(hypergradient(failing(limit), method).gradients);
          } catch (error) {
            assert.match(String(error), /out of data/);
            failures++;
          }
        });
        assert.deepEqual(bits([...problem.inner, ...problem.outer]), before);
      }
    }
    assert.ok(failures > 2 * all.length, `${failures} failures`);
    problem.dispose();
  });

  it("twenty outer steps hold no more tensors than one", () => {
    const problem = tanhProblem();
    const method = neumann({ terms: 3, step: "auto", eigenvalue: amortisedEigenvalue({ every: 5 }) });
    assertNoLeak(() => {
      for (let step = 0; step < 20; step++) {
        const { gradients } = hypergradient(problem, method);
        tf.tidy(() =>
          problem.outer.forEach((variable, index) => variable.assign(tf.sub(variable, tf.mul(0.1, gradients[index])))),
        );
        tf.dispose(gradients);
      }
    });
    problem.dispose();
  });

  it("the outer gradient must be finite", () => {
    const problem = tanhProblem();
    const broken = { ...problem, outerLoss: () => tf.mul(problem.outerLoss(0), NaN) };
    for (const method of [identity(), neumann({ step: 0.1 }), exact()]) {
      assertNoLeak(() => {
        assert.throws(
          () => hypergradient(broken, method),
          /gradient of the outer loss in the inner variables is not finite/,
        );
      });
    }
    problem.dispose();
  });
});

onEachBackend("checkProblem", () => {
  it("accepts a network in training mode, and leaves nothing behind", () => {
    const { problem, model, dispose } = imageProblem();
    const before = bits(model.statistics);
    assertNoLeak(() => assert.deepEqual(checkProblem(problem), { forwardMixedTerm: true }));
    assert.deepEqual(bits(model.statistics), before);
    dispose();
  });

  it("finds a loss that changes between calls, and a penalty that was left out", () => {
    const problem = tanhProblem();
    let calls = 0;
    const restless = { ...problem, innerLoss: () => tf.add(problem.innerLoss(0), ++calls) };
    assert.throws(() => checkProblem(restless), /innerLoss\(0\) gives .* then .*: it must see the same samples/);
    const bare = { ...problem, innerPenalty: undefined };
    assert.throws(() => checkProblem(bare), /innerLoss\(0\) is .* they must be equal/);
    assert.deepEqual(checkProblem({ ...bare, innerLogits: undefined }), { forwardMixedTerm: undefined });
    problem.dispose();
  });
});
