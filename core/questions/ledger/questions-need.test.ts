import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openExactCounter } from '../../../tests/provider/count-tokens.ts';
import { type RunningProvider, startProvider } from '../../../tests/provider/start-provider.ts';
import { temporaryStore } from '../../artifacts/temporary-store.fixture.ts';
import type { Chunk } from '../../contracts/corpus.ts';
import { Profile } from '../../contracts/profile.ts';
import type { RunRequest } from '../../contracts/run-input.ts';
import { sha256 } from '../../primitives/hash.ts';
import { openProvider } from '../../provider/open-provider.ts';
import { parseRunInput } from '../../run/parse-input.ts';
import { askAll } from '../asking/ask-all.fixture.ts';
import { findQuestionsNeed } from './questions-need.ts';

const SUBJECTS = ['pump', 'valve', 'filter', 'sensor', 'boiler', 'turbine', 'condenser', 'gearbox'];
const CHUNKS: Chunk[] = SUBJECTS.map((subject) => {
  const text = `The ${subject} of model ${subject.toUpperCase()}-7 is serviced by technicians from Harburg every autumn.`;
  const id = sha256(text).slice(0, 16);
  return { id, documentId: 'd', path: 'handbook.md', headings: [], text, tokens: 10, language: 'en' };
});
const optionsOf = (questions: RunRequest['questions'] = {}) => parseRunInput({ documents: ['x'], questions }).questions;

const temporary = temporaryStore();
let server: RunningProvider;
beforeEach(async () => {
  server = await startProvider({ exactTokens: true });
});
afterEach(() => server.close());

async function find(options = optionsOf(), chunks = CHUNKS) {
  const { chat } = await openExactCounter();
  return findQuestionsNeed(chunks, options, { store: temporary.store, countTokens: chat });
}

async function ask(chunks: readonly Chunk[], options = optionsOf()) {
  const profile = Profile.parse({ apiKey: 'sk-test', baseURL: server.url, prices: { 'gpt-4o-mini': { prompt: 1 } } });
  const provider = openProvider('default', profile);
  return askAll(chunks, options, { store: temporary.store, provider });
}

describe('the need for questions', () => {
  it('is a request for each distinct chunk where nothing has been asked', async () => {
    const { need, open, questions } = await find(optionsOf(), [...CHUNKS, CHUNKS[0] as Chunk]);
    expect(need).toMatchObject({ answered: 0, requests: 8, answersSeen: 0 });
    expect(open).toEqual(CHUNKS);
    expect(questions).toHaveLength(16);
    expect(new Set(questions.map(({ text }) => text)).size).toBe(16);
    expect(server.stats.requests).toBe(0);
  });

  it('is what the ledger has no answer for, with the tokens that are then billed', async () => {
    const before = await find();
    await ask(before.open.slice(0, 3));
    const after = await find();
    expect(after.need).toMatchObject({ answered: 3, requests: 5, answersSeen: 3 });
    expect(after.need.promptTokens + server.stats.promptTokens).toBe(before.need.promptTokens);
    expect(after.need.billedPerCounted).toEqual({ ratio: 1, answers: 3 });
    await ask(after.open);
    expect(server.stats.promptTokens).toBe(before.need.promptTokens);
    expect((await find()).need).toMatchObject({ answered: 8, requests: 0, promptTokens: 0 });
  });

  it('is all chunks again for another model, prompt or number of questions', async () => {
    await ask(CHUNKS);
    for (const change of [
      { model: 'gpt-4o' },
      { perChunk: 3 },
      { prompt: 'Ask about {context_str}' },
      { temperature: 0 },
    ]) {
      expect((await find(optionsOf(change))).need).toMatchObject({ answered: 0, requests: 8 });
    }
  });

  it('estimates answers by the same model’s answers about other passages, scaled to the number of questions', async () => {
    await ask(CHUNKS.slice(0, 4));
    const mean = server.stats.completionTokens / 4;
    const others = CHUNKS.slice(4);
    const { need } = await find(optionsOf(), others);
    expect(need).toMatchObject({ answered: 0, answersSeen: 4 });
    expect(need.answerTokens.likely).toBeCloseTo(mean);
    const more = await find(optionsOf({ perChunk: 5 }), others);
    expect(more.need.answerTokens.likely).toBeCloseTo((mean * 5) / 2);
    expect((await find(optionsOf({ model: 'gpt-4o' }), others)).need.answersSeen).toBe(0);
  });

  it('includes reasoning tokens for a reasoning model', async () => {
    const plain = await find();
    const thinking = await find(optionsOf({ model: 'o3-mini' }));
    expect(thinking.need.answerTokens.likely).toBeGreaterThan(5 * plain.need.answerTokens.likely);
  });
});
