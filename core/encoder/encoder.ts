import { availableParallelism } from 'node:os';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { Graph, toOnnx } from '../autodiff/index.ts';
import { Fault } from '../contracts/fault.ts';
import type { TextEncoder } from '../contracts/model.ts';
import { rowWidth } from './architectures/index.ts';
import { type ModelFolder, readModelFolder } from './files/model-folder.ts';
import type { Prompts } from './files/prompts.ts';
import { adaptQuery } from './files/query-adapter.ts';
import { ModelWeights } from './files/weights.ts';
import { feedsOf, parameterInputs } from './forward/inputs.ts';
import { packedRows } from './forward/packed-pass.ts';
import { packBatch } from './forward/packing.ts';
import { normalise } from './forward/pooling.ts';
import { loadTokenizer } from './tokenizer/tokenizer.ts';

export interface EncoderOptions {
  /** Tokens a text is cut to, special ones included; default: what the model reads at once. */
  readonly maxLength?: number;
  /** What stands before texts; default: the model's own. */
  readonly prompts?: Partial<Pick<Prompts, 'query' | 'passage'>>;
  /** Threads of the runtime; default: all cores. */
  readonly threads?: number;
}

/** Tokens a batch may hold: enough to fill the machine, few enough to stay in its caches. */
const BATCH_TOKENS = 4096;
/** Texts come sorted by length, so that one group pads little. */
const LAYOUT = { chunks: 1, groups: 1 };

/**
 * The model in a sentence-transformers folder, run in this process; each call blocks its thread while the runtime works.
 * @throws Fault `input` if the folder is not a sound model that Hone reads.
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
  const dimension = rowWidth(encoder);
  return {
    dimension,
    async embed(texts, { as, onProgress } = {}) {
      const rows: Float32Array[] = new Array(texts.length);
      let done = 0;
      for (const batch of batches(
        texts.map((text) => tokenizer.encode({ ...model.prompts, ...prompts }[as ?? 'other'] + text)),
      )) {
        const options = { ...LAYOUT, encoder, pooling };
        const { feeds } = packBatch(
          batch.map(({ ids }) => ids),
          options,
        );
        const { [output]: result } = await session.run(feedsOf(session, feeds, parameters));
        const data = result?.data as Float32Array;
        for (const [i, { at }] of batch.entries()) {
          const row = data.slice(i * dimension, (i + 1) * dimension);
          rows[at] = as === 'query' && queryAdapter ? adaptQuery(queryAdapter, row) : row;
        }
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

function encoderGraph({ encoder, pooling }: ModelFolder): Uint8Array {
  const graph = new Graph();
  const { rows } = packedRows(graph, encoder, parameterInputs(graph, encoder.parameters), {
    ...LAYOUT,
    pooling,
    train: false,
  });
  return toOnnx(graph, [{ value: normalise(rows) }]);
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
