import { availableParallelism } from 'node:os';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { Fault } from '../contracts/fault.ts';
import type { TextEncoder } from '../contracts/model.ts';
import { Graph, toOnnx } from './autodiff/index.ts';
import { type ModelFolder, readModelFolder } from './model-folder.ts';
import { bertParameters } from './models/bert.ts';
import { packBatch, packedRows } from './packing.ts';
import { loadTokenizer } from './tokenizer.ts';
import { ModelWeights } from './weights.ts';

export interface EncoderOptions {
  /** Tokens a text is cut to, special ones included; default: what the model reads at once. */
  readonly maxLength?: number;
  /** Threads of the runtime; default: all cores. */
  readonly threads?: number;
}

/** Tokens a batch may hold: enough to fill the machine, few enough to stay in its caches. */
const BATCH_TOKENS = 4096;

/**
 * The model in a sentence-transformers folder, run in this process; each call blocks its thread while the runtime works.
 * @throws Fault `input` if the folder is not a sound model that Hone reads.
 */
export async function openEncoder(folder: string, { maxLength, threads }: EncoderOptions = {}): Promise<TextEncoder> {
  const model = await readModelFolder(folder);
  const { config, pooling } = model;
  const limit = checkedLength(maxLength, model, folder);
  const tokenizer = await loadTokenizer(folder, config.vocab_size, limit, model.lowerCase);
  const parameters = await readParameters(model);
  const session = await InferenceSession.create(encoderGraph(model), {
    intraOpNumThreads: threads ?? availableParallelism(),
    enableMemPattern: false,
  });
  const [output] = session.outputNames as [string];
  return {
    dimension: config.hidden_size,
    async embed(texts, onProgress) {
      const rows: Float32Array[] = new Array(texts.length);
      let done = 0;
      for (const batch of batches(texts.map((text) => tokenizer.encode(text)))) {
        const options = { heads: config.num_attention_heads, groups: 1, pooling, train: false };
        const { feeds } = packBatch(
          batch.map(({ ids }) => ids),
          options,
        );
        const { [output]: result } = await session.run({ ...parameters, ...feeds });
        const data = result?.data as Float32Array;
        for (const [i, { at }] of batch.entries())
          rows[at] = data.slice(i * config.hidden_size, (i + 1) * config.hidden_size);
        done += batch.length;
        onProgress?.(done);
      }
      return rows;
    },
  };
}

/** @throws Fault `input` if more tokens are asked for than the model has positions. */
export function checkedLength(
  maxLength: number | undefined,
  { maxTokens, config }: ModelFolder,
  folder: string,
): number {
  if (maxLength !== undefined && maxLength > config.max_position_embeddings)
    throw new Fault(
      'input',
      `maxLength is ${maxLength}, but the model in ${folder} has only ${config.max_position_embeddings} positions.`,
      `Set maxLength to ${config.max_position_embeddings} or less.`,
    );
  return maxLength ?? maxTokens;
}

/** Token lists in order of length, in batches of about BATCH_TOKENS; `at` is where each stood. */
function* batches(texts: readonly number[][]): Generator<{ at: number; ids: number[] }[]> {
  const sorted = texts.map((ids, at) => ({ at, ids })).sort((a, b) => a.ids.length - b.ids.length || a.at - b.at);
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

function encoderGraph({ config }: ModelFolder): Uint8Array {
  const graph = new Graph();
  const inputs = new Map(
    [...bertParameters(config)].map(([name, shape]) => [name, graph.input(name, 'float32', shape)]),
  );
  const rows = packedRows(graph, config, (name) => inputs.get(name) as never, { groups: 1, train: false });
  return toOnnx(graph, [{ value: rows }]);
}

async function readParameters({ config, weightsFile }: ModelFolder): Promise<Record<string, Tensor>> {
  const weights = await ModelWeights.open(weightsFile, bertParameters(config));
  try {
    const tensors: Record<string, Tensor> = {};
    for (const [name, { shape }] of weights.tensors)
      tensors[name] = new Tensor('float32', await weights.read(name), shape);
    return tensors;
  } finally {
    await weights.close();
  }
}
