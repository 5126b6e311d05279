import { type Graph, gelu, layerNorm, linear, rmsNorm, type Value } from '../autodiff/index.ts';
import type { Encoder, ForwardPass } from '../models/index.ts';

export type Parametric = Pick<ForwardPass, 'graph' | 'parameter' | 'dense' | 'layerNorm' | 'rmsNorm' | 'gelu'>;

/** What every forward pass does alike: the parts of a layer over the model's parameters. */
export function parametric(graph: Graph, encoder: Encoder, parameter: (name: string) => Value): Parametric {
  const bias = (name: string) => (encoder.parameters.has(`${name}.bias`) ? parameter(`${name}.bias`) : undefined);
  return {
    graph,
    parameter,
    dense: (x, name) => linear(x, parameter(`${name}.weight`), bias(name)),
    layerNorm: (x, name, epsilon) => layerNorm(x, parameter(`${name}.weight`), bias(name), epsilon),
    rmsNorm,
    gelu,
  };
}
