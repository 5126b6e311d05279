import { retryingStore } from '../../core/artifacts/retrying-store.ts';
import type { LeasedChunks, LeasedChunksResult } from '../../core/contracts/asking.ts';
import { briefly } from '../../core/contracts/quarantine.ts';
import type { QuestionsInput } from '../../core/contracts/questions.ts';
import { abortLater } from '../../core/primitives/abort-later.ts';
import { askChunks as ask } from '../../core/questions/asking/ask-chunks.ts';
import type { StepContext } from '../runtime/context.ts';
import { graceOf, ledgerEndpoint, openProfile } from '../runtime/profiles.ts';
import { readOpenChunks } from './open-chunks.ts';

/** Asks a language model about some of the open chunks, as far as a lease goes. */
export async function askChunks(
  context: StepContext,
  { list, recording, ranges, options, run, ...leased }: LeasedChunks & Pick<QuestionsInput, 'options'>,
): Promise<LeasedChunksResult> {
  const began = performance.now();
  const { store, signal, measure } = context;
  const chunks = await readOpenChunks(store, list, ranges);
  const provider = openProfile(context, options.profile);
  // An answer that is paid for must not be lost because the store is unavailable for a moment.
  const retrying = retryingStore(store, { signal: abortLater(signal, graceOf(context).ms), measure });
  const endpoint = ledgerEndpoint(context, options.profile);
  const asking = { options, store: retrying, recording, provider, endpoint, run, signal };
  const result = await ask({ ...leased, chunks }, asking);
  const lists = { refused: result.refused.map(briefly), unanswered: result.unanswered.map(briefly) };
  return { ...result, ...lists, tookMs: Math.round(performance.now() - began) };
}
