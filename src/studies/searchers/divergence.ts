/** Whether an error says that the numbers of a training or of a search have left the finite: a finding, not a fault. */
export const isDivergence = (error: unknown): error is Error =>
  error instanceof Error && (error.name === "DivergenceError" || /is not finite|diverges?\b/.test(error.message));
