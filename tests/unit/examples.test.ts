import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { temporaryStore } from '../../core/artifacts/temporary-store.fixture.ts';
import { splitChunks } from '../../core/corpus/splitting/split-chunks.ts';
import { askAll } from '../../core/questions/asking/ask-all.fixture.ts';
import { importRecording } from '../../core/questions/ledger/ledger.ts';
import { normalizeQuestion } from '../../core/questions/validation/equivalent-questions.ts';
import { type Example, readExample } from '../../examples/example.ts';
import { matchQuestions } from '../../examples/match-questions.ts';

const EXAMPLES = join(import.meta.dirname, '../../examples');

/**
 * Replaces a model's tokenizer, which is too large for the repository: one token for each Chinese character, and for
 * four other characters. The sections have such lengths that any tokenizer with similar counts makes one chunk of each.
 */
const tokenCounter = {
  maxTokens: 256,
  count: (text: string) => {
    const han = text.match(/\p{Script=Han}/gu)?.length ?? 0;
    return 2 + han + Math.ceil((text.length - han) / 4);
  },
};

/** Two hundred durable writes and the start of a PDF reader take seconds on a loaded machine. */
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const artifacts = temporaryStore();

describe.each([
  { name: 'handbook', skipped: ['scan.pdf'], media: ['.docx', '.html', '.md', '.pdf'] },
  { name: 'zh-handbook', skipped: [], media: ['.docx', '.html', '.md'] },
])('the example $name', ({ name, skipped, media }) => {
  const folder = join(EXAMPLES, name);
  let example: Example;
  beforeAll(async () => {
    example = await readExample(folder, tokenCounter);
  });

  it('has the formats and the skipped files that its README lists', () => {
    expect(example.skipped.map(({ path }) => path)).toEqual(skipped);
    for (const { reason } of example.skipped) expect(reason).toMatch(/^no .*text layer/);
    const found = example.chunks.map(({ path }) => path.slice(path.lastIndexOf('.')));
    expect([...new Set(found)].sort()).toEqual(media);
  });

  it('has questions for each chunk, and replays exactly these without a request', async () => {
    const { run, chunks, written } = example;
    const matched = matchQuestions(chunks, written, run.questions.perChunk);
    const { store } = artifacts;
    const recording = await importRecording(await readFile(join(folder, 'answers.jsonl')), store);
    const { questions, replayed, spending, quarantined } = await askAll(chunks, run.questions, { store, recording });
    expect({ replayed, asked: spending.answers, quarantined }).toEqual({
      replayed: chunks.length,
      asked: 0,
      quarantined: [],
    });
    for (const [chunk, expected] of matched) {
      expect(questions.filter(({ chunkId }) => chunkId === chunk.id).map(({ text }) => text)).toEqual(expected);
    }
  });

  it('shares no passage and no question between training and validation', async () => {
    const { run, chunks, written } = example;
    const { split, by, leakage } = await splitChunks(chunks, run.split);
    expect({ by, leakage }).toEqual({ by: 'documents', leakage: 0 });
    const matched = matchQuestions(chunks, written, run.questions.perChunk);
    const validationChunks = new Set(split.validation);
    const questionsOf = (isValidation: boolean) =>
      [...matched]
        .filter(([{ id }]) => validationChunks.has(id) === isValidation)
        .flatMap(([, questions]) => questions.map(normalizeQuestion));
    const training = new Set(questionsOf(false));
    expect(questionsOf(true).filter((question) => training.has(question))).toEqual([]);
    expect(training.size).toBe(questionsOf(false).length);
  });
});

describe('a recording that does not fit its documents', () => {
  it('names each chunk without questions and each question without a chunk', async () => {
    const { chunks, written } = await readExample(join(EXAMPLES, 'zh-handbook'), tokenCounter);
    const [first] = chunks;
    const { [first?.path ?? '']: _, ...others } = written;
    const wrong = { ...others, 'gone.md': { 'Old heading': ['a', 'b'] } };
    expect(() => matchQuestions(chunks, wrong, 2)).toThrow(
      new RegExp(`no questions for ${first?.path}[^]*no chunk for the questions under gone.md > Old heading`),
    );
    expect(() => matchQuestions(chunks, written, 3)).toThrow(/2 questions, not 3, for /);
  });
});
