import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import type { Chunk } from '../../core/contracts/corpus.ts';
import type { QADataset } from '../../core/contracts/dataset.ts';
import { splitChunks } from '../../core/corpus/splitting/split-chunks.ts';
import { buildDataset } from '../../core/dataset/build-dataset.ts';
import { encodeDataset } from '../../core/dataset/dataset-json.ts';
import { parseDataset } from '../../core/dataset/parse-dataset.ts';
import { contentId } from '../../core/primitives/hash.ts';
import { LLAMA_INDEX_PYTHON } from './peers.ts';

const run = promisify(execFile);
const SCRIPT = fileURLToPath(new URL('./llama-index.py', import.meta.url));

const chunkOf = (path: string, text: string, language: string): Chunk => ({
  id: contentId(text),
  documentId: contentId(path),
  path,
  headings: [],
  text,
  tokens: 20,
  language,
});

/** Questions about documents of our own, put together as a run does. */
async function datasets(language: string, pages: readonly [string, ...string[]][]): Promise<QADataset[]> {
  const chunks = pages.map(([text], i) => chunkOf(`${i}.md`, text, language));
  const { split } = await splitChunks(chunks, { validationShare: 0.3, maxLeakage: 0.05 });
  const questions = pages.flatMap(([text, ...asked]) =>
    asked.map((question) => ({ id: contentId(text + question), chunkId: contentId(text), text: question })),
  );
  const { train, validation } = await buildDataset(chunks, split, questions);
  return [train, validation];
}

const OURS = [
  ...(await datasets('en', [
    [
      'The north gate is locked at ten.\nThe porter has the key. “Ring twice.”',
      'When is the north gate locked?',
      'who has the key to the gate',
    ],
    [
      'Bread is baked on the second floor; the lift takes 400 kg.',
      'How much does the lift take?',
      'where is the bakery',
    ],
    ['Badges open the door \\ and the "canteen" — until 20:00 😀', 'Until when does a badge open the canteen?'],
    ['The boiler is lit by two people.', 'How many people light the boiler?'],
  ])),
  ...(await datasets('zh', [
    ['北门晚上十点上锁，钥匙在门房。', '北门几点上锁？', '北门钥匙在哪里'],
    ['面包在二楼烘焙，货梯载重 400 公斤。', '货梯载重多少？'],
    ['门禁卡可以打开大门和食堂。', '门禁卡能开食堂吗？'],
    ['锅炉须由两人点火。', '锅炉点火要几个人？'],
  ])),
];

it('llama-index loads our datasets, in English and in Chinese, and what it saves loads here again', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hone-llama-index-'));
  try {
    const files = OURS.map((_, i) => ({
      ours: join(folder, `ours-${i}.json`),
      theirs: join(folder, `theirs-${i}.json`),
    }));
    for (const [i, dataset] of OURS.entries()) {
      // As a run leaves it; every second one with hard negatives, a key of ours.
      const [query, [answer]] = Object.entries(dataset.relevant_docs)[0] as [string, string[]];
      const wrong = Object.keys(dataset.corpus).find((id) => id !== answer);
      const mined = { ...dataset, hard_negatives: { [query]: wrong ? [wrong] : [] } };
      await writeFile((files[i] as (typeof files)[0]).ours, await encodeDataset(i % 2 === 0 ? dataset : mined));
    }
    const { stdout } = await run(LLAMA_INDEX_PYTHON, [SCRIPT, ...files.flatMap(({ ours, theirs }) => [ours, theirs])]);
    const loaded = JSON.parse(stdout);
    for (const [i, { queries, corpus, relevant_docs, mode }] of OURS.entries()) {
      const pairs = Object.keys(queries).length;
      expect(loaded[i]).toEqual({ queries, corpus, relevant: relevant_docs, pairs, mode });
      const back = await readFile((files[i] as (typeof files)[0]).theirs, 'utf8');
      expect(parseDataset(back, 'theirs.json')).toEqual({ queries, corpus, relevant_docs, mode });
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});
