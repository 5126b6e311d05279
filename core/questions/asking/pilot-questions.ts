import type { ArtifactStore } from '../../contracts/artifact-store.ts';
import type { Chunk } from '../../contracts/corpus.ts';
import type { StageProgress } from '../../contracts/progress.ts';
import { type Provider, RequestRefused } from '../../contracts/provider.ts';
import type { RunInput } from '../../contracts/run-input.ts';
import { addSpending, NO_SPENDING, type Spending, spendingOf } from '../../contracts/spending.ts';
import { inParallel } from '../../primitives/in-parallel.ts';
import { toEntry, writeLedger } from '../ledger/ledger.ts';
import { chunkRequest } from './chunk-request.ts';

export interface PilotContext {
  store: ArtifactStore;
  provider: Provider;
  signal: AbortSignal;
  onProgress: (progress: StageProgress) => void;
}

export interface PilotQuestions {
  spending: Spending;
  /** The median; absent if nothing was answered. */
  secondsPerRequest?: number | undefined;
}

/**
 * Asks about a few chunks and stores the answers in the ledger, as a run would, to measure how long answers are and how
 * long they take. The answers are not validated here, and a chunk that the endpoint refuses is left to the run.
 * @param open chunks without an answer in the ledger; those asked about are spread evenly over them.
 * @throws what `Provider.chat` throws, except `RequestRefused`.
 */
export async function pilotQuestions(
  open: readonly Chunk[],
  count: number,
  options: RunInput['questions'],
  { store, provider, signal, onProgress }: PilotContext,
): Promise<PilotQuestions> {
  const chosen = spread(open, count);
  const seconds: number[] = [];
  let spending: Spending = NO_SPENDING;
  await inParallel(chosen, provider.concurrency, async (chunk) => {
    signal.throwIfAborted();
    const { key, request } = chunkRequest(chunk, options);
    const started = performance.now();
    try {
      const reply = await provider.chat(request, signal);
      seconds.push((performance.now() - started) / 1000);
      spending = addSpending(spending, spendingOf(reply));
      await writeLedger(store, toEntry(key, chunk.id, options.model, reply));
    } catch (error) {
      if (!(error instanceof RequestRefused)) throw error;
    }
    onProgress({ done: seconds.length, total: chosen.length, unit: 'requests', note: 'pilot' });
  });
  const median = seconds.sort((a, b) => a - b)[seconds.length >> 1];
  return { spending, secondsPerRequest: median };
}

function spread<T>(items: readonly T[], count: number): T[] {
  const some = Math.min(count, items.length);
  return Array.from({ length: some }, (_, index) => items[Math.floor((index * items.length) / some)] as T);
}
