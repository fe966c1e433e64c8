/**
 * Balanced test errors in % as published, for the same methods.
 *
 * @see AutoBalance (NeurIPS 2021), Table 1, from a third-party digest of the paper: the rows that it gives. Rows known from memory alone are
 *   left out.
 */
export const PUBLISHED_ERRORS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  CE: { "cifar-10": 30.45, "cifar-100": 62.69 },
  "LDAM-DRW": { "cifar-10": 26.37, "cifar-100": 59.47 },
  LA: { "cifar-10": 23.13, "cifar-100": 58.96 },
  CDT: { "cifar-10": 20.73, "cifar-100": 57.26 },
  "AutoBalance Δ&l": { "cifar-10": 21.39, "cifar-100": 56.84 },
  "AutoBalance Δ&l from LA": { "cifar-10": 21.15, "cifar-100": 56.7 },
};
