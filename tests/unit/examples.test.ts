import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { openStore } from '../../core/artifacts/open-store.ts';
import type { ArtifactStore } from '../../core/contracts/artifact-store.ts';
import { NO_SPENDING } from '../../core/contracts/spending.ts';
import { splitChunks } from '../../core/corpus/splitting/split-chunks.ts';
import { askAll } from '../../core/questions/asking/ask-all.fixture.ts';
import { importLedger } from '../../core/questions/ledger/ledger.ts';
import { normalizeQuestion } from '../../core/questions/validation/equivalent-questions.ts';
import { type Example, readExample } from '../../examples/example.ts';
import { matchQuestions } from '../../examples/match-questions.ts';

const EXAMPLES = join(import.meta.dirname, '../../examples');

/**
 * Stands in for a model's tokenizer, which is too large to keep here: a token for a Chinese character, or for four other
 * ones. Sections are long and short enough for every tokenizer near that to make each of them one chunk.
 */
const roughly = {
  maxTokens: 256,
  count: (text: string) => {
    const han = text.match(/\p{Script=Han}/gu)?.length ?? 0;
    return 2 + han + Math.ceil((text.length - han) / 4);
  },
};

/** Two hundred durable writes, and a PDF reader to start: seconds on a busy machine. */
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let scratch: string;
let store: ArtifactStore;
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'hone-examples-'));
  store = await openStore(scratch);
});
afterEach(() => rm(scratch, { recursive: true, force: true }));

describe.each([
  { name: 'handbook', skipped: ['scan.pdf'], media: ['.docx', '.html', '.md', '.pdf'] },
  { name: 'zh-handbook', skipped: [], media: ['.md'] },
])('the example $name', ({ name, skipped, media }) => {
  const folder = join(EXAMPLES, name);
  let example: Example;
  beforeAll(async () => {
    example = await readExample(folder, roughly);
  });

  it('is read as its README says, formats and skipped files included', () => {
    expect(example.skipped.map(({ path }) => path)).toEqual(skipped);
    for (const { reason } of example.skipped) expect(reason).toMatch(/^no .*text layer/);
    const found = example.chunks.map(({ path }) => path.slice(path.lastIndexOf('.')));
    expect([...new Set(found)].sort()).toEqual(media);
  });

  it('has the authors’ questions for every chunk, and replays exactly those without asking anybody', async () => {
    const { run, chunks, written } = example;
    const matched = matchQuestions(chunks, written, run.questions.perChunk);
    const recording = await readFile(join(folder, 'answers.jsonl'));
    expect((await importLedger(recording, store)).entries).toBe(chunks.length);

    const { questions, replayed, spending, quarantined } = await askAll(chunks, run.questions, { store });
    expect({ replayed, spending, quarantined }).toEqual({
      replayed: chunks.length,
      spending: NO_SPENDING,
      quarantined: [],
    });
    for (const [chunk, own] of matched) {
      expect(questions.filter(({ chunkId }) => chunkId === chunk.id).map(({ text }) => text)).toEqual(own);
    }
  });

  it('shares no passage and no question between the sides', async () => {
    const { run, chunks, written } = example;
    const { split, by, leakage } = await splitChunks(chunks, run.split);
    expect({ by, leakage }).toEqual({ by: 'documents', leakage: 0 });
    const matched = matchQuestions(chunks, written, run.questions.perChunk);
    const judged = new Set(split.validation);
    const side = (validation: boolean) =>
      [...matched]
        .filter(([{ id }]) => judged.has(id) === validation)
        .flatMap(([, questions]) => questions.map(normalizeQuestion));
    const learnt = new Set(side(false));
    expect(side(true).filter((question) => learnt.has(question))).toEqual([]);
    expect(learnt.size).toBe(side(false).length);
  });
});

describe('a recording that does not fit its documents', () => {
  it('names each chunk without questions and each question without a chunk', async () => {
    const { chunks, written } = await readExample(join(EXAMPLES, 'zh-handbook'), roughly);
    const [first] = chunks;
    const { [first?.path ?? '']: _, ...others } = written;
    const wrong = { ...others, 'gone.md': { 'Old heading': ['a', 'b'] } };
    expect(() => matchQuestions(chunks, wrong, 2)).toThrow(
      new RegExp(`no questions for ${first?.path}[^]*no chunk for the questions under gone.md > Old heading`),
    );
    expect(() => matchQuestions(chunks, written, 3)).toThrow(/2 questions, not 3, for /);
  });
});
