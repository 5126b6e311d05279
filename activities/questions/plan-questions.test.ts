import { describe, expect, it } from 'vitest';
import type { Chunk } from '../../core/contracts/corpus.ts';
import { Profile } from '../../core/contracts/profile.ts';
import { temporaryFolder } from '../../core/primitives/temporary-folder.fixture.ts';
import { chunkRequest } from '../../core/questions/asking/chunk-request.ts';
import { writeLedger } from '../../core/questions/ledger/ledger.ts';
import { parseRunInput } from '../../core/run/parse-input.ts';
import { putJsonLines } from '../runtime/artifacts.ts';
import { contextIn } from '../runtime/step-context.fixture.ts';
import { questionsStep } from './collect-questions.ts';
import { planQuestions } from './plan-questions.ts';

const folder = temporaryFolder();

const chunk = (at: number): Chunk => ({
  ...{ id: `c${at}`, documentId: 'd', path: `pump-${at}.md`, headings: [], tokens: 20, language: 'en' },
  text: `The pump P-${at}00 delivers ${at} litres of cooling water every minute to the hall.`,
});
const chunks = [1, 2, 3, 4].map(chunk);

/** Plans where the ledger has an answer for each chunk, the first one's unusable, and the worker has no profile. */
async function planned(maxFailedShare: number) {
  const context = await contextIn(folder.path);
  const { questions: options } = parseRunInput({ documents: ['docs'], questions: { maxFailedShare, perChunk: 1 } });
  for (const [at, one] of chunks.entries()) {
    const content =
      at === 0 ? 'Sure! Here is a question about the passage:' : `How much water does P-${at + 1}00 deliver?`;
    await writeLedger(context.store, {
      key: chunkRequest(one, options).key,
      model: options.model,
      response: { choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content } }] },
      usage: { promptTokens: 50, completionTokens: 10 },
    });
  }
  const input = { chunks: await putJsonLines(context.store, chunks), options, run: 'run' };
  return planQuestions(context, input);
}

it('is done for each endpoint by itself, as a step as well', async () => {
  const { store } = await contextIn(folder.path);
  const { questions: options } = parseRunInput({ documents: ['docs'] });
  const input = { chunks: await putJsonLines(store, chunks), options, run: 'run' };
  const stepAt = (baseURL: string, from: 'llm' | 'headings' = 'llm') => {
    const profiles = { default: Profile.parse({ apiKey: 'sk', baseURL }) };
    return questionsStep({ profiles }, { ...input, options: { ...options, from } });
  };
  expect(stepAt('http://house/v1')).toEqual(stepAt('http://house/v1/'));
  expect(stepAt('http://house/v1')).not.toEqual(stepAt('http://cloud/v1'));
  expect(stepAt('http://house/v1', 'headings')).toEqual(stepAt('http://cloud/v1', 'headings'));
});

describe('a run with more chunks without a question than it allows', () => {
  const refusal = {
    kind: 'quality',
    message: '1 of 4 chunks got no usable question, more than the 10 % allowed: 1 × no usable question: a preamble.',
  };

  it('fails if the worker has no profile for a second request', async () => {
    await expect(planned(0.1)).rejects.toMatchObject(refusal);
  });

  it('fails even if an earlier run allowed that many', async () => {
    const found = await planned(0.5);
    expect(found).toMatchObject({ ready: { reused: false, output: { count: 3, quarantinedCount: 1 } } });
    expect(await planned(0.5)).toMatchObject({ ready: { reused: true } });
    await expect(planned(0.1)).rejects.toMatchObject(refusal);
  });
});
