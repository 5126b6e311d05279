import { copyFile, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeSafetensors } from '../../core/encoder/files/safetensors.ts';
import { seeded } from '../../core/primitives/random.ts';
import { minilm } from './minilm.ts';
import { type BertShape, SHAPES, type ShapeName } from './shapes.ts';
import { characterTokenizer } from './wordpiece.ts';

const CACHE = fileURLToPath(new URL('../../.cache/bench-models', import.meta.url));
const POSITIONS = 512;
/** Standard deviation of the initial weights, as BERT's (`initializer_range`). */
const DEVIATION = 0.02;

/** A sentence-transformers folder with random weights; the weights are a function of the shape. It is written once. */
export async function randomBert(name: ShapeName): Promise<string> {
  const folder = join(CACHE, name);
  if (await stat(folder).catch(() => undefined)) return folder;
  const draft = `${folder}.new`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(join(draft, '1_Pooling'), { recursive: true });
  await writeFolder(draft, SHAPES[name]);
  await rename(draft, folder);
  return folder;
}

async function writeFolder(folder: string, { pooling, tokenizer, ...shape }: BertShape): Promise<void> {
  const json = (name: string, value: object) => writeFile(join(folder, name), JSON.stringify(value, null, 2));
  await json('config.json', {
    ...{ architectures: ['BertModel'], model_type: 'bert', hidden_act: 'gelu', layer_norm_eps: 1e-12, pad_token_id: 0 },
    ...{
      hidden_dropout_prob: 0.1,
      attention_probs_dropout_prob: 0.1,
      initializer_range: DEVIATION,
      type_vocab_size: 2,
    },
    ...{ max_position_embeddings: POSITIONS, position_embedding_type: 'absolute', ...shape },
  });
  const modules = [
    ['', 'Transformer'],
    ['1_Pooling', 'Pooling'],
    ['2_Normalize', 'Normalize'],
  ];
  await json(
    'modules.json',
    modules.map(([path, type], idx) => ({ idx, name: `${idx}`, path, type: `sentence_transformers.models.${type}` })),
  );
  await json('1_Pooling/config.json', {
    word_embedding_dimension: shape.hidden_size,
    pooling_mode_cls_token: pooling === 'cls',
    pooling_mode_mean_tokens: pooling === 'mean',
  });
  await json('sentence_bert_config.json', { max_seq_length: POSITIONS, do_lower_case: false });
  if (tokenizer === 'characters') {
    const characters = characterTokenizer(shape.vocab_size);
    await json('tokenizer.json', characters.tokenizer);
    await json('tokenizer_config.json', characters.config);
  } else {
    const source = await minilm();
    for (const file of ['tokenizer.json', 'tokenizer_config.json'])
      await copyFile(join(source, file), join(folder, file));
  }
  const random = seeded(shape.hidden_size, shape.num_hidden_layers);
  await writeSafetensors(
    join(folder, 'model.safetensors'),
    parameters(shape).map(({ name, dims }) => ({
      name,
      dtype: 'F32',
      shape: dims,
      bytes: () => initialValues(name, dims, random),
    })),
    { format: 'pt' },
  );
}

/**
 * Parameters of transformers' BertModel, with the pooler: embeddings do not use it, but transformers would report it
 * missing.
 */
function parameters(shape: Omit<BertShape, 'pooling' | 'tokenizer'>): { name: string; dims: number[] }[] {
  const { hidden_size: hidden, intermediate_size: inner } = shape;
  const dense = (name: string, out: number, inputs: number) => [
    { name: `${name}.weight`, dims: [out, inputs] },
    { name: `${name}.bias`, dims: [out] },
  ];
  const norm = (name: string) =>
    ['weight', 'bias'].map((part) => ({ name: `${name}.LayerNorm.${part}`, dims: [hidden] }));
  const layers = Array.from({ length: shape.num_hidden_layers }, (_, i) => `encoder.layer.${i}`);
  return [
    { name: 'embeddings.word_embeddings.weight', dims: [shape.vocab_size, hidden] },
    { name: 'embeddings.position_embeddings.weight', dims: [POSITIONS, hidden] },
    { name: 'embeddings.token_type_embeddings.weight', dims: [2, hidden] },
    ...norm('embeddings'),
    ...layers.flatMap((at) => [
      ...['query', 'key', 'value'].flatMap((part) => dense(`${at}.attention.self.${part}`, hidden, hidden)),
      ...dense(`${at}.attention.output.dense`, hidden, hidden),
      ...norm(`${at}.attention.output`),
      ...dense(`${at}.intermediate.dense`, inner, hidden),
      ...dense(`${at}.output.dense`, hidden, inner),
      ...norm(`${at}.output`),
    ]),
    ...dense('pooler.dense', hidden, hidden),
  ];
}

function initialValues(name: string, dims: readonly number[], random: () => number): Uint8Array {
  const values = new Float32Array(dims.reduce((n, dim) => n * dim, 1));
  if (name.endsWith('LayerNorm.weight')) values.fill(1);
  else if (!name.endsWith('bias')) for (let i = 0; i < values.length; i++) values[i] = DEVIATION * gaussian(random);
  return new Uint8Array(values.buffer);
}

/** Box and Muller 1958. The logarithm takes 1 - u, as u may be 0. */
function gaussian(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
