import { execFile } from "node:child_process";
import { extname, join } from "node:path";
import { promisify } from "node:util";

import { tf } from "../tf";
import { probesByKind } from "./all";
import { engineDerivatives, measure, referenceOf, type Derivatives, type Errors } from "./measure";
import { plainDerivatives } from "./plainDerivatives";
import { savedOutputExamples } from "./savedOutputs";

/** What became of one probe: its errors, or the first line of what was thrown. */
export type ProbeOutcome = { readonly name: string; readonly kind: string } & (
  { readonly errors: Errors } | { readonly thrown: string }
);

/** Second derivatives of one function at some points. */
export interface CurvatureSample {
  readonly name: string;
  readonly values: readonly number[];
}

/** What one way to differentiate gives. */
export interface Survey {
  /** "tensorflow" or "cpu". */
  readonly backend: string;
  readonly probes: readonly ProbeOutcome[];
  /** f'' of each of {@link savedOutputExamples}. */
  readonly curvatures: readonly CurvatureSample[];
  /** f'' of exp x alone, at the same points, or what was thrown. */
  readonly exponential: readonly number[] | string;
}

/** Where the examples are differentiated: -4, -3.9, ..., 4. */
export const EXAMPLE_POINTS: readonly number[] = Array.from({ length: 81 }, (_, k) => Math.fround((k - 40) / 10));

/**
 * Puts a way to differentiate through all probes and examples, in this process.
 *
 * @param derivatives those of the engine by default.
 * @returns see {@link Survey}.
 */
export function survey(derivatives: Derivatives = engineDerivatives): Survey {
  const probes = Object.entries(probesByKind).flatMap(([kind, list]) =>
    list.map((probe): ProbeOutcome => {
      try {
        return { name: probe.name, kind, errors: measure(referenceOf(probe), derivatives) };
      } catch (error) {
        return { name: probe.name, kind, thrown: firstLine(error) };
      }
    }),
  );
  const second = (f: (x: tf.Tensor) => tf.Tensor): number[] =>
    tf.tidy(() => {
      const x = tf.variable(tf.tensor1d([...EXAMPLE_POINTS]));
      const product = derivatives.hessianVectorProduct(() => tf.sum(f(x)), [x], [tf.onesLike(x)])[0];
      const values = Array.from(product.dataSync());
      x.dispose();
      return values;
    });
  const curvatures = savedOutputExamples.map(({ name, tensor }) => ({ name, values: second(tensor) }));
  let exponential: Survey["exponential"];
  try {
    exponential = second(tf.exp);
  } catch (error) {
    exponential = firstLine(error);
  }
  return { backend: tf.getBackend(), probes, curvatures, exponential };
}

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split("\n")[0].slice(0, 200);

/**
 * The survey of tfjs as it is: in a process of its own, which never loads the engine, so that nothing is repaired there.
 *
 * @returns a promise of the survey; it ends with the child's error where that fails.
 */
export async function surveyOfPlainTfjs(): Promise<Survey> {
  const extension = extname(__filename);
  const loader = extension === ".ts" ? ["--import", "tsx"] : [];
  const root = join(__dirname, "..", "..", "..");
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...loader, join(__dirname, `plainProcess${extension}`)],
    { cwd: root, maxBuffer: 2 ** 26 },
  );
  return JSON.parse(stdout.slice(stdout.indexOf("{"))) as Survey;
}

/** For the child: the survey of this process, which must not have loaded the engine. */
export const plainSurvey = (): Survey => survey(plainDerivatives);
