import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../primitives/temporary-folder.fixture.ts';
import { promptFamilyOf } from './family-prompts.ts';
import { writePrompts } from './prompts.ts';

const MODEL = new URL('../../../tests/recorded/tiny-bert', import.meta.url).pathname;
const scratch = temporaryFolder();

/** A copy of a small model at a path, with another configuration. */
async function modelAt(path: string, config: Record<string, unknown> = {}): Promise<string> {
  const folder = scratch.join(path);
  await mkdir(dirname(folder), { recursive: true });
  await cp(MODEL, folder, { recursive: true });
  const file = join(folder, 'config.json');
  await writeFile(file, JSON.stringify({ ...JSON.parse(await readFile(file, 'utf8')), ...config }));
  return folder;
}

const promptsAt = async (path: string, config?: Record<string, unknown>, repository?: string) => {
  const family = await promptFamilyOf({ folder: await modelAt(path, config), repository });
  return family && [family.query, family.passage];
};

const SEARCHING = 'Represent this sentence for searching relevant passages: ';
const WEB = 'Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery:';
const ZH = '为这个句子生成表示以用于检索相关文章：';

describe('a model that names no prompts has those of its family', () => {
  it.each([
    ['intfloat/e5-small-v2', 'bert', ['query: ', 'passage: ']],
    ['intfloat/multilingual-e5-base', 'xlm-roberta', ['query: ', 'passage: ']],
    ['intfloat/multilingual-e5-large-instruct', 'xlm-roberta', [`${WEB} `, '']],
    ['BAAI/bge-base-zh-v1.5', 'bert', [ZH, '']],
    ['BAAI/bge-small-en', 'bert', [SEARCHING, '']],
    ['BAAI/bge-m3', 'xlm-roberta', ['', '']],
    ['thenlper/gte-large-zh', 'bert', ['', '']],
    ['Qwen/Qwen3-Embedding-0.6B', 'qwen3', [WEB, '']],
    ['nomic-ai/modernbert-embed-base', 'modernbert', ['search_query: ', 'search_document: ']],
    ['Snowflake/snowflake-arctic-embed-l-v2.0', 'xlm-roberta', ['query: ', '']],
    ['cl-nagoya/ruri-v3-130m', 'modernbert', ['検索クエリ: ', '検索文書: ']],
    ['AI-ModelScope/bge-large-zh-v1.5', 'bert', [ZH, '']],
  ])('from a hub: %s', async (repository, type, prompts) => {
    expect(await promptsAt('a1b2c3', { model_type: type }, repository)).toEqual(prompts);
  });

  it.each([
    ['multilingual-e5-small', 'bert'],
    ['E5-base-v2', 'bert'],
    ['intfloat--multilingual-e5-large', 'xlm-roberta'],
    ['intfloat_e5-base', 'bert'],
    ['models--intfloat--e5-large/snapshots/0f2d3a', 'bert'],
  ])('in a folder of its name: %s', async (path, type) => {
    expect(await promptsAt(path, { model_type: type })).toEqual(['query: ', 'passage: ']);
  });

  it('in the cache of ModelScope, which writes dots differently', async () => {
    expect(await promptsAt('BAAI/bge-base-zh-v1___5')).toEqual([ZH, '']);
  });

  it('in a folder of another name that was saved from it', async () => {
    const savedFrom = (_name_or_path: string) => ({ _name_or_path });
    expect(await promptsAt('one', savedFrom('intfloat/e5-base-v2'))).toEqual(['query: ', 'passage: ']);
    expect(await promptsAt('two', savedFrom('/root/.cache/torch/sentence_transformers/BAAI_bge-base-zh/'))).toEqual([
      ZH,
      '',
    ]);
    expect(await promptsAt('three', savedFrom('bert-base-uncased'))).toBeUndefined();
  });
});

describe('a model has no prompts of a family', () => {
  it.each([
    'acme/e5-base-v2',
    'intfloat/e5-mistral-7b-instruct',
    'BAAI/bge-large-zh-noinstruct',
    'BAAI/bge-reranker-base',
    'acme/multilingual-e5-base-finetuned',
  ])('if it is another one: %s', async (repository) => {
    // A repository of another name was saved from the model that it was trained from.
    expect(await promptsAt('a1b2c3', { _name_or_path: 'intfloat/e5-base-v2' }, repository)).toBeUndefined();
  });

  it.each(['e5-base-v2-handbook', 'my-bge-base-zh-v1.5', 'models--acme--e5-base/snapshots/0f2d3a', 'acme_e5-base'])(
    'if its folder has a longer name, or the name of another owner: %s',
    async (path) => {
      expect(await promptsAt(path)).toBeUndefined();
    },
  );

  it('if it has another architecture', async () => {
    expect(await promptsAt('multilingual-e5-base', { model_type: 'distilbert' })).toBeUndefined();
  });

  it('if its folder names prompts', async () => {
    const folder = await modelAt('e5-base');
    await writePrompts(folder, { query: 'ask: ', passage: '' });
    expect(await promptFamilyOf({ folder })).toBeUndefined();
  });

  it.each([
    ['Hone', '---\ntags:\n  - dataset_size:78\n  - loss:MultipleNegativesRankingLoss\n---\n'],
    ['sentence-transformers', '---\r\nbase_model: intfloat/e5-base\r\ntags: [generated_from_trainer]\r\n---\r\n'],
    ['somebody', '---\nbase_model:\n  - intfloat/e5-base\n---\n'],
  ])('if %s has trained it further, perhaps without', async (_, card) => {
    for (const path of ['e5-base', 'tuned']) {
      const folder = await modelAt(path, { _name_or_path: 'intfloat/e5-base' });
      expect(await promptFamilyOf({ folder })).toMatchObject({ name: 'e5' });
      await writeFile(join(folder, 'README.md'), `${card}# A model\n`);
      expect(await promptFamilyOf({ folder })).toBeUndefined();
    }
  });

  it('if it is a checkpoint of a training', async () => {
    const folder = await modelAt('checkpoint-500', { _name_or_path: 'intfloat/e5-base' });
    await writeFile(join(folder, 'trainer_state.json'), '{}');
    expect(await promptFamilyOf({ folder })).toBeUndefined();
  });

  it('unless its card only says what its authors trained it from', async () => {
    const folder = await modelAt('Qwen3-Embedding-0.6B', { model_type: 'qwen3' });
    await writeFile(
      join(folder, 'README.md'),
      '---\nbase_model:\n- Qwen/Qwen3-0.6B-Base\ntags:\n- transformers\n---\n',
    );
    expect(await promptFamilyOf({ folder })).toMatchObject({ query: WEB });
  });
});
