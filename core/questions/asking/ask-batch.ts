import type { ArtifactStore } from '../../contracts/artifact-store.ts';
import type { LeasedChunksResult } from '../../contracts/asking.ts';
import type { Provider } from '../../contracts/provider.ts';
import { addFailure, noFailures } from '../../contracts/quarantine.ts';
import type { Lease } from '../../contracts/rate-limit.ts';
import type { RunInput } from '../../contracts/run-input.ts';
import { addSpending, NO_SPENDING, type Spending, spendingOf } from '../../contracts/spending.ts';
import { inParallel } from '../../primitives/in-parallel.ts';
import type { OpenChunk } from '../ledger/find-open.ts';
import { answerChunk } from './answer-chunk.ts';
import { LeaseMeter } from './lease-pacer.ts';
import { mergeRanges } from './ranges.ts';

export interface Batch {
  /** With their places in the list of open chunks. */
  chunks: readonly (OpenChunk & { at: number })[];
  lease: Lease;
  /** Counted tokens for an estimated one, as far as is known. */
  calibration: number;
  /** What the ledger has of these chunks by now was bought by this run, in a batch that was lost. */
  recovering: boolean;
}

export interface AskingBatch {
  options: RunInput['questions'];
  store: ArtifactStore;
  provider: Provider;
  signal?: AbortSignal;
}

/**
 * Asks about some chunks as far as a lease goes. The ledger is read again before anything is bought, and each answer is
 * stored before it is used: a batch that dies, or is aborted, has paid for nothing that the next will pay for again.
 * Nothing is waited for but the lease's own pace: what the endpoint did not answer comes back to be asked again.
 * After a failure, and after an abort, what is in flight is waited for: it may be paid for.
 * @throws Fault `credentials` or `config` when no request can be answered; the signal's reason.
 */
export async function askBatch(
  { chunks, lease, calibration, recovering }: Batch,
  { options, store, provider, signal }: AskingBatch,
): Promise<Omit<LeasedChunksResult, 'tookMs'>> {
  const meter = new LeaseMeter(lease, { calibration, signal });
  let spending: Spending = NO_SPENDING;
  let maxCost = 0;
  const failures = noFailures();
  const result = {
    done: 0,
    unsent: [] as number[],
    unanswered: [] as LeasedChunksResult['unanswered'],
    refused: [] as LeasedChunksResult['refused'],
  };
  let estimatedTokens = 0;

  await inParallel(chunks, provider.concurrency, async ({ at, chunk, tokens }) => {
    if (meter.isOver && !recovering) return void result.unsent.push(at);
    const outcome = await answerChunk(chunk, {
      options,
      store,
      estimate: tokens,
      asking: { provider, meter, signal },
      onAnswer: (entry, bought) => {
        if (bought) estimatedTokens += tokens;
        if (!bought && !recovering) return;
        spending = addSpending(spending, spendingOf(entry));
        maxCost = Math.max(maxCost, entry.cost ?? 0);
      },
    });
    if ('unsent' in outcome) return void result.unsent.push(at);
    const named = { chunkId: chunk.id, path: chunk.path };
    if ('unanswered' in outcome) {
      return void result.unanswered.push({ at, ...named, reason: `the endpoint ${outcome.unanswered}` });
    }
    result.done++;
    if (!('failure' in outcome)) return;
    const failed = { ...named, reason: outcome.failure };
    addFailure(failures, failed);
    if (outcome.refused) result.refused.push(failed);
  });
  signal?.throwIfAborted();
  return {
    spending,
    done: result.done,
    maxCost,
    unsent: mergeRanges(result.unsent),
    unanswered: result.unanswered,
    failures,
    refused: result.refused,
    estimatedTokens,
    report: meter.report(),
  };
}
