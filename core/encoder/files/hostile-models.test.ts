import { cp, open, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { Fault } from '../../contracts/fault.ts';
import { TrainingOptions } from '../../contracts/training.ts';
import { temporaryFolder } from '../../primitives/temporary-folder.fixture.ts';
import { train } from '../../training/train.ts';
import { SafetensorsFile, type TensorToWrite, writeSafetensors } from './safetensors.ts';

const RECORDED = new URL('../../../tests/recorded/', import.meta.url).pathname;
const DATASET = {
  queries: { q: 'who checks pumps?', r: 'when are seals due?' },
  corpus: { c: 'the pumps of hall 1 are seen to on day 3.', d: 'the seals of hall 2 are seen to on day 6.' },
  relevant_docs: { q: ['c'], r: ['d'] },
  mode: 'text',
};
const scratch = temporaryFolder();
let folder: string;
beforeEach(async () => {
  folder = scratch.join('model');
  await cp(join(RECORDED, 'tiny-bert'), folder, { recursive: true });
  await writeFile(scratch.join('train.json'), JSON.stringify(DATASET));
});

/** The fault with which training on the folder fails before its first step. */
async function rejection(): Promise<Fault> {
  const job = {
    modelFolder: folder,
    dataset: scratch.join('train.json'),
    options: TrainingOptions.parse({ batchSize: 2 }),
    outputFolder: scratch.join('tuned'),
    checkpointFolder: scratch.join('checkpoint'),
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

/** Sets the property at `path` in tokenizer.json; undefined removes it. */
async function editTokenizer(path: readonly (string | number)[], value: unknown): Promise<void> {
  const file = join(folder, 'tokenizer.json');
  const tokenizer = JSON.parse(await readFile(file, 'utf8'));
  const parent = path.slice(0, -1).reduce((object, key) => object[key], tokenizer);
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

describe('weights are rejected before training', () => {
  it('if the file ends too early', async () => {
    await truncate(weightsFile(), 20_000);
    expect((await rejection()).message).toMatch(
      /model.safetensors is not a valid safetensors file: it has 20000 bytes/,
    );
  });

  it('if the header states a wrong shape', async () => {
    const bytes = await readFile(weightsFile(), 'latin1');
    await writeFile(weightsFile(), bytes.replace('"shape":[82,16]', '"shape":[16,82]'), 'latin1');
    expect((await rejection()).message).toMatch(
      /word_embeddings.weight is \[16, 82\], but config.json says \[82, 16\]/,
    );
  });

  it('if they are integers', async () => {
    const wide = (name: string) => name.endsWith('word_embeddings.weight');
    await editTensors((t) => [wide(t.name) ? { ...t, dtype: 'I64', bytes: () => Buffer.concat([t.data, t.data]) } : t]);
    expect((await rejection()).message).toMatch(/word_embeddings.weight is stored as I64, not as F32, F16, BF16, F64/);
  });

  it.each([
    ['NaN', Number.NaN, /query.weight in .* holds values that are not numbers \(NaN\)/],
    ['an infinity', Number.NEGATIVE_INFINITY, /query.weight in .* holds infinite values/],
  ])('if they contain %s, naming the tensor', async (_, number, message) => {
    await editTensors((t) => {
      if (t.name.endsWith('layer.1.attention.self.query.weight')) t.data.writeFloatLE(number, 40);
      return [t];
    });
    expect((await rejection()).message).toMatch(message);
  });

  it('if they have more layers than the configuration says', async () => {
    await edit('config.json', { num_hidden_layers: 1 });
    const { message, details } = await rejection();
    expect(message).toMatch(/layer\.1\..* exists, but config.json says there are 1 layers, and \d+ more/);
    expect(details.every((detail) => detail.includes('layer.1.'))).toBe(true);
  });

  it('if they have a bias that the configuration does not have', async () => {
    await cp(join(RECORDED, 'architectures/qwen3/model'), folder, { recursive: true, force: true });
    await editTensors((t) => {
      const bias = { dtype: 'F32', shape: [32], bytes: () => Buffer.alloc(128) };
      return /layers\.0\.self_attn\.q_proj\.weight$/.test(t.name)
        ? [t, { ...bias, name: t.name.replace('weight', 'bias') }]
        : [t];
    });
    expect((await rejection()).message).toMatch(/q_proj.bias exists, but config.json says it has no bias/);
  });

  it('if they are pickled in several files, or together with code', async () => {
    await rm(weightsFile());
    await writeFile(join(folder, 'pytorch_model.bin.index.json'), '{}');
    expect((await rejection()).message).toMatch(/in several files/);
    await cp(join(RECORDED, 'pickled/attack.bin'), join(folder, 'pytorch_model.bin'));
    expect((await rejection()).message).toMatch(/pytorch_model\.bin calls posix\.system, which is code/);
  });

  it('if they are in several files', async () => {
    await rename(weightsFile(), join(folder, 'model-00001-of-00001.safetensors'));
    await writeFile(join(folder, 'model.safetensors.index.json'), '{}');
    expect((await rejection()).message).toMatch(/in several files/);
  });

  it('if Git LFS has not fetched them', async () => {
    await writeFile(weightsFile(), 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 26368\n');
    const { message, advice } = await rejection();
    expect(message).toMatch(/is a Git LFS pointer/);
    expect(advice).toMatch(/git lfs pull/);
  });

  it('if there is an adapter, beside complete weights or alone', async () => {
    await writeFile(join(folder, 'adapter_config.json'), '{"peft_type": "LORA"}');
    expect((await rejection()).message).toMatch(/PEFT adapter/);
    await rm(weightsFile());
    await rm(join(folder, 'config.json'));
    expect((await rejection()).advice).toMatch(/merge_and_unload/);
  });

  it('if they are quantised', async () => {
    await edit('config.json', { quantization_config: { quant_method: 'gptq', bits: 4 } });
    expect((await rejection()).message).toMatch(/config.json says that the weights are quantised/);
  });
});

describe('a configuration is rejected before training', () => {
  it.each<[string, Record<string, unknown>, RegExp]>([
    ['a larger vocabulary than its table', { vocab_size: 100 }, /is \[82, 16\], but config.json says \[100, 16\]/],
    ['a smaller one', { vocab_size: 80 }, /vocab_size to 80|\[80, 16\]/],
    ['more positions than its table', { max_position_embeddings: 512 }, /config.json says \[512, 16\]/],
    ['another width', { hidden_size: 32 }, /32/],
    ['a billion layers', { num_hidden_layers: 1e9 }, /1000000000 layers/],
    ['half a layer', { num_hidden_layers: 1.5 }, /not a complete BERT configuration/],
    ['a negative number of layers', { num_hidden_layers: -1 }, /not a complete BERT configuration/],
  ])('that claims %s', async (_, change, message) => {
    await edit('config.json', change);
    expect((await rejection()).message).toMatch(message);
  });

  it.each(['null', '[]', '"bert"', '{}'])('that is %s', async (text) => {
    await writeFile(join(folder, 'config.json'), text);
    expect((await rejection()).message).toMatch(/config.json describes the architecture null/);
  });

  it('if its pooling has another width', async () => {
    await edit('1_Pooling/config.json', { word_embedding_dimension: 768 });
    expect((await rejection()).message).toMatch(/1_Pooling\/config.json pools states of width 768/);
  });
});

describe('a tokenizer is rejected before training', () => {
  it.each<[string, (string | number)[], unknown, RegExp]>([
    ['of an unknown kind', ['model', 'type'], 'Runes', /cannot be read/],
    ['without a model', ['model'], undefined, /cannot be read/],
    ['without a vocabulary', ['model', 'vocab'], undefined, /cannot be read/],
    ['with an unknown normaliser', ['normalizer', 'type'], 'Rhymes', /cannot be read/],
    ['without an id for unknown words', ['model', 'unk_token'], '[NONE]', /cannot be read|no id/],
    ['with more tokens than the table has rows', ['model', 'vocab', '##x'], 900, /ids up to 900/],
    ['whose added token is beyond the table', ['added_tokens', 0, 'id'], 82, /ids up to 82/],
    ['with an id below zero', ['model', 'vocab', 'b'], -3, /no id/],
    ['with a fractional id', ['model', 'vocab', 'b'], 7.5, /no id/],
  ])('%s', async (_, path, value, message) => {
    await editTokenizer(path, value);
    expect((await rejection()).message).toMatch(message);
  });

  it.each(['null', '[]', '"words"', '{}'])('that is %s', async (text) => {
    await writeFile(join(folder, 'tokenizer.json'), text);
    expect((await rejection()).message).toMatch(/tokenizer.json holds a tokenizer that cannot be read/);
  });

  it('of another model', async () => {
    const words = Object.fromEntries(Array.from({ length: 21_128 }, (_, i) => [`word${i}`, i]));
    await editTokenizer(['model', 'vocab'], { '[UNK]': 0, ...words });
    expect((await rejection()).message).toMatch(/token ids up to 21127, but config.json sets vocab_size to 82/);
  });

  it('that is truncated', async () => {
    const file = await open(join(folder, 'tokenizer.json'), 'r+');
    await file.truncate(500);
    await file.close();
    expect((await rejection()).message).toMatch(/tokenizer.json is not valid JSON/);
  });
});
