import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
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
import { temporaryFolder } from '../../core/primitives/temporary-folder.fixture.ts';
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

/** Training and validation datasets, built as a run builds them. @param pages Text and questions of each page. */
async function datasets(language: string, pages: readonly [string, ...string[]][]): Promise<QADataset[]> {
  const chunks = pages.map(([text], i) => chunkOf(`${i}.md`, text, language));
  const { split } = await splitChunks(chunks, { validationShare: 0.3, maxLeakage: 0.05 });
  const questions = pages.flatMap(([text, ...texts]) =>
    texts.map((question) => ({ id: contentId(text + question), chunkId: contentId(text), text: question })),
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

const folder = temporaryFolder();

it('llama-index loads Hone’s datasets in English and Chinese, and Hone loads what llama-index saves', async () => {
  const cases = OURS.map((dataset, i) => ({
    dataset,
    ours: folder.join(`ours-${i}.json`),
    theirs: folder.join(`theirs-${i}.json`),
  }));
  for (const [i, { dataset, ours }] of cases.entries()) {
    // Every second one has hard negatives, a key that llama-index does not know.
    const [query = '', [answer] = []] = Object.entries(dataset.relevant_docs)[0] ?? [];
    const wrong = Object.keys(dataset.corpus).find((id) => id !== answer);
    const mined = { ...dataset, hard_negatives: { [query]: wrong ? [wrong] : [] } };
    await writeFile(ours, await encodeDataset(i % 2 === 0 ? dataset : mined));
  }
  const { stdout } = await run(LLAMA_INDEX_PYTHON, [SCRIPT, ...cases.flatMap(({ ours, theirs }) => [ours, theirs])]);
  const loaded = JSON.parse(stdout);
  for (const [i, { dataset, theirs }] of cases.entries()) {
    const { queries, corpus, relevant_docs, mode } = dataset;
    const pairs = Object.keys(queries).length;
    expect(loaded[i]).toEqual({ queries, corpus, relevant: relevant_docs, pairs, mode });
    expect(parseDataset(await readFile(theirs, 'utf8'), 'theirs.json')).toEqual({
      queries,
      corpus,
      relevant_docs,
      mode,
    });
  }
});
