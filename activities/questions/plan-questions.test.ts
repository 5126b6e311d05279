import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openFilesystemStore } from '../../core/artifacts/filesystem.ts';
import type { ArtifactStore } from '../../core/contracts/artifact-store.ts';
import type { Chunk } from '../../core/contracts/corpus.ts';
import { firstRequest } from '../../core/questions/asking/first-request.ts';
import { writeLedger } from '../../core/questions/ledger/ledger.ts';
import { parseRunInput } from '../../core/run/parse-input.ts';
import { putJsonLines } from '../runtime/artifacts.ts';
import type { StepContext } from '../runtime/context.ts';
import { planQuestions } from './plan-questions.ts';

let folder: string;
let store: ArtifactStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hone-plan-'));
  store = await openFilesystemStore(folder);
});
afterEach(() => rm(folder, { recursive: true }));

const chunk = (at: number): Chunk => ({
  ...{ id: `c${at}`, documentId: 'd', path: `pump-${at}.md`, headings: [], tokens: 20, language: 'en' },
  text: `The pump P-${at}00 delivers ${at} litres of cooling water every minute to the hall.`,
});
const chunks = [1, 2, 3, 4].map(chunk);

/** The ledger holds an answer for every chunk, that of the first being no question; and this worker has no profile. */
async function planned(maxFailedShare: number) {
  const { questions: options } = parseRunInput({ documents: ['docs'], questions: { maxFailedShare, perChunk: 1 } });
  for (const [at, one] of chunks.entries()) {
    const content =
      at === 0 ? 'Sure! Here is a question about the passage:' : `How much water does P-${at + 1}00 deliver?`;
    await writeLedger(store, {
      key: firstRequest(one, options).key,
      model: options.model,
      response: { choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content } }] },
      usage: { promptTokens: 50, completionTokens: 10 },
    });
  }
  const owner = { run: 'one', attempt: 1 };
  const context = { store, profiles: {}, owner, progress: () => {}, signal: new AbortController().signal };
  return planQuestions(context as unknown as StepContext, { chunks: await putJsonLines(store, chunks), options });
}

describe('a run that allows fewer chunks without a question than there are', () => {
  const refusal = {
    kind: 'quality',
    message: '1 of 4 chunks got no usable question, more than the 10 % allowed: 1 × no usable question: a preamble.',
  };

  it('is refused where nobody can be asked a second time', async () => {
    await expect(planned(0.1)).rejects.toMatchObject(refusal);
  });

  it('is refused what an earlier run put up with', async () => {
    const found = await planned(0.5);
    expect(found).toMatchObject({ ready: { reused: false, output: { count: 3, quarantinedCount: 1 } } });
    expect(await planned(0.5)).toMatchObject({ ready: { reused: true } });
    await expect(planned(0.1)).rejects.toMatchObject(refusal);
  });
});
