import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { openEncoder } from '../encoder/encoder.ts';
import { decodeFloats, encodeFloats } from '../encoder/files/floats.ts';
import { writePrompts } from '../encoder/files/prompts.ts';
import { writeQueryAdapter } from '../encoder/files/query-adapter.ts';
import { SafetensorsFile, writeSafetensors } from '../encoder/files/safetensors.ts';
import { openTokenizer } from '../encoder/tokenizer/tokenizer.ts';
import { seeded } from '../primitives/random.ts';
import { temporaryFolder } from '../primitives/temporary-folder.fixture.ts';
import { openEmbeddingServer } from '../provider/embedding-server.ts';
import { scaled } from './drift.ts';
import { type FaultyServerOptions, serveModel } from './faulty-server.fixture.ts';
import type { OpenModel } from './reference.ts';
import { type VerifyOptions, verifyServer } from './verify-server.ts';

const RECORDED = new URL('../../tests/recorded/', import.meta.url).pathname;
const MEAN = join(RECORDED, 'tiny-bert');
const CLS = join(RECORDED, 'architectures/distilbert/model');
const LAST = join(RECORDED, 'architectures/qwen3/model');
const DENSE = join(RECORDED, 'architectures/bert-dense/model');
const CASED = join(RECORDED, 'architectures/xlm-roberta/model');
const PROMPTS = { query: 'query: ', passage: 'passage: ' };

const folder = temporaryFolder('file');
/** A model with prompts, and one with prompts for queries alone. */
let prompted: string;
let instructed: string;

beforeAll(async () => {
  prompted = await copy(CLS, 'prompted');
  await writePrompts(prompted, PROMPTS);
  instructed = await copy(MEAN, 'instructed');
  await writePrompts(instructed, { query: 'find: ', passage: '' });
});

async function copy(model: string, name: string): Promise<string> {
  await cp(model, folder.join(name), { recursive: true });
  return folder.join(name);
}

/** A copy of a model with a changed JSON file. */
async function edited<T>(model: string, name: string, file: string, change: (json: T) => unknown): Promise<string> {
  const path = await copy(model, name);
  await writeFile(join(path, file), JSON.stringify(change(JSON.parse(await readFile(join(path, file), 'utf8')) as T)));
  return path;
}

/** A copy of a model whose weights are changed a little, as a training changes them. */
async function tuned(model: string, name: string, strength: number): Promise<string> {
  const path = await copy(model, name);
  const file = await SafetensorsFile.open(join(model, 'model.safetensors'));
  const random = seeded(1);
  const tensors = await Promise.all(
    [...file.tensors].map(async ([tensor, { shape }]) => {
      const values = decodeFloats(await file.read(tensor), 'F32').map((x) => x + strength * (random() - 0.5));
      return { name: tensor, dtype: 'F32' as const, shape: [...shape], bytes: () => encodeFloats(values, 'F32') };
    }),
  );
  await file.close();
  await writeSafetensors(join(path, 'model.safetensors'), tensors);
  return path;
}

async function verify(model: string, served: Partial<FaultyServerOptions> = {}, options: Partial<VerifyOptions> = {}) {
  const url = await serveModel({ folder: model, ...served });
  const nameKinds = options.serverAddsPrompts;
  const server = await openEmbeddingServer({ url, nameKinds, times: { firstBackoffMs: 2 } });
  return verifyServer({ server, folder: model, threads: 1, open, ...options });
}

/** In this process, as another one takes a second to start. */
const open: OpenModel = async (...given) => ({ ...(await openEncoder(...given)), close: async () => {} });

/** What the server is found to do otherwise. */
async function faultsOf(...given: Parameters<typeof verify>): Promise<string[]> {
  const { faults, serves } = await verify(...given);
  expect(serves).toBe(faults.length === 0);
  return faults.map(({ fault }) => fault);
}

