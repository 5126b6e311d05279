import { cp, mkdtemp, open, readFile, rename, rm, truncate, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Fault } from '../../contracts/fault.ts';
import { TrainingOptions } from '../../contracts/training.ts';
import { train } from '../../training/train.ts';
import { SafetensorsFile, type TensorToWrite, writeSafetensors } from './safetensors.ts';

const RECORDED = new URL('../../../tests/recorded/', import.meta.url).pathname;
const DATASET = {
  queries: { q: 'who checks pumps?', r: 'when are seals due?' },
  corpus: { c: 'the pumps of hall 1 are seen to on day 3.', d: 'the seals of hall 2 are seen to on day 6.' },
  relevant_docs: { q: ['c'], r: ['d'] },
  mode: 'text',
};
let scratch: string;
let folder: string;
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'hone-hostile-'));
  folder = join(scratch, 'model');
  await cp(join(RECORDED, 'tiny-bert'), folder, { recursive: true });
  await writeFile(join(scratch, 'train.json'), JSON.stringify(DATASET));
});
afterEach(() => rm(scratch, { recursive: true, force: true }));

/** The fault that training on the folder ends with, before its first step. */
async function refusal(): Promise<Fault> {
  const job = {
    modelFolder: folder,
    dataset: join(scratch, 'train.json'),
    options: TrainingOptions.parse({ batchSize: 2 }),
    outputFolder: join(scratch, 'tuned'),
    checkpointFolder: join(scratch, 'checkpoint'),
    threads: 1,
  };
  let begun = false;
  const hooks = {
    onProgress: () => {
      begun = true;
    },
    stopping: () => false,
  };
  const error = await train(job, hooks).catch((failure) => failure);
  expect(error).toBeInstanceOf(Fault);
  expect(error.kind).toBe('input');
  expect(error.message).toContain(folder);
  expect(error.message).toMatch(/\.$/);
  expect(error.advice).toMatch(/\.$/);
  expect(begun).toBe(false);
  return error;
}

async function edit(file: string, change: Record<string, unknown>): Promise<void> {
  const path = join(folder, file);
  await writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(path, 'utf8')), ...change }));
}

/** Puts `value` where `path` leads in tokenizer.json; undefined takes away what is there. */
async function editTokenizer(path: readonly (string | number)[], value: unknown): Promise<void> {
  const file = join(folder, 'tokenizer.json');
  const tokenizer = JSON.parse(await readFile(file, 'utf8'));
  const parent = path.slice(0, -1).reduce((inside, key) => inside[key], tokenizer);
  parent[path.at(-1) as string] = value;
  await writeFile(file, JSON.stringify(tokenizer));
}

const weightsFile = () => join(folder, 'model.safetensors');

async function editTensors(change: (tensor: TensorToWrite & { data: Buffer }) => TensorToWrite[]): Promise<void> {
  const file = await SafetensorsFile.open(weightsFile());
  const tensors: TensorToWrite[] = [];
  for (const info of file.tensors.values()) {
    const data = await file.read(info.name);
    tensors.push(...change({ ...info, data, bytes: () => data }));
  }
  await file.close();
  await writeSafetensors(weightsFile(), tensors);
}

