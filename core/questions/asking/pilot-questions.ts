import type { ArtifactStore } from '../../contracts/artifact-store.ts';
import type { Chunk } from '../../contracts/corpus.ts';
import type { StageProgress } from '../../contracts/progress.ts';
import { type Provider, RequestRefused } from '../../contracts/provider.ts';
import type { RunInput } from '../../contracts/run-input.ts';
import { inParallel } from '../../primitives/in-parallel.ts';
import { toEntry, writeLedger } from '../ledger/ledger.ts';
import { firstRequest } from './first-request.ts';

export interface PilotDependencies {
  store: ArtifactStore;
  provider: Provider;
  signal: AbortSignal;
  onProgress: (progress: StageProgress) => void;
}

export interface PilotQuestions {
  /** Requests answered and paid for. */
  asked: number;
  /** US dollars; absent where the profile names no price. */
  cost?: number;
  /** The median; absent if nothing was answered. */
  secondsPerRequest?: number;
}

/**
 * Asks about a few chunks, as a run would and for its ledger, to see how long answers are and how long they take. What they are worth is
 * left to the run, and so is a chunk that the endpoint refuses.
 * @param open Chunks that the ledger has no answer for; those asked about are spread evenly over them.
 * @throws Fault what `Provider.chat` throws where no request can be answered.
 */
export async function pilotQuestions(
  open: readonly Chunk[],
  wanted: number,
  options: RunInput['questions'],
  { store, provider, signal, onProgress }: PilotDependencies,
): Promise<PilotQuestions> {
  const chosen = spread(open, wanted);
  const seconds: number[] = [];
  const costs: (number | undefined)[] = [];
  await inParallel(chosen, provider.concurrency, async (chunk) => {
    signal.throwIfAborted();
    const { key, request } = firstRequest(chunk, options);
    const started = performance.now();
    try {
      const reply = await provider.chat(request, signal);
      seconds.push((performance.now() - started) / 1000);
      costs.push(reply.cost);
      await writeLedger(store, toEntry(key, chunk.id, options.model, reply));
    } catch (error) {
      if (!(error instanceof RequestRefused)) throw error;
    }
    onProgress({ done: seconds.length, total: chosen.length, unit: 'requests', note: 'pilot' });
  });
  const median = seconds.sort((a, b) => a - b)[seconds.length >> 1];
  const cost = costs.includes(undefined) ? undefined : costs.reduce<number>((sum, one) => sum + (one ?? 0), 0);
  return {
    asked: seconds.length,
    ...(cost !== undefined && { cost }),
    ...(median !== undefined && { secondsPerRequest: median }),
  };
}

function spread<T>(items: readonly T[], count: number): T[] {
  const some = Math.min(count, items.length);
  return Array.from({ length: some }, (_, index) => items[Math.floor((index * items.length) / some)] as T);
}