describe('a server that serves the model', () => {
  it.each([
    ['mean pooling', MEAN],
    ['CLS pooling', CLS],
    ['last-token pooling', LAST],
    ['Dense modules', DENSE],
  ])('is found to, with %s', async (_what, model) => {
    const { serves, drift, dimension, texts } = await verify(model);
    expect(serves).toBe(true);
    expect(drift.highest).toBeLessThan(1e-5);
    expect(drift.rounding).toBe('float32');
    expect(dimension.served).toBe(dimension.expected);
    expect(texts).toBeGreaterThan(30);
  });

  it.each(['openai', 'tei', 'ollama'] as const)('is found to, with prompts from the client, by %s', async (api) => {
    expect(await faultsOf(prompted, { api })).toEqual([]);
    expect(await faultsOf(instructed, { api })).toEqual([]);
  });

  it('is found to if it puts the prompts before texts itself, and that was said', async () => {
    const rewrite: FaultyServerOptions['rewrite'] = ({ texts, kind }) =>
      texts.map((text) => (kind === 'query' ? PROMPTS.query : PROMPTS.passage) + text);
    for (const api of ['openai', 'tei'] as const)
      expect(await faultsOf(prompted, { api, rewrite }, { serverAddsPrompts: true })).toEqual([]);
  });

  it.each([
    ['float16', 2 ** -11],
    ['bfloat16', 2 ** -8],
    ['int8', 2 ** -4],
  ])('is found to if it computes in %s', async (_format, precision) => {
    const random = seeded(2);
    const distort: FaultyServerOptions['distort'] = (vectors) =>
      vectors.map((vector) => scaled(vector.map((x) => x * (1 + precision * 2 * (random() - 0.5)))));
    const { serves, drift } = await verify(prompted, { distort });
    expect(serves).toBe(true);
    expect(drift.mean).toBeGreaterThan(0);
  });

  it('is found to if it sends data in another order with the right index, or base64', async () => {
    expect(await faultsOf(MEAN, { data: (entries) => entries.toReversed() })).toEqual([]);
    const base64 = (values: unknown) => Buffer.from(Float32Array.from(values as number[]).buffer).toString('base64');
    const data: FaultyServerOptions['data'] = (entries) =>
      entries.map(({ index, embedding }) => ({ index, embedding: base64(embedding) }));
    expect(await faultsOf(MEAN, { data })).toEqual([]);
  });

  it('is found to if it refuses texts that are too long, and says so', async () => {
    const { count } = await openTokenizer(MEAN);
    const intercept: FaultyServerOptions['intercept'] = (_request, response, { texts }) => {
      if (texts.every((text) => count(text) <= 40)) return false;
      response.writeHead(413).end('{"error":"inputs must have less than 40 tokens"}');
      return true;
    };
    const { serves, notes } = await verify(MEAN, { api: 'tei', intercept });
    expect(serves).toBe(true);
    expect(notes).toEqual([expect.stringContaining('clients have to truncate them to 40 tokens')]);
  });

  it('counts tokens as the model does', async () => {
    const { count } = await openTokenizer(MEAN);
    const tokens = (texts: readonly string[]) => texts.reduce((sum, text) => sum + Math.min(40, count(text)), 0);
    const verified = await verify(MEAN, { tokens });
    expect(verified.tokens?.served).toBe(verified.tokens?.expected);
  });
});

describe('a server that pools otherwise', () => {
  const pooledBy = (model: string, pooling_mode: string) =>
    edited(model, `${pooling_mode}-${model.split('/').at(-2)}`, '1_Pooling/config.json', (config: object) => ({
      ...config,
      pooling_mode,
    }));

  it.each([
    ['mean instead of CLS', CLS, 'mean'],
    ['CLS instead of mean', MEAN, 'cls'],
    ['the last token instead of mean', MEAN, 'lasttoken'],
    ['mean instead of the last token', LAST, 'mean'],
    ['CLS instead of mean, before Dense modules', DENSE, 'cls'],
  ])('by %s is named', async (_what, model, pooling) => {
    const { faults } = await verify(model, { folder: await pooledBy(model, pooling) });
    expect(faults.map(({ fault }) => fault)).toEqual(['pooling']);
  });

  it('is told how by the flags of the server', async () => {
    const served = { folder: await pooledBy(CLS, 'mean') };
    const of = async (api: 'openai' | 'tei') => (await verify(CLS, { ...served, api })).faults[0];
    expect(await of('tei')).toMatchObject({
      message: 'The server takes the mean of all tokens (mean pooling); the model takes the first token (CLS pooling).',
      advice: expect.stringContaining('--pooling cls'),
    });
    expect((await of('openai'))?.advice).toContain('"pooling_type": "CLS"');
  });

  it('and truncates texts is found to do both', async () => {
    expect(await faultsOf(CLS, { folder: await pooledBy(CLS, 'mean'), maxLength: 30 })).toEqual([
      'pooling',
      'truncated',
    ]);
  });

  it('and adds a prompt is found to do both', async () => {
    const served = await pooledBy(prompted, 'mean');
    const rewrite: FaultyServerOptions['rewrite'] = ({ texts }) => texts.map((text) => `query: ${text}`);
    expect((await faultsOf(prompted, { folder: served, rewrite })).sort()).toEqual(['pooling', 'prompt-added']);
  });

  it('and sends rounded numbers is named all the same', async () => {
    const random = seeded(3);
    const distort: FaultyServerOptions['distort'] = (vectors) =>
      vectors.map((vector) => vector.map((x) => x * (1 + 0.02 * (random() - 0.5))));
    expect(await faultsOf(CLS, { folder: await pooledBy(CLS, 'mean'), distort })).toEqual(['pooling']);
  });
});

