import { elementwiseProbes } from "./probes/elementwise";
import { layerProbes } from "./probes/layers";
import { lossProbes } from "./probes/losses";
import { type Probe } from "./probes/probe";
import { reductionProbes } from "./probes/reductions";
import { shapeProbes } from "./probes/shapes";

/** Every differentiable operation that losses and models are made of. */
export const probes: readonly Probe[] = [
  ...elementwiseProbes,
  ...reductionProbes,
  ...shapeProbes,
  ...layerProbes,
  ...lossProbes,
];
