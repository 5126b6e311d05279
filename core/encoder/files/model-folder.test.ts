import { cp, readFile, unlink, writeFile } from 'node:fs/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { Fault } from '../../contracts/fault.ts';
import { temporaryFolder } from '../../primitives/temporary-folder.fixture.ts';
import { inspectModel } from './inspect-model.ts';
import { saveModel } from './save-model.ts';

const MODEL = new URL('../../../tests/recorded/tiny-bert', import.meta.url).pathname;
const folder = temporaryFolder();
beforeEach(() => cp(MODEL, folder.path, { recursive: true }));

async function edit(file: string, change: Record<string, unknown>): Promise<void> {
  const path = folder.join(file);
  await writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(path, 'utf8')), ...change }));
}

async function rejection(): Promise<Fault> {
  const error = await inspectModel(folder.path).catch((failure) => failure);
  expect(error).toBeInstanceOf(Fault);
  expect(error.kind).toBe('input');
  expect(error.advice).toMatch(/\.$/);
  return error;
}

describe('a model folder', () => {
  it('is described without reading its weights', async () => {
    expect(await inspectModel(folder.path)).toEqual({
      architecture: 'bert',
      pooling: 'mean',
      poolingIsDefault: false,
      maxTokens: 40,
      dimension: 16,
      layers: 2,
      vocabulary: 82,
      parameters: 6592,
    });
  });

  it('may set the maximal length in the older place, which then takes precedence', async () => {
    await edit('sentence_bert_config.json', { max_seq_length: 24 });
    expect((await inspectModel(folder.path)).maxTokens).toBe(24);
  });

  it('never has more tokens than positions', async () => {
    await edit('tokenizer_config.json', { model_max_length: 1e30 });
    expect((await inspectModel(folder.path)).maxTokens).toBe(48);
  });

  it('may set its pooling by flags, as older releases wrote it', async () => {
    await writeFile(
      folder.join('1_Pooling/config.json'),
      JSON.stringify({ word_embedding_dimension: 16, pooling_mode_cls_token: true, pooling_mode_mean_tokens: false }),
    );
    expect((await inspectModel(folder.path)).pooling).toBe('cls');
  });

  it('has the pooling of sentence-transformers if no modules.json says which, and is saved with it', async () => {
    await unlink(folder.join('modules.json'));
    expect(await inspectModel(folder.path)).toMatchObject({ pooling: 'mean', poolingIsDefault: true });
    await saveModel(folder.path, folder.join('saved'), { onnx: false });
    expect(await inspectModel(folder.join('saved'))).toMatchObject({ pooling: 'mean', poolingIsDefault: false });
    await edit('config.json', { architectures: ['BertForCausalLM'] });
    expect(await inspectModel(folder.path)).toMatchObject({ pooling: 'lasttoken', poolingIsDefault: true });
    await saveModel(folder.path, folder.join('saved'), { onnx: false });
    expect(await inspectModel(folder.join('saved'))).toMatchObject({ pooling: 'lasttoken', poolingIsDefault: false });
  });

  it('is refused if it was made for dot products, unless it normalises its embeddings: then they are cosines', async () => {
    await edit('config_sentence_transformers.json', { similarity_fn_name: 'dot' });
    expect((await inspectModel(folder.path)).dimension).toBe(16);
    await edit('config_sentence_transformers.json', { similarity_fn_name: 'manhattan' });
    expect((await rejection()).message).toContain('orders them otherwise than cosines');
    await edit('config_sentence_transformers.json', { similarity_fn_name: 'dot' });
    const modules: { type: string }[] = JSON.parse(await readFile(folder.join('modules.json'), 'utf8'));
    const withoutNormalize = modules.filter(({ type }) => !type.endsWith('Normalize'));
    await writeFile(folder.join('modules.json'), JSON.stringify(withoutNormalize));
    expect((await rejection()).message).toContain('compares embeddings by dot');
    await edit('config_sentence_transformers.json', { similarity_fn_name: null });
    expect((await inspectModel(folder.path)).dimension).toBe(16);
  });

  it.each<[string, string, Record<string, unknown>, RegExp]>([
    ['another architecture', 'config.json', { model_type: 't5' }, /architecture "t5"/],
    ['another activation', 'config.json', { hidden_act: 'silu' }, /hidden_act to "silu"/],
    ['relative positions', 'config.json', { position_embedding_type: 'relative_key' }, /position_embedding_type/],
    ['a decoder', 'config.json', { is_decoder: true }, /is_decoder/],
    ['heads that do not divide', 'config.json', { num_attention_heads: 3 }, /num_attention_heads/],
    ['an incomplete configuration', 'config.json', { hidden_size: 'wide' }, /not a complete BERT configuration/],
    [
      'a configuration with a wrong shape',
      'config.json',
      { intermediate_size: 64 },
      /intermediate\.dense\.weight is \[32, 16\].* and \d+ more/,
    ],
    ['more layers than there are weights', 'config.json', { num_hidden_layers: 3 }, /encoder\.layer\.2.* is missing/],
    ['max pooling', '1_Pooling/config.json', { pooling_mode: 'max' }, /max pooling/],
    ['two poolings at once', '1_Pooling/config.json', { pooling_mode: ['cls', 'mean'] }, /pooling/],
    ['prompts that are not pooled', '1_Pooling/config.json', { include_prompt: false }, /include_prompt/],
    ['states of another width', '1_Pooling/config.json', { word_embedding_dimension: 32 }, /pools states of width 32/],
  ])('is rejected: %s', async (_, file, change, message) => {
    await edit(file, change);
    expect((await rejection()).message).toMatch(message);
  });

  it('is rejected if its tokenizer has more tokens than its table has rows', async () => {
    const file = folder.join('tokenizer.json');
    const tokenizer = JSON.parse(await readFile(file, 'utf8'));
    tokenizer.model.vocab['##extra'] = 90;
    await writeFile(file, JSON.stringify(tokenizer));
    expect((await rejection()).message).toMatch(/token ids up to 90, but config.json sets vocab_size to 82/);
  });

  it('is rejected with modules that are not supported', async () => {
    const file = folder.join('modules.json');
    const modules = JSON.parse(await readFile(file, 'utf8'));
    await writeFile(
      file,
      JSON.stringify([...modules, { idx: 3, name: '3', path: '3_Dense', type: 'sentence_transformers.models.Dense' }]),
    );
    expect((await rejection()).message).toMatch(/Transformer, Pooling, Normalize, Dense/);
  });

  it.each(['config.json', 'tokenizer.json', 'model.safetensors', '1_Pooling/config.json'])(
    'is rejected without %s',
    async (file) => {
      await unlink(folder.join(file));
      expect((await rejection()).message).toContain('is missing');
    },
  );

  it.each(['config.json', 'modules.json', 'tokenizer.json', '1_Pooling/config.json'])(
    'is rejected if %s is not JSON',
    async (file) => {
      await writeFile(folder.join(file), '{');
      expect((await rejection()).message).toContain('not valid JSON');
    },
  );
});
