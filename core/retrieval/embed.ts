import { Fault } from '../contracts/fault.ts';
import type { EmbedOptions, TextEncoder } from '../contracts/model.ts';
import { dot } from '../primitives/dot.ts';

/** L2-normalised embeddings, in the order of the texts. */
export interface CollectionEmbeddings {
  readonly queryEmbeddings: readonly Float32Array[];
  readonly passageEmbeddings: readonly Float32Array[];
}

/**
 * Embeds queries, with the query prompt, and passages, with the passage prompt.
 * @param onProgress texts embedded so far, of how many.
 * @throws Fault `quality` if the model returns a vector that is not a unit vector of the encoder's dimension.
 */
export async function embedCollection(
  encoder: TextEncoder,
  queries: readonly string[],
  passages: readonly string[],
  onProgress?: (done: number, total: number) => void,
): Promise<CollectionEmbeddings> {
  const total = queries.length + passages.length;
  const queryEmbeddings = await embedUnit(encoder, queries, {
    as: 'query',
    onProgress: (done) => onProgress?.(done, total),
  });
  const passageEmbeddings = await embedUnit(encoder, passages, {
    as: 'passage',
    onProgress: (done) => onProgress?.(queries.length + done, total),
  });
  return { queryEmbeddings, passageEmbeddings };
}

async function embedUnit(
  encoder: TextEncoder,
  texts: readonly string[],
  options: EmbedOptions,
): Promise<Float32Array[]> {
  const embeddings = await encoder.embed(texts, options);
  const faulty = texts.findIndex((_text, i) => !isUnit(embeddings[i], encoder.dimension));
  if (faulty >= 0) {
    throw new Fault(
      'quality',
      `The model gave no unit vector of ${encoder.dimension} numbers for “${texts[faulty]?.slice(0, 80)}”.`,
      'Its weights may have diverged: train with a lower learning rate, or check the model’s files.',
    );
  }
  return embeddings;
}

/** The tolerance covers float16 storage and truncated decimals. False for NaN. */
function isUnit(embedding: Float32Array | undefined, dimension: number): boolean {
  return embedding?.length === dimension && Math.abs(dot(embedding, embedding) - 1) < 0.01;
}
