import { readFile } from 'node:fs/promises';
import { arrange, type Packing } from '../../encoder/forward/packing.ts';

/**
 * What decides the bytes that training takes. Measured on all-MiniLM-L6-v2 and bge-base at several lengths and batch
 * sizes.
 */
export interface MemoryNeed {
  /** Weights, moments and gradients, and the process itself. */
  readonly fixed: number;
  /** What saving and exporting takes beside that. */
  readonly saving: number;
  /** What a layer keeps for its gradient. */
  readonly layer: number;
  /** What a layer keeps if it is recomputed for its gradient. */
  readonly recomputed: number;
  /** What the gradient of a layer needs while it is computed. */
  readonly working: number;
}

/** What a training is expected to take. */
export interface MemoryPlan {
  readonly bytes: number;
  /** Layers that are recomputed for their gradient. */
  readonly recomputedLayers: number;
}

/** Node, the runtime and their code, the tokenizer and the texts, and what waits to be collected. */
const PROCESS = 330e6;
/** What the allocator loses between blocks of different sizes. */
const FRAGMENTATION = 1.2;
/**
 * Recomputed layers leave holes between blocks of other sizes. Below as much as this many layers keep, recomputing
 * further ones was measured to free hardly any memory.
 */
const LEAST_LAYERS = 3;
/** Copies of the weights in memory while a model is saved, exported and compared with its export, and garbage. */
const SAVED_COPIES = 2;

/**
 * What the largest batch of a plan needs.
 * @param parameterBytes Of the parameters, with the moments and gradients of the trained ones.
 * @param plan Tokens of every text of every batch.
 * @param dropsAttention Whether attention weights have dropout; then they are kept with and without it.
 * @param savedBytes Of all weights of the model that is saved in the end.
 */
export function memoryNeed(
  packing: Packing,
  parameterBytes: number,
  plan: readonly (readonly number[])[],
  dropsAttention: boolean,
  savedBytes: number,
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
    saving: SAVED_COPIES * savedBytes,
    layer: FRAGMENTATION * (9 * hidden + 2 * inner + (dropsAttention ? 2 : 1) * attention),
    recomputed: FRAGMENTATION * hidden,
    working: FRAGMENTATION * (5 * inner + 2 * attention),
  };
}

/**
 * What training takes at most: in its steps, or in the end, when the memory of the steps is used to save the model.
 * @param recomputed Layers that are recomputed for their gradient.
 */
export function peakBytes(need: MemoryNeed, layers: number, recomputed: number): number {
  const kept = Math.max(layers - recomputed, Math.min(LEAST_LAYERS, layers));
  const steps = need.working + kept * need.layer + (layers - kept) * need.recomputed;
  return need.fixed + Math.max(steps, need.saving);
}

/**
 * The fewest layers that must be recomputed to stay within a budget; if even the most are too few, as many as lower the
 * peak.
 */
export function layersToRecompute(need: MemoryNeed, layers: number, budget: number): number {
  let recomputed = 0;
  while (recomputed < layers - LEAST_LAYERS && peakBytes(need, layers, recomputed) > budget) recomputed++;
  return recomputed;
}

/** A buffer of this many bytes is allocated by every adapter that training has been tried on: SwiftShader's limit. */
const GPU_BUFFER = 2 ** 30;
const MOST_GROUPS = 64;

/**
 * The length groups for a GPU, at least `packing.groups`: as many as are needed for the attention scores of each to fit
 * into one buffer, or for those of the longest text, which cannot be split.
 * @param plan Tokens of every text of every batch.
 */
export function groupsForGpu(packing: Packing, plan: readonly (readonly number[])[], buffer = GPU_BUFFER): number {
  const longest = plan.reduce((most, lengths) => Math.max(most, ...lengths), 0);
  const limit = Math.max(buffer, scoreBytes(packing, longest));
  let { groups } = packing;
  while (groups < MOST_GROUPS && plan.some((lengths) => largestScores({ ...packing, groups }, lengths) > limit))
    groups *= 2;
  return groups;
}

/** Bytes of the attention scores of the length group that has most. */
function largestScores(packing: Packing, lengths: readonly number[]): number {
  const { dims, groups } = arrange(lengths, packing);
  return Math.max(...groups.map((group, g) => group.length * scoreBytes(packing, dims.get(`longest.${g}`) as number)));
}

/** Bytes of the attention scores of one text. */
function scoreBytes({ encoder }: Packing, tokens: number): number {
  return encoder.heads * tokens ** 2 * 4;
}

/**
 * The highest resident memory of this process so far, in bytes. On Linux it is VmHWM, which, unlike getrusage, does not
 * inherit the peak of the parent process.
 */
export async function peakMemory(): Promise<number> {
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '');
  const kilobytes = /^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? process.resourceUsage().maxRSS;
  return Number(kilobytes) * 1024;
}
