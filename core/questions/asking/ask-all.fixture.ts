import type { ArtifactStore } from '../../contracts/artifact-store.ts';
import type { LeasedChunksResult } from '../../contracts/asking.ts';
import type { Chunk } from '../../contracts/corpus.ts';
import type { Provider } from '../../contracts/provider.ts';
import { addFailures, type Failures, type QuarantinedChunk } from '../../contracts/quarantine.ts';
import type { Question } from '../../contracts/questions.ts';
import type { RunInput } from '../../contracts/run-input.ts';
import { addSpending, NO_SPENDING, type Spending } from '../../contracts/spending.ts';
import { collectQuestions } from '../collect-questions.ts';
import { findOpen } from '../ledger/find-open.ts';
import { askBatch } from './ask-batch.ts';

export interface Asked {
  spending: Spending;
  questions: Question[];
  quarantined: QuarantinedChunk[];
  failures: Failures;
  replayed: number;
  /** What the batches said of the endpoint, one after the other. */
  reports: LeasedChunksResult['report'][];
}

/** Asks about all chunks as a run does, but in one process and under no limit: batch after batch until nothing is open. */
export async function askAll(
  chunks: readonly Chunk[],
  options: RunInput['questions'],
  { store, provider, signal }: { store: ArtifactStore; provider?: Provider; signal?: AbortSignal },
): Promise<Asked> {
  const found = await findOpen(chunks, options, { store, countTokens: () => 100, run: 'one' });
  let spending: Spending = NO_SPENDING;
  const { failures, replayed } = found;
  const refused: QuarantinedChunk[] = [];
  const reports: LeasedChunksResult['report'][] = [];
  let open = provider ? found.open.map((chunk, at) => ({ ...chunk, at })) : [];
  while (provider && open.length > 0) {
    const lease = { lease: `${reports.length}`, requests: 1000, spreadMs: 0 };
    const asking = { options, store, provider, ...(signal && { signal }) };
    const result = await askBatch({ chunks: open, lease, calibration: 1, recovering: false }, asking);
    spending = addSpending(spending, result.spending);
    refused.push(...result.refused);
    addFailures(failures, result.failures);
    reports.push(result.report);
    const again = new Set(result.unanswered.map(({ at }) => at));
    open = open.filter(({ at }) => again.has(at) || result.unsent.some(([from, to]) => from <= at && at < to));
  }
  const { questions, quarantined } = await collectQuestions(chunks, options, { store, refused });
  return { spending, questions, quarantined, failures, replayed, reports };
}
