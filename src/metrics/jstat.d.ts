declare module "jstat" {
  /** The part of jstat that the metrics use; the package ships no types. */
  export const jStat: {
    studentt: {
      cdf(value: number, degreesOfFreedom: number): number;
      inv(probability: number, degreesOfFreedom: number): number;
    };
    normal: {
      cdf(value: number, mean: number, deviation: number): number;
      pdf(value: number, mean: number, deviation: number): number;
    };
    chisquare: { cdf(value: number, degreesOfFreedom: number): number };
    centralF: { cdf(value: number, numerator: number, denominator: number): number };
    /** Studentised range of `groups` means. */
    tukey: { inv(probability: number, groups: number, degreesOfFreedom: number): number };
  };
}
