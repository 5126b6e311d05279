import { availableParallelism } from 'node:os';
import { Fault } from '../contracts/fault.ts';
import type { EmbedOptions, TextEncoder } from '../contracts/model.ts';
import type { DeviceName } from '../devices/device-names.ts';
import { embeddingDimension, withoutProjections } from './architectures/index.ts';
import { type ModelFolder, readModelFolder } from './files/model-folder.ts';
import type { Prompts } from './files/prompts.ts';
import { adaptQuery } from './files/query-adapter.ts';
import { openEmbeddingSession } from './forward/embedding-session.ts';
import { packBatch } from './forward/packing.ts';
import type { Pooling } from './forward/pooling.ts';
import { loadTokenizer } from './tokenizer/tokenizer.ts';

export interface EncoderOptions {
  /** Number of tokens to which a text is truncated, special tokens included. Default: the model's own limit. */
  readonly maxLength?: number;
  /** Prompts that are put before texts. Default: the model's own. */
  readonly prompts?: Partial<Pick<Prompts, 'query' | 'passage'>>;
  /** Threads of the runtime. Default: one for each core. */
  readonly threads?: number;
  /** What computes. Default `cpu`. Embeddings of different devices differ by rounding errors. */
  readonly device?: DeviceName;
  /** What is done otherwise than the folder says. Default: nothing. */
  readonly altered?: Alteration;
}

/** Parts of a model that a server may leave out or do otherwise; with them, its vectors can be reproduced. */
export interface Alteration {
  readonly pooling?: Pooling;
  /** Without the Dense modules. */
  readonly withoutDense?: boolean;
  /** Without the query adapter. */
  readonly withoutAdapter?: boolean;
  /** Whether texts are lower-cased before they are tokenized. */
  readonly lowerCase?: boolean;
}

export interface EncodeOptions extends EmbedOptions {
  /** Number of tokens to which these texts are truncated. Default: the encoder's limit, which it cannot exceed. */
  readonly maxLength?: number | undefined;
  /** False: without the tokens that the tokenizer puts before and after a text. Default true. */
  readonly specialTokens?: boolean | undefined;
}

/** A `TextEncoder` whose calls may differ in how texts become tokens. */
export interface ModelEncoder extends TextEncoder {
  embed(texts: readonly string[], options?: EncodeOptions): Promise<Float32Array[]>;
}

/** Tokens in one batch: enough to use all cores, few enough for the activations to stay in the caches. */
const BATCH_TOKENS = 4096;
/** The texts of a batch have similar lengths, so one length group has little padding. */
const LAYOUT = { chunks: 1, groups: 1 };

/**
 * Opens the model of a sentence-transformers folder in this process. Each call of `embed` blocks its thread while the
 * runtime computes; `openEncoderProcess` does not.
 * @throws Fault `input` if the folder is not a valid model that Hone supports, or `maxLength` exceeds its positions.
 */
export async function openEncoder(
  folder: string,
  { maxLength, prompts, threads = availableParallelism(), device = 'cpu', altered = {} }: EncoderOptions = {},
): Promise<ModelEncoder> {
  const model = alter(await readModelFolder(folder), altered);
  const { encoder, pooling, queryAdapter } = model;
  const limit = checkedLength(maxLength, model, folder);
  const tokenizer = await loadTokenizer(folder, encoder.vocabulary, limit, model.lowerCase);
  const session = await openEmbeddingSession(model, LAYOUT, { device, threads });
  const dimension = embeddingDimension(encoder);
  return {
    dimension,
    async embed(texts, { as, onProgress, onTokens, maxLength: atMost = limit, specialTokens = true } = {}) {
      const embeddings: Float32Array[] = new Array(texts.length);
      const prompt = { ...model.prompts, ...prompts }[as ?? 'other'];
      const tokensOf = (text: string) => tokenizer.encode(prompt + text, Math.min(atMost, limit), specialTokens);
      const encoded = texts.map(tokensOf);
      let done = 0;
      for (const batch of batches(encoded)) {
        const tokens = batch.map(({ ids }) => ids);
        const { feeds } = packBatch(tokens, { ...LAYOUT, encoder, pooling });
        const data = await session.embeddings(feeds);
        for (const [i, { index }] of batch.entries()) {
          const embedding = data.slice(i * dimension, (i + 1) * dimension);
          embeddings[index] = as === 'query' && queryAdapter ? adaptQuery(queryAdapter, embedding) : embedding;
        }
        done += batch.length;
        onProgress?.(done);
      }
      onTokens?.(Uint32Array.from(encoded, (ids) => ids.length));
      return embeddings;
    },
  };
}

function alter(model: ModelFolder, { pooling, withoutDense, withoutAdapter, lowerCase }: Alteration): ModelFolder {
  return {
    ...model,
    ...(pooling && { pooling }),
    ...(lowerCase !== undefined && { lowerCase }),
    ...(withoutDense && { encoder: withoutProjections(model.encoder) }),
    // An adapter is a map of projected embeddings.
    ...((withoutAdapter || withoutDense) && { queryAdapter: undefined }),
  };
}

/**
 * The number of tokens to which texts are truncated: `maxLength`, or the model's own limit.
 * @throws Fault `input` if the model has fewer positions than `maxLength`.
 */
export function checkedLength(
  maxLength: number | undefined,
  { maxTokens, encoder }: ModelFolder,
  folder: string,
): number {
  if (maxLength !== undefined && maxLength > encoder.maxTokens)
    throw new Fault(
      'input',
      `maxLength is ${maxLength}, but the model in ${folder} has only ${encoder.maxTokens} positions.`,
      `Set maxLength to ${encoder.maxTokens} or less.`,
    );
  return maxLength ?? maxTokens;
}

/** Token lists sorted by length, in batches of about BATCH_TOKENS tokens. `index` is the place of a text in `texts`. */
function* batches(texts: readonly number[][]): Generator<{ index: number; ids: number[] }[]> {
  const sorted = texts
    .map((ids, index) => ({ index, ids }))
    .sort((a, b) => a.ids.length - b.ids.length || a.index - b.index);
  let batch: typeof sorted = [];
  for (const text of sorted) {
    if (batch.length > 0 && (batch.length + 1) * text.ids.length > BATCH_TOKENS) {
      yield batch;
      batch = [];
    }
    batch.push(text);
  }
  if (batch.length > 0) yield batch;
}
