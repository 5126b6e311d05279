import type { ArtifactStore } from '../../contracts/artifact-store.ts';
import type { LeasedChunks, LeasedChunksResult, Range } from '../../contracts/asking.ts';
import type { Provider } from '../../contracts/provider.ts';
import { addFailure, noFailures } from '../../contracts/quarantine.ts';
import type { RunInput } from '../../contracts/run-input.ts';
import { addSpending, NO_SPENDING, spendingOf } from '../../contracts/spending.ts';
import { inParallel } from '../../primitives/in-parallel.ts';
import { isPaidBy } from '../ledger/bill.ts';
import type { OpenChunk } from '../ledger/find-open-chunks.ts';
import { answerChunk } from './answer-chunk.ts';
import { LeasePacer } from './lease-pacer.ts';

export interface ChunksToAsk extends Pick<LeasedChunks, 'lease' | 'calibration' | 'recovering'> {
  /** With their positions in the list of open chunks. */
  chunks: readonly (OpenChunk & { at: number })[];
}

export interface AskChunksContext {
  options: RunInput['questions'];
  store: ArtifactStore;
  /** See `AnswerChunkContext`. */
  recording?: string | undefined;
  provider: Provider;
  /** Name of the provider's endpoint in the ledger; see `Layer`. */
  endpoint?: string | undefined;
  /** The run that pays; see `LedgerEntry.paid`. Default: nobody's account. */
  run?: string | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * Asks about open chunks as far as a lease goes. The ledger is read again before anything is asked, and each answer is
 * stored before it is used: if this call dies or is aborted, the next one pays for none of its stored answers again.
 * The only wait is the lease's own spread: what the endpoint does not answer is returned, to be asked again. After a
 * failure or an abort, requests in flight are waited for, as they may be billed.
 * @throws Fault `credentials` or `config` if no request can be answered; the signal's reason.
 */
export async function askChunks(
  { chunks, lease, calibration, recovering }: ChunksToAsk,
  { options, store, recording, provider, endpoint, run, signal }: AskChunksContext,
): Promise<Omit<LeasedChunksResult, 'tookMs'>> {
  const pacer = new LeasePacer(lease, { calibration, signal });
  const result = {
    spending: { ...NO_SPENDING },
    done: 0,
    maxCost: 0,
    unanswered: [] as LeasedChunksResult['unanswered'],
    failures: noFailures(),
    refused: [] as LeasedChunksResult['refused'],
    estimatedTokens: 0,
    answerMs: 0,
  };
  const unsent: number[] = [];

  await inParallel(chunks, provider.concurrency, async ({ at, chunk, tokens }) => {
    // The answers of lost chunks are counted even if the lease is over.
    if (pacer.isOver && !recovering) return void unsent.push(at);
    const outcome = await answerChunk(chunk, {
      options,
      store,
      recording,
      endpoints: endpoint === undefined ? [] : [endpoint],
      asking: { provider, pacer, run, estimatedTokens: tokens, signal },
      onAnswer: (entry, askedMs) => {
        if (askedMs !== undefined) {
          result.estimatedTokens += tokens;
          result.answerMs += Math.round(askedMs);
        } else if (!(recovering && isPaidBy(entry, run))) {
          return;
        }
        // Of lost chunks it is unknown which answers were counted. Counted twice, they only end a budget earlier.
        result.spending = addSpending(result.spending, spendingOf(entry));
        result.maxCost = Math.max(result.maxCost, entry.cost ?? 0);
      },
    });
    if ('unsent' in outcome) return void unsent.push(at);
    const named = { chunkId: chunk.id, path: chunk.path };
    if ('unanswered' in outcome) {
      const { unanswered, throttled } = outcome;
      const reason = `the endpoint ${unanswered}`;
      return void result.unanswered.push({ at, ...named, reason, ...(throttled && { throttled }) });
    }
    result.done++;
    if (!('failure' in outcome)) return;
    const failed = { ...named, reason: outcome.failure };
    addFailure(result.failures, failed);
    if (outcome.refused) result.refused.push(failed);
  });
  signal?.throwIfAborted();
  return { ...result, unsent: toRanges(unsent), report: pacer.report() };
}

/** Positions as few ranges. */
function toRanges(positions: readonly number[]): Range[] {
  const ranges: Range[] = [];
  for (const at of positions.toSorted((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last?.[1] === at) last[1] = at + 1;
    else ranges.push([at, at + 1]);
  }
  return ranges;
}
