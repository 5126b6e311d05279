import { arrange, type Packing } from '../../encoder/forward/packing.ts';

/** Bytes that training takes, by what decides them. Measured on all-MiniLM-L6-v2 and bge-base at several lengths and batch sizes. */
export interface MemoryNeed {
  /** Weights, moments and gradients, and the process itself. */
  readonly fixed: number;
  /** What a layer keeps for its gradient, and what is left of that where it is computed again. */
  readonly layer: number;
  readonly recomputed: number;
  /** What a layer's gradient needs while it is computed. */
  readonly working: number;
}

/** What a training is going to take. */
export interface MemoryPlan {
  readonly bytes: number;
  /** Layers that are computed again for their gradient. */
  readonly recomputedLayers: number;
}

/** Node, the runtime and its code. */
const PROCESS = 150e6;
/** What the allocator loses between blocks of unlike sizes. */
const SLACK = 1.2;

/**
 * What the largest batch of a plan needs.
 * @param parameterBytes Of the parameters, with the moments and gradients of those that are trained.
 * @param plan Tokens of every text of every batch.
 * @param dropsAttention Whether attention weights are dropped out: both forms are kept then.
 */
export function memoryNeed(
  packing: Packing,
  parameterBytes: number,
  plan: readonly (readonly number[])[],
  dropsAttention: boolean,
): MemoryNeed {
  const { encoder } = packing;
  let [tokens, scores] = [0, 0];
  for (const lengths of plan) {
    const { dims, groups } = arrange(lengths, packing);
    const area = groups.reduce((n, group, g) => n + group.length * (dims.get(`longest.${g}`) as number) ** 2, 0);
    tokens = Math.max(tokens, dims.get('tokens') as number);
    scores = Math.max(scores, area * encoder.heads);
  }
  const [hidden, inner] = [tokens * encoder.hidden * 4, tokens * encoder.inner * 4];
  const attention = scores * 4;
  return {
    fixed: PROCESS + parameterBytes,
    layer: SLACK * (9 * hidden + 2 * inner + (dropsAttention ? 2 : 1) * attention),
    recomputed: SLACK * hidden,
    working: SLACK * (5 * inner + 2 * attention),
  };
}

/** @param recomputed Layers that are computed again for their gradient. */
export function bytesNeeded(need: MemoryNeed, layers: number, recomputed: number): number {
  // While a recomputed layer's gradient is taken, all of it is there.
  const again = recomputed === layers ? need.layer : 0;
  return need.fixed + need.working + (layers - recomputed) * need.layer + recomputed * need.recomputed + again;
}

/** The fewest layers that have to be computed again to stay within a budget; all but the last where even that is too little. */
export function layersToRecompute(need: MemoryNeed, layers: number, budget: number): number {
  let recomputed = 0;
  while (recomputed < layers - 1 && bytesNeeded(need, layers, recomputed) > budget) recomputed++;
  return recomputed;
}
