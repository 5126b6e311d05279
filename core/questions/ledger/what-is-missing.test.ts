import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openExactCounter } from '../../../tests/provider/count-tokens.ts';
import { type RunningProvider, startProvider } from '../../../tests/provider/start-provider.ts';
import { openFilesystemStore } from '../../artifacts/filesystem.ts';
import type { ArtifactStore } from '../../contracts/artifact-store.ts';
import type { Chunk } from '../../contracts/corpus.ts';
import { Profile } from '../../contracts/profile.ts';
import type { RunRequest } from '../../contracts/run-input.ts';
import { openProvider } from '../../provider/open-provider.ts';
import { parseRunInput } from '../../run/parse-input.ts';
import { pilotQuestions } from '../asking/pilot-questions.ts';
import { whatIsMissing } from './what-is-missing.ts';

const SUBJECTS = ['pump', 'valve', 'filter', 'sensor', 'boiler', 'turbine', 'condenser', 'gearbox'];
const CHUNKS: Chunk[] = SUBJECTS.map((subject) => {
  const text = `The ${subject} of model ${subject.toUpperCase()}-7 is serviced by technicians from Harburg every autumn.`;
  const id = createHash('sha256').update(text).digest('hex').slice(0, 16);
  return { id, documentId: 'd', path: 'handbook.md', headings: [], text, tokens: 10, language: 'en' };
});
const optionsOf = (questions: RunRequest['questions'] = {}) => parseRunInput({ documents: ['x'], questions }).questions;

let folder: string;
let store: ArtifactStore;
let server: RunningProvider;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hone-missing-'));
  store = await openFilesystemStore(folder);
  server = await startProvider({ exactTokens: true });
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

async function look(options = optionsOf(), chunks = CHUNKS) {
  const { chat } = await openExactCounter();
  return whatIsMissing(chunks, options, { store, count: chat });
}

async function ask(chunks: readonly Chunk[], count: number, options = optionsOf()) {
  const profile = Profile.parse({ apiKey: 'sk-test', baseURL: server.url, prices: { 'gpt-4o-mini': { prompt: 1 } } });
  const provider = openProvider('default', profile);
  const signal = new AbortController().signal;
  return pilotQuestions(chunks, count, options, { store, provider, signal, onProgress: () => {} });
}

describe('what is missing', () => {
  it('is everything where nothing has been asked: a request a chunk, equal ones once', async () => {
    const { need, open, questions } = await look(optionsOf(), [...CHUNKS, CHUNKS[0] as Chunk]);
    expect(need).toMatchObject({ answered: 0, requests: 8, answersSeen: 0 });
    expect(open).toEqual(CHUNKS);
    expect(questions).toHaveLength(16);
    expect(new Set(questions.map(({ text }) => text)).size).toBe(16);
    expect(server.stats.requests).toBe(0);
  });

  it('is what the ledger has no answer for, and its tokens are those that are billed', async () => {
    const before = await look();
    await ask(before.open, 3);
    const after = await look();
    expect(after.need).toMatchObject({ answered: 3, requests: 5, answersSeen: 3 });
    expect(after.need.promptTokens + server.stats.promptTokens).toBe(before.need.promptTokens);
    expect(after.need.billedPerCounted).toEqual({ ratio: 1, answers: 3 });
    await ask(after.open, 5);
    expect(server.stats.promptTokens).toBe(before.need.promptTokens);
    expect((await look()).need).toMatchObject({ answered: 8, requests: 0, promptTokens: 0 });
  });

  it('is everything again for another model, prompt or number of questions', async () => {
    await ask(CHUNKS, 8);
    for (const change of [
      { model: 'gpt-4o' },
      { perChunk: 3 },
      { prompt: 'Ask about {context_str}' },
      { temperature: 0 },
    ]) {
      expect((await look(optionsOf(change))).need).toMatchObject({ answered: 0, requests: 8 });
    }
  });

  it('knows from the same model’s answers about other passages how long answers are, question by question', async () => {
    await ask(CHUNKS.slice(0, 4), 4);
    const mean = server.stats.completionTokens / 4;
    const others = CHUNKS.slice(4);
    const { need } = await look(optionsOf(), others);
    expect(need).toMatchObject({ answered: 0, answersSeen: 4 });
    expect(need.answerTokens.likely).toBeCloseTo(mean);
    const more = await look(optionsOf({ perChunk: 5 }), others);
    expect(more.need.answerTokens.likely).toBeCloseTo((mean * 5) / 2);
    expect((await look(optionsOf({ model: 'gpt-4o' }), others)).need.answersSeen).toBe(0);
  });

  it('reckons with thinking where the model thinks', async () => {
    const plain = await look();
    const thinking = await look(optionsOf({ model: 'o3-mini' }));
    expect(thinking.need.answerTokens.likely).toBeGreaterThan(5 * plain.need.answerTokens.likely);
  });
});

describe('pilot questions', () => {
  it('are spread over the chunks, paid for once, and timed', async () => {
    const { asked, cost, secondsPerRequest } = await ask(CHUNKS, 4);
    expect(asked).toBe(4);
    expect(cost).toBeCloseTo(server.stats.promptTokens / 1e6);
    expect(secondsPerRequest).toBeGreaterThan(0);
    expect((await look()).open.map(({ id }) => id)).toEqual([1, 3, 5, 7].map((at) => CHUNKS[at]?.id));
  });

  it('leave out a chunk that the endpoint refuses', async () => {
    await server.close();
    server = await startProvider({ filteredWord: 'boiler' });
    expect((await ask(CHUNKS, 8)).asked).toBe(7);
  });
});
