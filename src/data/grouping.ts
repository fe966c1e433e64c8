/** A labelling of samples besides their class: the groups that a method is to treat alike, or coarser classes. */
export interface Grouping {
  /** The group of each sample, an integer in [0, names.length). */
  readonly labels: Int32Array;
  /** Name of group g at position g. */
  readonly names: readonly string[];
}
