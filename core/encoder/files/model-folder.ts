import { join } from 'node:path';
import { z } from 'zod';
import { Fault } from '../../contracts/fault.ts';
import {
  type Encoder,
  embeddingDimension,
  type Projection,
  readEncoder,
  readProjection,
  withProjections,
} from '../architectures/index.ts';
import { POOLINGS, type Pooling } from '../forward/pooling.ts';
import { DEFAULT_MODULES, defaultPooling } from './default-modules.ts';
import { type Prompts, readPrompts } from './prompts.ts';
import { readQueryAdapter } from './query-adapter.ts';
import { readJson } from './read-json.ts';
import { exists, findWeights, rejectAdapter } from './weights-file.ts';

const AGAIN = 'Download or save the model again as a sentence-transformers folder.';
const SUPPORTED = `Use a model of a Transformer, ${POOLINGS.join(', ')} Pooling, and optionally Dense and Normalize.`;

/** A sentence-transformers folder, without the values of the weights. */
export interface ModelFolder {
  readonly encoder: Encoder;
  readonly pooling: Pooling;
  /** Whether the folder has no modules.json, so that the pooling is the default of sentence-transformers. */
  readonly poolingIsDefault: boolean;
  /** Largest number of tokens of a text, special tokens included. */
  readonly maxTokens: number;
  /** Whether texts are lower-cased before they are tokenized. */
  readonly lowerCase: boolean;
  readonly prompts: Prompts;
  /** Whether the folder scales embeddings to length 1. Hone does so in any case. */
  readonly normalises: boolean;
  /** A linear map of query embeddings, [dimension, dimension]; see query-adapter.ts. */
  readonly queryAdapter: Float32Array | undefined;
  /** Path of the transformer's `model.safetensors` or `pytorch_model.bin`. */
  readonly weightsFile: string;
}

const Modules = z.array(z.looseObject({ path: z.string(), type: z.string() })).min(1);
const SentenceConfig = z.looseObject({
  max_seq_length: z.number().int().positive().nullish(),
  do_lower_case: z.boolean().nullish(),
});

/** Newer releases of sentence-transformers keep the maximal length here. A huge number means that there is none. */
const TokenizerConfig = z.looseObject({ model_max_length: z.number().positive().nullish() });

/**
 * Reads and validates the configuration of a sentence-transformers folder.
 * @throws Fault `input` naming the file and what in it is missing, invalid or not supported.
 */
export async function readModelFolder(folder: string): Promise<ModelFolder> {
  await rejectAdapter(folder);
  const configFile = join(folder, 'config.json');
  const config = await readJson(configFile, 'Give the path of a sentence-transformers model folder.');
  const transformer = readEncoder(config, configFile);
  const modulesFile = join(folder, 'modules.json');
  const hasModules = await exists(modulesFile);
  const modules = hasModules ? Modules.safeParse(await readJson(modulesFile, AGAIN)).data : DEFAULT_MODULES;
  if (!modules) throw new Fault('input', `${modulesFile} is not a list of modules.`, AGAIN);
  const kinds = modules.map(({ type }) => type.split('.').at(-1));
  if (!/^Transformer,Pooling(,Dense)*(,Normalize)?(,Router)?$/.test(kinds.join()))
    throw new Fault(
      'input',
      `${modulesFile} lists the modules ${kinds.join(', ')}, a combination that is not supported.`,
      SUPPORTED,
    );
  if (modules[0]?.path)
    throw new Fault(
      'input',
      `${modulesFile} keeps the transformer in ${modules[0].path}, not in the folder itself.`,
      AGAIN,
    );

  await checkSimilarity(folder, kinds.includes('Normalize'));

  const projections: Projection[] = [];
  for (const { path, type } of modules) {
    if (!type.endsWith('.Dense')) continue;
    if (!/^[\w-]+$/.test(path))
      throw new Fault(
        'input',
        `${modulesFile} keeps a Dense module in "${path}", which is not a folder next to it.`,
        AGAIN,
      );
    const file = join(folder, path, 'config.json');
    const width = embeddingDimension({ hidden: transformer.hidden, projections });
    projections.push(readProjection(path, await readJson(file, AGAIN), file, width));
    await findWeights(join(folder, path), AGAIN);
  }
  const encoder = projections.length > 0 ? withProjections(transformer, projections) : transformer;

  const sentence = SentenceConfig.safeParse(await readJsonIfAny(join(folder, 'sentence_bert_config.json'))).data;
  const tokenizer = TokenizerConfig.safeParse(await readJsonIfAny(join(folder, 'tokenizer_config.json'))).data;
  const router = kinds.at(-1) === 'Router' ? modules.at(-1) : undefined;
  return {
    encoder,
    pooling: hasModules
      ? await readPooling(join(folder, modules[1]?.path ?? '', 'config.json'), encoder.hidden)
      : defaultPooling(config),
    poolingIsDefault: !hasModules,
    maxTokens: Math.min(
      sentence?.max_seq_length ?? tokenizer?.model_max_length ?? encoder.maxTokens,
      encoder.maxTokens,
    ),
    lowerCase: sentence?.do_lower_case ?? false,
    prompts: await readPrompts(folder),
    normalises: kinds.includes('Normalize') || router !== undefined,
    queryAdapter: router && (await readQueryAdapter(join(folder, router.path), embeddingDimension(encoder))),
    weightsFile: await findWeights(folder, AGAIN),
  };
}

