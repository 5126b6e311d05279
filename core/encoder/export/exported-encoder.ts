import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { TextEncoder } from '../../contracts/model.ts';
import { projectRow, rowWidth } from '../architectures/index.ts';
import { checkedLength, type EncoderOptions } from '../encoder.ts';
import { type ModelFolder, readModelFolder } from '../files/model-folder.ts';
import { ModelWeights } from '../files/weights.ts';
import { poolingWeight } from '../forward/pooling.ts';
import { loadTokenizer } from '../tokenizer/tokenizer.ts';

/** Texts that run at once, padded to the longest. */
const BATCH = 8;

/**
 * An exported model as its readers run it, with plain ONNX Runtime: padded batches, pooled outside. Each call blocks its thread.
 * @param file Path inside the folder: `onnx/model.onnx`.
 */
export async function openExported(
  folder: string,
  file: string,
  { maxLength, threads }: EncoderOptions = {},
): Promise<TextEncoder> {
  const model = await readModelFolder(folder);
  const { encoder, pooling } = model;
  const tokenizer = await loadTokenizer(
    folder,
    encoder.vocabulary,
    checkedLength(maxLength, model, folder),
    model.lowerCase,
  );
  const session = await InferenceSession.create(join(folder, file), {
    intraOpNumThreads: threads ?? availableParallelism(),
    logSeverityLevel: 3,
  });
  const projections = await readProjections(model);
  const rowsOf = async (texts: readonly number[][]): Promise<Float32Array[]> => {
    const length = Math.max(...texts.map((ids) => ids.length));
    const filled = (at: (ids: number[], i: number) => number) => {
      const numbers = texts.flatMap((ids) => Array.from({ length }, (_, i) => BigInt(at(ids, i))));
      return new Tensor('int64', BigInt64Array.from(numbers), [texts.length, length]);
    };
    const { last_hidden_state: states } = await session.run({
      input_ids: filled((ids, i) => ids[i] ?? 0),
      attention_mask: filled((ids, i) => Number(i < ids.length)),
      ...(encoder.hasTokenTypes && { token_type_ids: filled(() => 0) }),
    });
    const data = states?.data as Float32Array;
    return texts.map((ids, t) => {
      const row = new Float64Array(encoder.hidden);
      for (let i = 0; i < ids.length; i++) {
        const weight = poolingWeight(pooling, i, ids.length);
        if (weight === 0) continue;
        const from = (t * length + i) * encoder.hidden;
        for (let k = 0; k < encoder.hidden; k++) row[k] += weight * data[from + k];
      }
      const projected = projectRow(row, encoder, (name) => projections.get(name));
      const norm = Math.hypot(...projected);
      return Float32Array.from(projected, (x) => x / norm);
    });
  };
  return {
    dimension: rowWidth(encoder),
    async embed(texts, { as, onProgress } = {}) {
      const rows: Float32Array[] = [];
      for (let at = 0; at < texts.length; at += BATCH) {
        const batch = texts.slice(at, at + BATCH).map((text) => tokenizer.encode(model.prompts[as ?? 'other'] + text));
        rows.push(...(await rowsOf(batch)));
        onProgress?.(rows.length);
      }
      return rows;
    },
  };
}

/** Their weights: an ONNX file ends with the token states, and what follows is the reader's. */
async function readProjections({ encoder, weightsFile }: ModelFolder): Promise<Map<string, Float32Array>> {
  const weights = await ModelWeights.open(weightsFile, encoder);
  try {
    const read = new Map<string, Float32Array>();
    for (const [name, { module }] of weights.tensors) if (module !== '') read.set(name, await weights.read(name));
    return read;
  } finally {
    await weights.close();
  }
}