describe('a server with other prompts', () => {
  const embedding = (rewrite: FaultyServerOptions['rewrite']) => ({ rewrite: rewrite as NonNullable<typeof rewrite> });
  const without = (text: string) => text.replace(/^(query|passage|find): /, '');

  it('is found to remove them', async () => {
    const served = embedding(({ texts }) => texts.map(without));
    expect(await faultsOf(prompted, served)).toEqual(['prompt-missing']);
    expect(await faultsOf(instructed, served)).toEqual(['prompt-missing']);
  });

  it('is found to add none, where it should', async () => {
    const { faults } = await verify(prompted, { api: 'tei' }, { serverAddsPrompts: true });
    expect(faults).toMatchObject([{ fault: 'prompt-missing', advice: expect.stringContaining('prompt_name') }]);
  });

  it('is found to put one prompt before all texts, where it should know both', async () => {
    const served = embedding(({ texts }) => texts.map((text) => `query: ${text}`));
    expect(await faultsOf(prompted, served, { serverAddsPrompts: true })).toEqual(['prompt-of-other-kind']);
  });

  it('is found to add a prompt to texts that have theirs', async () => {
    for (const prompt of ['query: ', 'passage: ', 'search_query: ']) {
      const { faults } = await verify(
        prompted,
        embedding(({ texts }) => texts.map((text) => prompt + text)),
      );
      expect(faults.map(({ fault }) => fault)).toEqual(['prompt-added']);
    }
    const twice = embedding(({ texts }) =>
      texts.map((text) => (text.startsWith('query: ') ? `query: ${text}` : `passage: ${text}`)),
    );
    expect(await faultsOf(prompted, twice)).toEqual(['prompt-added']);
  });
});

describe('a server that reads other lengths', () => {
  it.each([20, 24, 31, 39])('is found to truncate to %i tokens', async (maxLength) => {
    const { faults } = await verify(CLS, { maxLength });
    expect(faults).toMatchObject([
      { fault: 'truncated', message: `The server truncates texts to ${maxLength} tokens; the model reads 40.` },
    ]);
    const { faults: pooled } = await verify(MEAN, { maxLength });
    expect(pooled[0]?.message).toContain(`truncates texts to ${maxLength} tokens`);
  });

  it('is found to read more than the model', async () => {
    const short = await edited(MEAN, 'short', 'sentence_bert_config.json', (config: object) => ({
      ...config,
      max_seq_length: 24,
    }));
    const { faults } = await verify(short, { folder: MEAN });
    expect(faults.map(({ fault }) => fault)).toEqual(['not-truncated']);
  });
});

describe('a server that leaves something out', () => {
  it('is found not to normalise', async () => {
    const distort: FaultyServerOptions['distort'] = (vectors) => vectors.map((vector) => vector.map((x) => 3.5 * x));
    const { faults } = await verify(MEAN, { distort, api: 'tei' });
    expect(faults).toMatchObject([{ fault: 'not-normalised', advice: expect.stringContaining('normalize') }]);
  });

  it('may send vectors of any length for a model that does not normalise', async () => {
    const raw = await edited(MEAN, 'raw', 'modules.json', (modules: unknown[]) => modules.slice(0, 2));
    const distort: FaultyServerOptions['distort'] = (vectors) => vectors.map((vector) => vector.map((x) => 3.5 * x));
    const { serves, notes } = await verify(raw, { distort });
    expect(serves).toBe(true);
    expect(notes).toEqual([expect.stringContaining('compare them by cosine')]);
  });

  it('is found to lack the Dense modules', async () => {
    const served = await edited(DENSE, 'without-dense', 'modules.json', (modules: { type: string }[]) =>
      modules.filter(({ type }) => !type.endsWith('Dense')),
    );
    expect(await faultsOf(DENSE, { folder: served })).toEqual(['dense-missing']);
  });

  it('is found to lack the query adapter', async () => {
    const adapted = await copy(MEAN, 'adapted');
    const random = seeded(4);
    await writeQueryAdapter(
      adapted,
      Float32Array.from({ length: 256 }, () => random() - 0.5),
      16,
    );
    expect(await faultsOf(adapted, { folder: MEAN })).toEqual(['adapter-missing']);
  });

  it('is found to leave out special tokens', async () => {
    const served = await edited(MEAN, 'bare', 'tokenizer.json', (tokenizer: object) => ({
      ...tokenizer,
      post_processor: null,
    }));
    expect(await faultsOf(MEAN, { folder: served })).toEqual(['special-tokens']);
  });

  it('is found to send a part of each vector', async () => {
    const distort: FaultyServerOptions['distort'] = (vectors) => vectors.map((vector) => vector.slice(0, 8));
    const { faults, dimension } = await verify(CLS, { distort });
    expect(faults.map(({ fault }) => fault)).toContain('dimensions');
    expect(dimension).toEqual({ expected: 16, served: 8 });
  });
});

