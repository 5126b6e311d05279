import { availableParallelism } from 'node:os';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { Graph, toOnnx } from '../autodiff/index.ts';
import { Fault } from '../contracts/fault.ts';
import type { TextEncoder } from '../contracts/model.ts';
import { embeddingDimension } from './architectures/index.ts';
import { type ModelFolder, readModelFolder } from './files/model-folder.ts';
import type { Prompts } from './files/prompts.ts';
import { adaptQuery } from './files/query-adapter.ts';
import { ModelWeights } from './files/weights.ts';
import { feedsOf, parameterInputs } from './forward/inputs.ts';
import { packedEmbeddings } from './forward/packed-pass.ts';
import { packBatch } from './forward/packing.ts';
import { normalise } from './forward/pooling.ts';
import { loadTokenizer } from './tokenizer/tokenizer.ts';

export interface EncoderOptions {
  /** Number of tokens to which a text is truncated, special tokens included. Default: the model's own limit. */
  readonly maxLength?: number;
  /** Prompts that are put before texts. Default: the model's own. */
  readonly prompts?: Partial<Pick<Prompts, 'query' | 'passage'>>;
  /** Threads of the runtime. Default: one for each core. */
  readonly threads?: number;
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
  { maxLength, prompts, threads }: EncoderOptions = {},
): Promise<TextEncoder> {
  const model = await readModelFolder(folder);
  const { encoder, pooling, queryAdapter } = model;
  const limit = checkedLength(maxLength, model, folder);
  const tokenizer = await loadTokenizer(folder, encoder.vocabulary, limit, model.lowerCase);
  const parameters = await readParameters(model);
  const session = await InferenceSession.create(encoderGraph(model), {
    intraOpNumThreads: threads ?? availableParallelism(),
    enableMemPattern: false,
  });
  const [output] = session.outputNames as [string];
  const dimension = embeddingDimension(encoder);
  return {
    dimension,
    async embed(texts, { as, onProgress } = {}) {
      const embeddings: Float32Array[] = new Array(texts.length);
      const prompt = { ...model.prompts, ...prompts }[as ?? 'other'];
      let done = 0;
      for (const batch of batches(texts.map((text) => tokenizer.encode(prompt + text)))) {
        const tokens = batch.map(({ ids }) => ids);
        const { feeds } = packBatch(tokens, { ...LAYOUT, encoder, pooling });
        const { [output]: result } = await session.run(feedsOf(session, feeds, parameters));
        const data = result?.data as Float32Array;
        for (const [i, { index }] of batch.entries()) {
          const embedding = data.slice(i * dimension, (i + 1) * dimension);
          embeddings[index] = as === 'query' && queryAdapter ? adaptQuery(queryAdapter, embedding) : embedding;
        }
        done += batch.length;
        onProgress?.(done);
      }
      return embeddings;
    },
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

function encoderGraph({ encoder, pooling }: ModelFolder): Uint8Array {
  const graph = new Graph();
  const { embeddings } = packedEmbeddings(graph, encoder, parameterInputs(graph, encoder.parameters), {
    ...LAYOUT,
    pooling,
    train: false,
  });
  return toOnnx(graph, [{ value: normalise(embeddings) }]);
}

async function readParameters({ encoder, weightsFile }: ModelFolder): Promise<ReadonlyMap<string, Tensor>> {
  const weights = await ModelWeights.open(weightsFile, encoder);
  try {
    const tensors = new Map<string, Tensor>();
    for (const [name, { shape }] of weights.tensors)
      tensors.set(name, new Tensor('float32', await weights.read(name), shape));
    return tensors;
  } finally {
    await weights.close();
  }
}
