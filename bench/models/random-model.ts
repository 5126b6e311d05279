import { copyFile, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeSafetensors } from '../../core/encoder/files/safetensors.ts';
import { minilm } from './minilm.ts';
import { characterTokenizer } from './wordpiece.ts';

const CACHE = fileURLToPath(new URL('../../.cache/bench-models', import.meta.url));
/** Tokens of a text, at most. */
export const POSITIONS = 512;
/** Standard deviation of the initial weights, as BERT's (`initializer_range`). */
export const DEVIATION = 0.02;

/** What a sentence-transformers folder with random weights is made of. */
export interface RandomModel {
  /** config.json. */
  readonly config: object;
  readonly hidden: number;
  readonly vocabulary: number;
  readonly pooling: 'cls' | 'mean' | 'lasttoken';
  /** `minilm`: that of all-MiniLM-L6-v2, whatever the size of the vocabulary. `characters`: see wordpiece.ts. */
  readonly tokenizer: 'minilm' | 'characters';
  readonly parameters: readonly { readonly name: string; readonly dims: readonly number[] }[];
  /** Initial values; called once for each parameter, in order. */
  values(name: string, length: number): Float32Array<ArrayBuffer>;
}

/** The folder of the model; it is written once. */
export async function randomModel(name: string, model: RandomModel): Promise<string> {
  const folder = join(CACHE, name);
  if (await stat(folder).catch(() => undefined)) return folder;
  const draft = `${folder}.new`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(join(draft, '1_Pooling'), { recursive: true });
  await writeModel(draft, model);
  await rename(draft, folder);
  return folder;
}

async function writeModel(folder: string, model: RandomModel): Promise<void> {
  const { config, hidden, vocabulary, pooling, tokenizer, parameters, values } = model;
  const json = (name: string, value: object) => writeFile(join(folder, name), JSON.stringify(value, null, 2));
  await json('config.json', config);
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
    word_embedding_dimension: hidden,
    pooling_mode_cls_token: pooling === 'cls',
    pooling_mode_mean_tokens: pooling === 'mean',
    pooling_mode_lasttoken: pooling === 'lasttoken',
  });
  await json('sentence_bert_config.json', { max_seq_length: POSITIONS, do_lower_case: false });
  if (tokenizer === 'characters') {
    const characters = characterTokenizer(vocabulary);
    await json('tokenizer.json', characters.tokenizer);
    await json('tokenizer_config.json', characters.config);
  } else {
    const source = await minilm();
    for (const file of ['tokenizer.json', 'tokenizer_config.json'])
      await copyFile(join(source, file), join(folder, file));
  }
  await writeSafetensors(
    join(folder, 'model.safetensors'),
    parameters.map(({ name, dims }) => ({
      name,
      dtype: 'F32',
      shape: dims,
      bytes: () =>
        new Uint8Array(
          values(
            name,
            dims.reduce((n, dim) => n * dim, 1),
          ).buffer,
        ),
    })),
    { format: 'pt' },
  );
}

/** Box and Muller 1958. The logarithm takes 1 - u, as u may be 0. */
export function gaussian(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
