import type { ArtifactStore } from '../../contracts/artifact-store.ts';
import type { Chunk } from '../../contracts/corpus.ts';
import type { Provider } from '../../contracts/provider.ts';
import {
  addFailures,
  addRefused,
  type Failures,
  type QuarantinedChunk,
  type RefusedChunks,
} from '../../contracts/quarantine.ts';
import type { Question } from '../../contracts/questions.ts';
import type { LeaseReport } from '../../contracts/rate-limit.ts';
import type { RunInput } from '../../contracts/run-input.ts';
import { addSpending, NO_SPENDING, type Spending } from '../../contracts/spending.ts';
import { collectQuestions } from '../collect-questions.ts';
import { findOpenChunks } from '../ledger/find-open-chunks.ts';
import { askChunks } from './ask-chunks.ts';

export interface Asked {
  spending: Spending;
  questions: Question[];
  quarantined: QuarantinedChunk[];
  failures: Failures;
  replayed: number;
  /** One of each lease, in order. */
  reports: LeaseReport[];
}

/** Asks about all chunks as a run does, but in one process and without limits: lease after lease until none is open. */
export async function askAll(
  chunks: readonly Chunk[],
  options: RunInput['questions'],
  {
    store,
    recording,
    endpoint,
    provider,
    signal,
  }: {
    store: ArtifactStore;
    recording?: string;
    endpoint?: string;
    provider?: Provider | undefined;
    signal?: AbortSignal;
  },
): Promise<Asked> {
  const found = await findOpenChunks(chunks, options, {
    store,
    recording,
    endpoint,
    countTokens: () => 100,
    run: 'one',
  });
  let spending: Spending = NO_SPENDING;
  const { failures, replayed } = found;
  const refused: RefusedChunks = {};
  const reports: LeaseReport[] = [];
  let open = provider ? found.open.map((chunk, at) => ({ ...chunk, at })) : [];
  while (provider && open.length > 0) {
    const lease = { lease: `${reports.length}`, requests: 1000, spreadMs: 0 };
    const context = { options, store, recording, endpoint, provider, signal };
    const result = await askChunks({ chunks: open, lease, calibration: 1, recovering: false }, context);
    spending = addSpending(spending, result.spending);
    for (const one of result.refused) addRefused(refused, one);
    addFailures(failures, result.failures);
    reports.push(result.report);
    const again = new Set(result.unanswered.map(({ at }) => at));
    open = open.filter(({ at }) => again.has(at) || result.unsent.some(([from, to]) => from <= at && at < to));
  }
  const { questions, quarantined } = await collectQuestions(chunks, options, { store, recording, endpoint, refused });
  return { spending, questions, quarantined, failures, replayed, reports };
}
