import { type Graph, gelu, gemm, layerNorm, linear, mul, rmsNorm, type Value } from '../../autodiff/index.ts';
import { adapterNames, type Encoder, type ForwardPass } from '../architectures/index.ts';

export type Parametric = Pick<ForwardPass, 'graph' | 'parameter' | 'dense' | 'layerNorm' | 'rmsNorm' | 'gelu'>;

/** What packed and padded passes have in common: the parts of a layer that depend on parameters only. */
export function parametric(graph: Graph, encoder: Encoder, parameter: (name: string) => Value): Parametric {
  const bias = (name: string) => (encoder.parameters.has(`${name}.bias`) ? parameter(`${name}.bias`) : undefined);
  return {
    graph,
    parameter,
    dense(x, name) {
      const y = linear(x, parameter(`${name}.weight`), bias(name));
      const { down, up } = adapterNames(name);
      if (!encoder.parameters.has(down)) return y;
      const low = mul(linear(x, parameter(down)), encoder.adapterScale ?? 1);
      return gemm(low, parameter(up), y, { transB: true });
    },
    layerNorm: (x, name, epsilon) => layerNorm(x, parameter(`${name}.weight`), bias(name), epsilon),
    rmsNorm,
    gelu,
  };
}