describe('weights are refused before training', () => {
  it('where the file ends too early', async () => {
    await truncate(weightsFile(), 20_000);
    expect((await refusal()).message).toMatch(/model.safetensors is not a sound safetensors file: it has 20000 bytes/);
  });

  it('where the header lies about a shape', async () => {
    const bytes = await readFile(weightsFile(), 'latin1');
    await writeFile(weightsFile(), bytes.replace('"shape":[82,16]', '"shape":[16,82]'), 'latin1');
    expect((await refusal()).message).toMatch(/word_embeddings.weight is \[16, 82\], config.json says \[82, 16\]/);
  });

  it('of whole numbers', async () => {
    const wide = (name: string) => name.endsWith('word_embeddings.weight');
    await editTensors((t) => [wide(t.name) ? { ...t, dtype: 'I64', bytes: () => Buffer.concat([t.data, t.data]) } : t]);
    expect((await refusal()).message).toMatch(/word_embeddings.weight is stored as I64, not as F32, F16, BF16/);
  });

  it.each([
    ['NaN', Number.NaN, /query.weight in .* holds what is not a number \(NaN\)/],
    ['an infinity', Number.NEGATIVE_INFINITY, /query.weight in .* holds an infinite number/],
  ])('with %s among them, by the tensor’s name', async (_, number, message) => {
    await editTensors((t) => {
      if (t.name.endsWith('layer.1.attention.self.query.weight')) t.data.writeFloatLE(number, 40);
      return [t];
    });
    expect((await refusal()).message).toMatch(message);
  });

  it('of more layers than the configuration says, which would be another model without them', async () => {
    await edit('config.json', { num_hidden_layers: 1 });
    const { message, details } = await refusal();
    expect(message).toMatch(/layer\.1\..* is there, config.json says there are 1 layers, and \d+ more/);
    expect(details.every((detail) => detail.includes('layer.1.'))).toBe(true);
  });

  it('with a bias where the configuration says there is none', async () => {
    await cp(join(RECORDED, 'architectures/qwen3/model'), folder, { recursive: true, force: true });
    await editTensors((t) => {
      const bias = { dtype: 'F32', shape: [32], bytes: () => Buffer.alloc(128) };
      return /layers\.0\.self_attn\.q_proj\.weight$/.test(t.name)
        ? [t, { ...bias, name: t.name.replace('weight', 'bias') }]
        : [t];
    });
    expect((await refusal()).message).toMatch(/q_proj.bias is there, config.json says it has no bias/);
  });

  it('that are only pickled, in several files or not', async () => {
    for (const name of ['pytorch_model.bin', 'pytorch_model.bin.index.json']) {
      await rm(weightsFile(), { force: true });
      await writeFile(join(folder, name), '{}');
      expect((await refusal()).message).toMatch(/only pickled weights \(pytorch_model.bin/);
      await unlink(join(folder, name));
    }
  });

  it('in several files', async () => {
    await rename(weightsFile(), join(folder, 'model-00001-of-00001.safetensors'));
    await writeFile(join(folder, 'model.safetensors.index.json'), '{}');
    expect((await refusal()).message).toMatch(/in several files/);
  });

  it('that Git LFS has not fetched', async () => {
    await writeFile(weightsFile(), 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 26368\n');
    const { message, advice } = await refusal();
    expect(message).toMatch(/is a Git LFS pointer/);
    expect(advice).toMatch(/git lfs pull/);
  });

  it('of an adapter, beside whole weights or alone', async () => {
    await writeFile(join(folder, 'adapter_config.json'), '{"peft_type": "LORA"}');
    expect((await refusal()).message).toMatch(/PEFT adapter/);
    await rm(weightsFile());
    await rm(join(folder, 'config.json'));
    expect((await refusal()).advice).toMatch(/merge_and_unload/);
  });

  it('that are quantised', async () => {
    await edit('config.json', { quantization_config: { quant_method: 'gptq', bits: 4 } });
    expect((await refusal()).message).toMatch(/config.json says that the weights are quantised/);
  });
});

describe('a configuration is refused before training', () => {
  it.each<[string, Record<string, unknown>, RegExp]>([
    ['a larger vocabulary than its table', { vocab_size: 100 }, /is \[82, 16\], config.json says \[100, 16\]/],
    ['a smaller one', { vocab_size: 80 }, /80 words|\[80, 16\]/],
    ['more positions than its table', { max_position_embeddings: 512 }, /config.json says \[512, 16\]/],
    ['another width', { hidden_size: 32 }, /32/],
    ['a billion layers', { num_hidden_layers: 1e9 }, /1000000000 layers/],
    ['half a layer', { num_hidden_layers: 1.5 }, /not a complete BERT configuration/],
    ['layers below none', { num_hidden_layers: -1 }, /not a complete BERT configuration/],
  ])('that claims %s', async (_, change, message) => {
    await edit('config.json', change);
    expect((await refusal()).message).toMatch(message);
  });

  it.each(['null', '[]', '"bert"', '{}'])('that is %s', async (text) => {
    await writeFile(join(folder, 'config.json'), text);
    expect((await refusal()).message).toMatch(/config.json describes the architecture null/);
  });

  it('whose pooling has another width', async () => {
    await edit('1_Pooling/config.json', { word_embedding_dimension: 768 });
    expect((await refusal()).message).toMatch(/1_Pooling\/config.json pools rows of 768/);
  });
});

describe('a tokenizer is refused before training', () => {
  it.each<[string, (string | number)[], unknown, RegExp]>([
    ['of a kind nobody knows', ['model', 'type'], 'Runes', /cannot be read/],
    ['without a model', ['model'], undefined, /cannot be read/],
    ['without a vocabulary', ['model', 'vocab'], undefined, /cannot be read/],
    ['with a normaliser nobody knows', ['normalizer', 'type'], 'Rhymes', /cannot be read/],
    ['without an id for unknown words', ['model', 'unk_token'], '[NONE]', /cannot be read|no id/],
    ['that knows more words than the table has rows', ['model', 'vocab', '##x'], 900, /ids up to 900/],
    ['whose added token is beyond the table', ['added_tokens', 0, 'id'], 82, /ids up to 82/],
    ['with an id below zero', ['model', 'vocab', 'b'], -3, /no id/],
    ['with an id between two', ['model', 'vocab', 'b'], 7.5, /no id/],
  ])('%s', async (_, path, value, message) => {
    await editTokenizer(path, value);
    expect((await refusal()).message).toMatch(message);
  });

  it.each(['null', '[]', '"words"', '{}'])('that is %s', async (text) => {
    await writeFile(join(folder, 'tokenizer.json'), text);
    expect((await refusal()).message).toMatch(/tokenizer.json holds a tokenizer that cannot be read/);
  });

  it('of another model', async () => {
    const words = Object.fromEntries(Array.from({ length: 21_128 }, (_, i) => [`word${i}`, i]));
    await editTokenizer(['model', 'vocab'], { '[UNK]': 0, ...words });
    expect((await refusal()).message).toMatch(/token ids up to 21127, but config.json gives the model only 82 words/);
  });

  it('that is cut off', async () => {
    const file = await open(join(folder, 'tokenizer.json'), 'r+');
    await file.truncate(500);
    await file.close();
    expect((await refusal()).message).toMatch(/tokenizer.json is not valid JSON/);
  });
});
