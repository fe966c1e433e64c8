declare module "jstat" {
  /** The part of jstat that the metrics use; the package ships no types. */
  export const jStat: {
    mean(values: number[]): number;
    /** Standard deviation; divides by n - 1 when `sample` is true. */
    stdev(values: number[], sample: boolean): number;
    studentt: { inv(probability: number, degreesOfFreedom: number): number };
  };
}
