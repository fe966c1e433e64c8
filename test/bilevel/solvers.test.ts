import assert from "node:assert/strict";
import { it } from "node:test";

import { solvers, type MatVec, type Solution } from "../../src/bilevel";
import { random, tf } from "../../src/engine";
import { onEachBackend } from "../support/backends";
import { assertClose, assertNoLeak, take } from "../support/numeric";
import {
  add,
  diagonal,
  dot,
  logarithmic,
  norm,
  normals,
  partialSum,
  product,
  shifted,
  solve,
  times,
  transposed,
  withEigenvalues,
  type Dense,
} from "../../src/studies/hypergradients/dense";

/** Residuals are reported from float32 recurrences: right to some roundings of the right-hand side. */
const RESIDUAL = 3e-6;
/** Ritz values of float32 products: within a few hundred roundings of the largest eigenvalue. */
const RITZ = 1e-4;

const matvec =
  (a: Dense): MatVec =>
  ([v]) => [tf.tidy(() => tf.reshape(tf.matMul(tf.tensor2d(a as number[][]), tf.reshape(v, [-1, 1])), [-1]))];

const right = (values: number[]) => [tf.tensor1d(values)];

const trueResidual = (a: Dense, x: number[], b: number[]) => norm(add(times(a, x), -1, b)) / norm(b);

/** Solves and asserts the solution, and that the residual reported is that of the solution returned. */
function check(a: Dense, b: number[], solved: Solution, { relative = 1e-4, residual = RESIDUAL } = {}): Solution {
  const x = solved.solution.flatMap(take);
  assertClose(x, solve(a, b), { relative });
  assert.ok(
    Math.abs(solved.residual - trueResidual(a, x, b)) <= residual,
    `residual ${solved.residual} reported, ${trueResidual(a, x, b)} true`,
  );
  return solved;
}

const b5 = [1, -2, 0.5, 3, 0.25];

/** The systems that all solvers must solve. */
const systems: Record<string, { a: Dense; b: number[]; distinct: number }> = {
  scalar: { a: [[3]], b: [1.5], distinct: 1 },
  identity: { a: diagonal([1, 1, 1, 1, 1]), b: b5, distinct: 1 },
  "scaled identity": { a: diagonal([2, 2, 2, 2, 2]), b: b5, distinct: 1 },
  diagonal: { a: diagonal([1, 2, 3, 4, 5]), b: b5, distinct: 5 },
  "random, condition 10": { a: withEigenvalues(logarithmic(0.5, 5, 12), 1), b: normals(random(2), 12), distinct: 12 },
  "random, condition 100": { a: withEigenvalues(logarithmic(0.1, 10, 12), 3), b: normals(random(4), 12), distinct: 12 },
};

