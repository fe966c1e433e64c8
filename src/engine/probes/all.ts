import { elementwiseProbes } from "./elementwise";
import { layerProbes } from "./layers";
import { lossProbes } from "./losses";
import { type Probe } from "./probe";
import { reductionProbes } from "./reductions";
import { shapeProbes } from "./shapes";

/** Every differentiable operation that losses and models are made of, by kind. */
export const probesByKind: Readonly<Record<string, readonly Probe[]>> = {
  "element by element": elementwiseProbes,
  reductions: reductionProbes,
  shapes: shapeProbes,
  layers: layerProbes,
  "losses and networks": lossProbes,
};

/** All of them. */
export const probes: readonly Probe[] = Object.values(probesByKind).flat();
