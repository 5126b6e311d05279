import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { TextEncoder } from '../../contracts/model.ts';
import { embeddingDimension, projectEmbedding } from '../architectures/index.ts';
import { checkedLength, type EncoderOptions } from '../encoder.ts';
import { type ModelFolder, readModelFolder } from '../files/model-folder.ts';
import { ModelWeights } from '../files/weights.ts';
import { poolingWeight } from '../forward/pooling.ts';
import { loadTokenizer } from '../tokenizer/tokenizer.ts';

/** Texts that run together, padded to the longest. */
const BATCH = 8;

/**
 * Opens an exported model the way its users run it: plain ONNX Runtime, padded batches, pooling outside of the model.
 * Each call of `embed` blocks its thread.
 * @param file Path inside the folder: `onnx/model.onnx`.
 * @throws Fault `input` if the folder is not a valid model that Hone supports.
 */
export async function openExported(
  folder: string,
  file: string,
  { maxLength, threads }: EncoderOptions = {},
): Promise<TextEncoder> {
  const model = await readModelFolder(folder);
  const { encoder, pooling } = model;
  const limit = checkedLength(maxLength, model, folder);
  const tokenizer = await loadTokenizer(folder, encoder.vocabulary, limit, model.lowerCase);
  const session = await InferenceSession.create(join(folder, file), {
    intraOpNumThreads: threads ?? availableParallelism(),
    logSeverityLevel: 3,
  });
  const projections = await readProjections(model);
  const embedBatch = async (texts: readonly number[][]): Promise<Float32Array[]> => {
    const length = Math.max(...texts.map((ids) => ids.length));
    const padded = (at: (ids: number[], position: number) => number) => {
      const numbers = texts.flatMap((ids) => Array.from({ length }, (_, position) => BigInt(at(ids, position))));
      return new Tensor('int64', BigInt64Array.from(numbers), [texts.length, length]);
    };
    const { last_hidden_state: states } = await session.run({
      input_ids: padded((ids, position) => ids[position] ?? 0),
      attention_mask: padded((ids, position) => Number(position < ids.length)),
      ...(encoder.hasTokenTypes && { token_type_ids: padded(() => 0) }),
    });
    const data = states?.data as Float32Array;
    return texts.map((ids, t) => {
      const pooled = new Float64Array(encoder.hidden);
      for (let position = 0; position < ids.length; position++) {
        const weight = poolingWeight(pooling, position, ids.length);
        if (weight === 0) continue;
        const from = (t * length + position) * encoder.hidden;
        for (let k = 0; k < encoder.hidden; k++)
          pooled[k] = (pooled[k] as number) + weight * (data[from + k] as number);
      }
      const projected = projectEmbedding(pooled, encoder, (name) => projections.get(name));
      const norm = Math.hypot(...projected);
      return Float32Array.from(projected, (x) => x / norm);
    });
  };
  return {
    dimension: embeddingDimension(encoder),
    async embed(texts, { as, onProgress } = {}) {
      const embeddings: Float32Array[] = [];
      for (let first = 0; first < texts.length; first += BATCH) {
        const batch = texts.slice(first, first + BATCH);
        const tokens = batch.map((text) => tokenizer.encode(model.prompts[as ?? 'other'] + text));
        embeddings.push(...(await embedBatch(tokens)));
        onProgress?.(embeddings.length);
      }
      return embeddings;
    },
  };
}

/** Weights of the projections: an ONNX file ends with the hidden states, so what follows is up to its user. */
async function readProjections({ encoder, weightsFile }: ModelFolder): Promise<Map<string, Float32Array>> {
  const weights = await ModelWeights.open(weightsFile, encoder);
  try {
    const values = new Map<string, Float32Array>();
    for (const [name, { module }] of weights.tensors) if (module !== '') values.set(name, await weights.read(name));
    return values;
  } finally {
    await weights.close();
  }
}