describe('a server that has something else', () => {
  it.each([0.05, 0.3])(
    'is found to have the base model, where training changed weights by up to %f',
    async (strength) => {
      const model = await tuned(CLS, `tuned-${strength}`, strength);
      expect(await faultsOf(model, { folder: CLS }, { baseFolder: CLS })).toEqual(['base-model']);
      expect(await faultsOf(model, {}, { baseFolder: CLS })).toEqual([]);
    },
  );

  it('is found to have another model', async () => {
    const { faults } = await verify(CLS, { folder: MEAN });
    expect(faults).toMatchObject([
      { fault: 'other-model', message: expect.stringContaining('none of the usual faults') },
    ]);
  });

  it('is found to have one of another dimension', async () => {
    const distort: FaultyServerOptions['distort'] = (vectors) => vectors.map((vector) => [...vector, ...vector]);
    const { faults, dimension } = await verify(MEAN, { distort });
    expect(faults).toMatchObject([
      { fault: 'other-model', message: expect.stringContaining('32 numbers, the model of 16') },
    ]);
    expect(dimension).toEqual({ expected: 16, served: 32 });
  });
});

describe('a server that changes texts or vectors', () => {
  it('is found to lower-case texts', async () => {
    expect(await faultsOf(CASED, { rewrite: ({ texts }) => texts.map((text) => text.toLowerCase()) })).toEqual([
      'text-changed',
    ]);
  });

  it('is found to read UTF-8 as Latin-1', async () => {
    const rewrite: FaultyServerOptions['rewrite'] = ({ texts }) =>
      texts.map((text) => Buffer.from(text, 'utf8').toString('latin1'));
    expect(await faultsOf(CASED, { rewrite })).toEqual(['text-changed']);
  });

  it('is found to send vectors in another order', async () => {
    expect(await faultsOf(CASED, { distort: (vectors) => vectors.toReversed() })).toEqual(['order']);
    const sorted: FaultyServerOptions['distort'] = (vectors, { texts }) =>
      vectors.map((_, i) => vectors[texts.indexOf([...texts].sort()[i] as string)] as Float32Array);
    expect(await faultsOf(CASED, { distort: sorted })).toEqual(['order']);
  });

  it('is found to compute with the padding of a batch', async () => {
    const { count } = await openTokenizer(MEAN);
    const rewrite: FaultyServerOptions['rewrite'] = ({ texts }) => {
      const longest = Math.max(...texts.map(count));
      return texts.map((text) => text + '[PAD]'.repeat(longest - count(text)));
    };
    expect(await faultsOf(MEAN, { rewrite })).toEqual(['padding']);
  });

  it('is found to send what is no number, also as Python writes it', async () => {
    const nan: FaultyServerOptions['distort'] = (vectors) => vectors.map((vector) => vector.map(() => Number.NaN));
    expect(await faultsOf(MEAN, { distort: nan })).toEqual(['not-numbers']);
    const intercept: FaultyServerOptions['intercept'] = (_request, response, { texts }) => {
      const data = texts.map((_, index) => `{"index":${index},"embedding":[NaN, -Infinity]}`);
      response.end(`{"data":[${data}]}`);
      return true;
    };
    const { faults } = await verify(MEAN, { intercept });
    expect(faults).toMatchObject([{ fault: 'not-numbers', message: expect.stringContaining('all texts') }]);
  });

  it('is found to send the same vector for every text', async () => {
    const distort: FaultyServerOptions['distort'] = (vectors) => vectors.map((vector) => vector.fill(2));
    expect(await faultsOf(MEAN, { distort })).toEqual(['same-for-all']);
  });
});
