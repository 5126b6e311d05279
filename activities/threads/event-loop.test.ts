import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, it, vi } from 'vitest';
import type { ArtifactRef } from '../../core/contracts/artifact.ts';
import type { Chunk, Document } from '../../core/contracts/corpus.ts';
import type { Ranking } from '../../core/contracts/evaluation.ts';
import { encodeDataset } from '../../core/dataset/dataset-json.ts';
import { splitMix32 } from '../../core/primitives/random.ts';
import { temporaryFolder } from '../../core/primitives/temporary-folder.fixture.ts';
import { parseRunInput } from '../../core/run/parse-input.ts';
import { putJsonLines } from '../runtime/artifacts.ts';
import type { StepContext } from '../runtime/context.ts';
import { contextIn } from '../runtime/step-context.fixture.ts';
import { resolveModel } from '../training/resolve-model.ts';
import { inThread } from './in-thread.ts';

/** Far below the shortest heartbeat time-out, which is 5 s, and above a pause of the garbage collector. */
const MOST_MS = 200;
const CHUNKS = 10_000;

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const folder = temporaryFolder('file');
let context: StepContext;
let chunks: ArtifactRef;
let dataset: ArtifactRef;

beforeAll(async () => {
  const { base } = await contextIn(folder.path);
  context = await contextIn(folder.path, { roots: [folder.path, base] });
  chunks = await putJsonLines(context.store, [...someChunks()]);
  const corpus = Object.fromEntries(Array.from(someChunks(), ({ id, text }) => [id, text]));
  const queries = Object.fromEntries(Object.keys(corpus).map((id) => [`q-${id}`, `What is said in ${id}?`]));
  const relevant_docs = Object.fromEntries(Object.keys(corpus).map((id) => [`q-${id}`, [id]]));
  const json = await encodeDataset({ corpus, queries, relevant_docs, mode: 'text' });
  await writeFile(folder.join('dataset.json'), json);
  dataset = await context.store.putObject(json);
});

/**
 * The longest time for which the event loop was held while `work` ran, in milliseconds of this thread's processor time:
 * so other processes and threads do not count.
 */
async function longestHold(work: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let before = processorTime();
  const sample = () => {
    const now = processorTime();
    longest = Math.max(longest, now - before);
    before = now;
  };
  const timer = setInterval(sample, 1);
  try {
    await work();
    // Until the timer has fired after whatever came last.
    await sleep(20);
  } finally {
    clearInterval(timer);
  }
  return longest;
}

function processorTime(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

it('chunks a long text on one line without holding the event loop', async () => {
  const { output: model } = await resolveModel(context, { model: './tiny-bert' });
  const documents = await putJsonLines(context.store, [documentOf(words(300_000))]);
  const progress = vi.fn();
  const step = () => inThread('chunk')({ ...context, progress }, { documents, model, options: { overlap: 0 } });
  expect(await longestHold(step)).toBeLessThan(MOST_MS);
  expect(progress).toHaveBeenCalledWith({ done: 1, total: 1, unit: 'documents' });
});

it('splits many chunks without holding the event loop', async () => {
  const options = { validationShare: 0.2, maxLeakage: 1 };
  expect(await longestHold(() => inThread('split')(context, { chunks, options }))).toBeLessThan(MOST_MS);
});

it('plans questions about many chunks without holding the event loop', async () => {
  const { questions: options } = parseRunInput({ documents: ['docs'], questions: { from: 'headings' } });
  const step = () => inThread('planQuestions')(context, { chunks, options, run: 'run' });
  expect(await longestHold(step)).toBeLessThan(MOST_MS);
});

it('reads a large dataset without holding the event loop', async () => {
  const step = () => inThread('importDataset')(context, { location: folder.join('dataset.json') });
  expect(await longestHold(step)).toBeLessThan(MOST_MS);
});

it('evaluates many questions without holding the event loop', async () => {
  const step = () => inThread('evaluate')(context, { system: { kind: 'bm25' }, dataset });
  expect(await longestHold(step)).toBeLessThan(MOST_MS);
});

it('compares two systems on many questions without holding the event loop', async () => {
  const rankings = (offset: number): Ranking[] =>
    Array.from({ length: CHUNKS }, (_, i) => ({ queryId: `q-c${i}`, top: [`c${i + ((i + offset) % 3)}`], rank: 1 }));
  const [base, tuned] = [
    await putJsonLines(context.store, rankings(0)),
    await putJsonLines(context.store, rankings(1)),
  ];
  const step = () => inThread('compare')(context, { dataset, base, tuned });
  expect(await longestHold(step)).toBeLessThan(MOST_MS);
});

it('plans a training on many pairs without holding the event loop', async () => {
  const { output: base } = await resolveModel(context, { model: './tiny-bert' });
  const { training: options } = parseRunInput({ documents: ['docs'], questions: { from: 'headings' } });
  const data = { train: dataset, validation: dataset };
  const step = () =>
    inThread('estimateTraining')(context, { base, dataset: data, options, mining: true, measure: false });
  expect(await longestHold(step)).toBeLessThan(MOST_MS);
});

function* someChunks(): Generator<Chunk> {
  for (let i = 0; i < CHUNKS; i++) {
    const headings = [`Section ${i}`];
    const text = `Section ${i}\n\n${words(400, i)}`;
    yield { id: `c${i}`, documentId: `d${i >> 3}`, path: `${i >> 3}.md`, headings, text, tokens: 60, language: 'en' };
  }
}

/** Made-up words, on one line. @param length in characters, roughly. */
function words(length: number, seed = 1): string {
  const random = splitMix32(seed);
  const all = Array.from({ length: length / 8 }, () => Math.floor(random() * 36 ** 5).toString(36));
  return all.map((word, i) => (i % 12 === 11 ? `${word}.` : word)).join(' ');
}

function documentOf(text: string): Document {
  return {
    ...{ id: 'd', path: 'long.txt', title: 'long', media: 'txt', language: 'en', sections: [{ headings: [], text }] },
    reading: { characters: text.length, omitted: [], doubts: [] },
  };
}
