import { retryingStore } from '../../core/artifacts/retrying-store.ts';
import type { LeasedChunks, LeasedChunksResult } from '../../core/contracts/asking.ts';
import type { QuestionsInput } from '../../core/contracts/questions.ts';
import { askBatch as ask } from '../../core/questions/asking/ask-batch.ts';
import type { StepContext } from '../runtime/context.ts';
import { openProfile } from '../runtime/profiles.ts';
import { readOpenChunks } from './open-chunks.ts';

/** Asks a language model about some of the open chunks, as far as a lease goes. */
export async function askChunks(
  context: StepContext,
  { list, ranges, options, ...batch }: LeasedChunks & Pick<QuestionsInput, 'options'>,
): Promise<LeasedChunksResult> {
  const began = performance.now();
  const { store, signal } = context;
  const chunks = await readOpenChunks(store, list, ranges);
  const provider = openProfile(context, options.profile);
  // What has been answered is paid for: it is not dropped because the store is away for a moment.
  const patient = retryingStore(store, { signal });
  const result = await ask({ ...batch, chunks }, { options, store: patient, provider, signal });
  return { ...result, tookMs: Math.round(performance.now() - began) };
}