/** Hone compares embeddings by their cosines, in training, evaluation and export. */
const COSINE = ['cosine', 'cos_sim'];
/** These order embeddings of length 1 as cosines do. */
const COSINE_IF_NORMALISED = ['dot', 'dot_score', 'euclidean', 'euclidean_sim'];

/** Refuses a model that was made for another similarity: by their cosines its embeddings would be another model's. */
async function checkSimilarity(folder: string, isNormalised: boolean): Promise<void> {
  const file = join(folder, 'config_sentence_transformers.json');
  const name = SimilarityConfig.safeParse(await readJsonIfAny(file)).data?.similarity_fn_name;
  if (!name || COSINE.includes(name) || (isNormalised && COSINE_IF_NORMALISED.includes(name))) return;
  if (isNormalised)
    throw new Fault(
      'input',
      `${file} compares embeddings by ${name} (similarity_fn_name), which orders them otherwise than cosines.`,
      'Use a model that is compared by cosine.',
    );
  throw new Fault(
    'input',
    `${file} compares embeddings by ${name} (similarity_fn_name), and the model does not normalise them.`,
    'Use a model that is compared by cosine, such as the one of the same family without "dot" in its name.',
  );
}

const SimilarityConfig = z.looseObject({ similarity_fn_name: z.string().nullish() });

/** sentence-transformers writes a flag for each mode or, since 5.2, the name of the mode. */
async function readPooling(file: string, hidden: number): Promise<Pooling> {
  const settings = z.record(z.string(), z.unknown()).safeParse(await readJson(file, AGAIN)).data ?? {};
  const named = typeof settings.pooling_mode === 'string' ? settings.pooling_mode.split('+') : [];
  const flagged = Object.keys(settings).filter((key) => key.startsWith('pooling_mode_') && settings[key] === true);
  const modes = [...named, ...flagged.map((key) => key.replace('pooling_mode_', '').replace(/_tokens?$/, ''))];
  const mode = POOLINGS.find((supported) => supported === modes[0]);
  if (modes.length !== 1 || !mode)
    throw new Fault('input', `${file} sets ${modes.join(' and ') || 'no'} pooling, which is not supported.`, SUPPORTED);
  if (settings.include_prompt === false)
    throw new Fault(
      'input',
      `${file} excludes the prompt from pooling (include_prompt), which is not supported.`,
      SUPPORTED,
    );
  const width = settings.word_embedding_dimension ?? settings.embedding_dimension ?? hidden;
  if (width !== hidden)
    throw new Fault(
      'input',
      `${file} pools states of width ${String(width)}, but config.json sets hidden_size to ${hidden}.`,
      AGAIN,
    );
  return mode;
}

async function readJsonIfAny(file: string): Promise<unknown> {
  return (await exists(file)) ? readJson(file, AGAIN) : undefined;
}