onEachBackend("linear solvers", () => {
  for (const [name, { a, b, distinct }] of Object.entries(systems)) {
    const eigenvalue = norm(times(a, powered(a, b.length)));

    it(`conjugate gradient solves: ${name}`, () => {
      const rhs = right(b);
      // Rounding costs a few iterations more than the number of distinct eigenvalues.
      const solved = check(a, b, solvers.conjugateGradient(matvec(a), rhs, { iterations: 3 * distinct }));
      assert.equal(solved.status, "converged");
      assert.ok(solved.iterations <= distinct + (distinct > 1 ? 8 : 0), `${solved.iterations} iterations`);
      assert.equal(solved.products, solved.iterations);
      assert.ok(solved.smallestRitzValue > 0 && solved.largestRitzValue <= eigenvalue * (1 + RITZ));
      tf.dispose(rhs);
    });

    it(`MINRES solves: ${name}`, () => {
      const rhs = right(b);
      const solved = check(a, b, solvers.minres(matvec(a), rhs, { iterations: 3 * distinct }), { relative: 3e-4 });
      assert.equal(solved.status, "converged");
      assert.ok(solved.smallestRitzValue > 0 && solved.largestRitzValue <= eigenvalue * (1 + RITZ));
      tf.dispose(rhs);
    });

    it(`Nystroem of full rank solves: ${name}`, () => {
      const rhs = right(b);
      check(a, b, solvers.nystrom(matvec(a), rhs, { rank: b.length }), { relative: 1e-3, residual: 1e-5 });
      tf.dispose(rhs);
    });

    it(`the dense solver solves: ${name}`, () => {
      const rhs = right(b);
      const solved = check(a, b, solvers.dense(matvec(a), rhs));
      assert.equal(solved.products, b.length);
      assertClose([solved.largestRitzValue], [eigenvalue]);
      tf.dispose(rhs);
    });

    // It needs about ten times the condition in terms: systems of a large one are left out.
    if (name.includes("100")) continue;
    it(`the Neumann series with the step of power iteration solves: ${name}`, () => {
      const rhs = right(b);
      const solved = check(a, b, solvers.neumann(matvec(a), rhs, { terms: 120 }));
      assert.ok(Math.abs(solved.largestEigenvalue! / eigenvalue - 1) < 0.05, `${solved.largestEigenvalue} estimated`);
      assertClose([solved.step!], [1 / solved.largestEigenvalue!]);
      tf.dispose(rhs);
    });
  }

  it("conjugate gradient solves a random system of condition 10,000 to what float32 leaves of it", () => {
    const a = withEigenvalues(logarithmic(1e-3, 10, 20), 5);
    const b = times(a, normals(random(6), 20));
    const rhs = right(b);
    const { solution, residual } = solvers.conjugateGradient(matvec(a), rhs, { iterations: 200, tolerance: 1e-5 });
    assert.ok(residual <= 1e-5);
    // The error may be as large as the condition times the residual; the residual itself must be small.
    assert.ok(trueResidual(a, solution.flatMap(take), b) < 1e-4);
    tf.dispose(rhs);
  });

  it("works on lists of tensors of any shapes, blocks between them included", () => {
    const a = systems["random, condition 10"].a;
    const b = systems["random, condition 10"].b;
    const rhs = [tf.scalar(b[0]), tf.tensor2d(b.slice(1, 7), [2, 3]), tf.tensor1d(b.slice(7))];
    const shaped: MatVec = (v) =>
      tf.tidy(() => {
        const flat = tf.concat(v.map((part) => tf.reshape(part, [-1]) as tf.Tensor1D));
        const out = tf.split(matvec(a)([flat])[0], [1, 6, 5]);
        return out.map((part, index) => tf.reshape(part, rhs[index].shape));
      });
    const all = [
      solvers.conjugateGradient(shaped, rhs, { iterations: 30 }),
      solvers.minres(shaped, rhs, { iterations: 30 }),
      solvers.neumann(shaped, rhs, { terms: 200 }),
      solvers.nystrom(shaped, rhs, { rank: 12 }),
      solvers.dense(shaped, rhs),
    ];
    for (const { solution } of all) {
      assert.deepEqual(
        solution.map(({ shape }) => shape),
        rhs.map(({ shape }) => shape),
      );
      assertClose(solution.flatMap(take), solve(a, b), { relative: 1e-3 });
    }
    tf.dispose(rhs);
  });

  // Defects of public bilevel libraries, each with the system that shows it.

  it("conjugate gradient steps and updates its residual by one product, however the matrix is scaled (Betty's cg_alpha)", () => {
    const a = withEigenvalues([1, 2, 3, 4, 5], 7);
    for (const alpha of [1, 0.5, 0.1]) {
      const scaled = a.map((row) => row.map((value) => alpha * value));
      const rhs = right(b5);
      const solved = solvers.conjugateGradient(matvec(scaled), rhs, { iterations: 5, tolerance: 0 });
      const x = solved.solution.flatMap(take);
      assert.ok(trueResidual(scaled, x, b5) < 1e-5, `alpha ${alpha}: residual ${trueResidual(scaled, x, b5)}`);
      tf.dispose(rhs);
    }
  });

  it("conjugate gradient returns the iterate that converged, not the one before (hypertorch)", () => {
    const rhs = right([4, -6]);
    const twice = solvers.conjugateGradient(matvec(diagonal([2, 2])), rhs);
    assert.equal(twice.iterations, 1);
    assert.deepEqual(twice.solution.flatMap(take), [2, -3]);
    const a = [
      [2, 1],
      [1, 3],
    ];
    check(a, [4, -6], solvers.conjugateGradient(matvec(a), rhs, { tolerance: 1e-3 }), { relative: 1e-5 });
    tf.dispose(rhs);
  });

  it("conjugate gradient iterates for a scalar right-hand side (TorchOpt)", () => {
    const rhs = [tf.scalar(6)];
    const solved = solvers.conjugateGradient(([v]) => [tf.mul(4, v)], rhs);
    assert.deepEqual([solved.iterations, solved.status], [1, "converged"]);
    assert.deepEqual(solved.solution.flatMap(take), [1.5]);
    tf.dispose(rhs);
  });

  // Indefinite and singular systems.

  const indefinite = withEigenvalues([-2, -0.5, 1, 2, 3, 4], 8);
  const b6 = normals(random(9), 6);

  it("conjugate gradient says negative curvature, with the iterate before it and its residual", () => {
    const rhs = right(b6);
    const solved = solvers.conjugateGradient(matvec(indefinite), rhs);
    assert.equal(solved.status, "negativeCurvature");
    assert.ok(solved.smallestRitzValue < 0, `smallest Ritz value ${solved.smallestRitzValue}`);
    assert.equal(solved.products, solved.iterations + 1);
    const x = solved.solution.flatMap(take);
    assert.ok(Math.abs(trueResidual(indefinite, x, b6) - solved.residual) < RESIDUAL);
    // Steepest descent's first direction is enough here: nothing is returned but the zero vector.
    const negative = solvers.conjugateGradient(([v]) => [tf.neg(v)], rhs);
    assert.deepEqual([negative.status, negative.iterations, negative.residual], ["negativeCurvature", 0, 1]);
    assert.deepEqual(negative.solution.flatMap(take), [0, 0, 0, 0, 0, 0]);
    tf.dispose(rhs);
  });

  it("MINRES and the dense solver solve an indefinite system and report its negative eigenvalue", () => {
    const rhs = right(b6);
    const solved = check(indefinite, b6, solvers.minres(matvec(indefinite), rhs), { relative: 1e-3 });
    assert.ok(solved.smallestRitzValue >= -2 * (1 + RITZ) && solved.smallestRitzValue < -1.9);
    const direct = check(indefinite, b6, solvers.dense(matvec(indefinite), rhs));
    assertClose([direct.smallestRitzValue], [-2]);
    tf.dispose(rhs);
  });

  it("MINRES never lets the residual grow", () => {
    const rhs = right(b6);
    const residuals = [0, 1, 2, 3, 4, 5, 6].map((iterations) => {
      const { solution, residual } = solvers.minres(matvec(indefinite), rhs, { iterations, tolerance: 0 });
      const x = solution.flatMap(take);
      assert.ok(Math.abs(trueResidual(indefinite, x, b6) - residual) < RESIDUAL);
      return residual;
    });
    residuals.slice(1).forEach((residual, index) => assert.ok(residual <= residuals[index] + 1e-6, `${residuals}`));
    tf.dispose(rhs);
  });

  it("a singular matrix is an error of the dense solver, and of MINRES where b is out of its reach", () => {
    const rhs = right([1, 1]);
    const flat = diagonal([2, 0]);
    assert.throws(() => solvers.dense(matvec(flat), rhs), /dense: the matrix is singular/);
    const solved = solvers.minres(matvec(flat), rhs);
    assert.equal(solved.status, "singular");
    assert.ok(solved.residual > 0.5);
    tf.dispose([...rhs, ...solved.solution]);
  });

  // The Neumann series.

  it("the Neumann series of K terms is the explicit partial sum of K + 1 summands", () => {
    const { a, b } = systems["random, condition 10"];
    const rhs = right(b);
    for (const terms of [0, 1, 2, 3, 5, 8]) {
      const solved = solvers.neumann(matvec(a), rhs, { terms, step: 0.15 });
      assert.equal(solved.products, terms + 1);
      const x = solved.solution.flatMap(take);
      assertClose(x, partialSum(a, b, 0.15, terms), { what: `${terms} terms` });
      assert.ok(Math.abs(trueResidual(a, x, b) - solved.residual) < RESIDUAL);
      const cheap = solvers.neumann(matvec(a), rhs, { terms, step: 0.15, measureResidual: false });
      assert.equal(cheap.products, terms);
      assertClose(cheap.solution.flatMap(take), x);
      assert.ok(terms === 0 ? Number.isNaN(cheap.residual) : cheap.residual >= solved.residual);
    }
    tf.dispose(rhs);
  });

  it("a Neumann series that diverges throws, and says the step; on demand it is returned as diverged", () => {
    const a = diagonal([1, 10]);
    const rhs = right([1, 1]);
    assert.throws(
      () => solvers.neumann(matvec(a), rhs, { terms: 30, step: 0.25 }),
      /diverges at step 0.250: term 1 is/,
    );
    assert.throws(
      () => solvers.neumann(matvec(a), rhs, { terms: 2000, step: 1, onDivergence: "return" }),
      /not finite/,
    );
    const kept = solvers.neumann(matvec(a), rhs, { terms: 3, step: 0.25, onDivergence: "return" });
    assert.equal(kept.status, "diverged");
    assertClose(kept.solution.flatMap(take), partialSum(a, [1, 1], 0.25, 3));
    tf.dispose(rhs);
  });

  it("a step beyond 2 / eigenvalue is detected while the terms still shrink", () => {
    const a = withEigenvalues(
      Array.from({ length: 20 }, (_, k) => 0.01 + (k / 19) ** 3 * 0.99),
      10,
    );
    const b = normals(random(20), 20);
    const lengths = [norm(b)];
    for (let [power, term] = [0, b]; power < 6; power++) {
      term = add(term, -2.3, times(a, term));
      lengths.push(norm(term));
    }
    assert.ok(
      lengths.slice(1).every((length, index) => length < lengths[index]),
      "the terms of this case shrink",
    );
    const rhs = right(b);
    assert.throws(() => solvers.neumann(matvec(a), rhs, { terms: 6, step: 2.3 }), /Ritz value of 0.9\d\d, above/);
    tf.dispose(rhs);
  });

  it("an indefinite matrix makes the terms grow, and shows in the smallest Ritz value", () => {
    const rhs = right(b6);
    assert.throws(() => solvers.neumann(matvec(indefinite), rhs, { terms: 60, step: 0.25 }), /diverges/);
    const kept = solvers.neumann(matvec(indefinite), rhs, { terms: 10, step: 0.25, onDivergence: "return" });
    assert.ok(kept.smallestRitzValue < -1 && kept.smallestRitzValue >= -2.1, `${kept.smallestRitzValue}`);
    tf.dispose([...rhs, ...kept.solution]);
  });

  it("Ritz values from moments lie between the ends of the spectrum and close in on them", () => {
    const values = logarithmic(0.05, 2, 15);
    const a = withEigenvalues(values, 12);
    const rhs = right(normals(random(13), 15));
    let [low, high] = [Infinity, 0];
    for (const terms of [1, 2, 4, 8, 16]) {
      const solved = solvers.neumann(matvec(a), rhs, { terms, step: 0.5 });
      assert.ok(solved.smallestRitzValue > 0.05 * 0.99 && solved.largestRitzValue < 2 * 1.01);
      [low, high] = [Math.min(low, solved.smallestRitzValue), Math.max(high, solved.largestRitzValue)];
      tf.dispose(solved.solution);
    }
    assert.ok(low < 0.15 && high > 1.9, `from ${low} to ${high}`);
    tf.dispose(rhs);
  });

  // Power iteration and Nystroem.

  it("power iteration finds the eigenvalue of largest size and its sign", () => {
    const like = right(new Array<number>(6).fill(0));
    const up = solvers.powerIteration(matvec(indefinite), like, { iterations: 200, tolerance: 0 });
    assertClose([up.size, up.eigenvalue], [4, 4]);
    const down = solvers.powerIteration(matvec(indefinite.map((row) => row.map((value) => -value))), like, {
      iterations: 200,
      tolerance: 0,
    });
    assertClose([down.size, down.eigenvalue], [4, -4]);
    assert.equal(solvers.powerIteration(([v]) => [tf.zerosLike(v)], like).size, 0);
    tf.dispose(like);
  });

  it("Nystroem on columns is the published formula", () => {
    const [n, rank, damping, seed] = [12, 4, 0.3, 21];
    const a = systems["random, condition 100"].a;
    const b = normals(random(14), n);
    const chosen = [
      ...random(seed)
        .fork("nystrom")
        .shuffle(Int32Array.from({ length: n }, (_, i) => i))
        .slice(0, rank),
    ];
    const columns = a.map((row) => chosen.map((at) => row[at]));
    const core = chosen.map((row) => chosen.map((column) => a[row][column]));
    // (C K^-1 C' + rho I) x = b
    const inner = transposed(
      transposed(columns).map((_, k) =>
        solve(
          core,
          chosen.map((_, j) => (j === k ? 1 : 0)),
        ),
      ),
    );
    const approximation = product(product(columns, inner), transposed(columns));
    const rhs = right(b);
    const solved = solvers.nystrom(matvec(a), rhs, { rank, damping, seed, sketch: "columns" });
    const x = solved.solution.flatMap(take);
    assertClose(x, solve(shifted(approximation, damping), b), { relative: 1e-3 });
    assert.ok(Math.abs(solved.residual - trueResidual(shifted(a, damping), x, b)) < 1e-4);
    assert.equal(solved.products, rank + 1);
    tf.dispose(rhs);
  });

  it("Nystroem is exact once its rank reaches that of the matrix, or with a flat tail that of what stands out", () => {
    const b = normals(random(15), 30);
    const rhs = right(b);
    const low = withEigenvalues([5, 3, 1, ...new Array<number>(27).fill(0)], 16);
    check(shifted(low, 0.1), b, solvers.nystrom(matvec(low), rhs, { rank: 6, damping: 0.1 }), { residual: 1e-4 });
    const lifted = shifted(low, 0.5);
    check(lifted, b, solvers.nystrom(matvec(lifted), rhs, { rank: 12 }), {
      relative: 0.1,
      residual: 1e-4,
    });
    assert.throws(() => solvers.nystrom(matvec(low), rhs, { rank: 2, tail: "zero" }), /damping must be greater than 0/);
    assert.throws(
      () => solvers.nystrom(matvec(low), rhs, { rank: 6 }),
      /smallest eigenvalue in the sketch is 0: give damping/,
    );
    tf.dispose(rhs);
  });

  // What holds for all of them.

  const all: Record<string, (m: MatVec, b: tf.Tensor[]) => Solution> = {
    conjugateGradient: solvers.conjugateGradient,
    minres: solvers.minres,
    neumann: (m, b) => solvers.neumann(m, b),
    nystrom: (m, b) => solvers.nystrom(m, b, { damping: 1 }),
    dense: (m, b) => solvers.dense(m, b),
  };
  for (const [name, solver] of Object.entries(all)) {
    it(`${name} gives zero for b = 0 without a product, and refuses what is not finite`, () => {
      const zero = right([0, 0, 0]);
      const none: MatVec = () => assert.fail("no product is needed");
      const { solution, residual, products } = solver(none, zero);
      assert.deepEqual([solution.flatMap(take), residual, products], [[0, 0, 0], 0, 0]);
      const wrong = right([1, NaN, 0]);
      assert.throws(() => solver(none, wrong), /right-hand side must be finite/);
      assert.throws(() => solver(none, []), /at least one tensor/);
      assert.throws(() => solver(([v]) => [tf.mul(v, NaN)], [tf.ones([3])]), /not finite/);
      tf.dispose([...zero, ...wrong]);
    });

    it(`${name} leaves no tensor but its solution, also when a product throws`, () => {
      const { a, b } = systems["random, condition 10"];
      const rhs = right(b);
      assertNoLeak(() => tf.dispose(solver(matvec(a), rhs).solution));
      let calls = 0;
      const failing: MatVec = (v) => {
        if (++calls === 2) throw new Error("second product");
        return matvec(a)(v);
      };
      assertNoLeak(() => assert.throws(() => solver(failing, rhs), /second product/));
      assertNoLeak(() => {
        assert.throws(() => solver(([v]) => [tf.mul(v, NaN)], rhs), /not finite/);
      });
      tf.dispose(rhs);
    });
  }

  it("refuses options that are out of range or unknown, quoting them", () => {
    const rhs = right([1]);
    const a = matvec([[1]]);
    assert.throws(
      () => solvers.conjugateGradient(a, rhs, { iterations: -1 }),
      /iterations must be an integer of at least 0, received -1/,
    );
    assert.throws(() => solvers.minres(a, rhs, { tolerance: NaN }), /tolerance must be at least 0, received NaN/);
    assert.throws(() => solvers.neumann(a, rhs, { step: 0 }), /step must be greater than 0 or "auto", received 0/);
    assert.throws(
      () => solvers.neumann(a, rhs, { iterations: 5 } as object),
      /unknown option iterations; accepted are terms/,
    );
    assert.throws(() => solvers.neumann(([v]) => [tf.zerosLike(v)], rhs), /needs a matrix other than zero/);
    assert.throws(() => solvers.nystrom(a, rhs, { rank: 0 }), /rank must be an integer of at least 1/);
    const many = right(new Array<number>(20).fill(1));
    assert.throws(() => solvers.dense(a, many, { limit: 10 }), /20 unknowns, at most 10 are accepted/);
    tf.dispose([...rhs, ...many]);
  });
});

/** The eigenvector of the largest eigenvalue, in float64. */
function powered(a: Dense, n: number): number[] {
  let x = normals(random(99), n);
  for (let k = 0; k < 2000; k++) {
    x = times(a, x);
    const length = Math.sqrt(dot(x, x));
    x = x.map((value) => value / length);
  }
  return x;
}
