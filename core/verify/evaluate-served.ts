import type { QADataset } from '../contracts/dataset.ts';
import type { Metrics } from '../contracts/evaluation.ts';
import type { EmbedOptions, TextEncoder } from '../contracts/model.ts';
import { openEncoderProcess } from '../encoder/process/encoder-process.ts';
import type { EmbeddingServer } from '../provider/embedding-server.ts';
import { evaluateEncoder } from '../retrieval/evaluate.ts';
import { ACCEPTED_TEXT, driftOf, mean, scaled } from './drift.ts';
import type { Finding } from './find-faults.ts';
import type { OpenModel } from './reference.ts';

export interface EvaluateServedOptions {
  readonly server: EmbeddingServer;
  readonly folder: string;
  readonly dataset: QADataset;
  /** What the client puts before texts. */
  readonly prompts: Readonly<Record<'query' | 'passage', string>>;
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Default: in a child process. */
  readonly open?: OpenModel | undefined;
  /** Texts embedded so far by Hone and the server together, of how many. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** A dataset ranked by the vectors of a server, and by those of Hone. */
export interface ServedEvaluation {
  readonly queries: number;
  readonly passages: number;
  readonly expected: Metrics;
  readonly served: Metrics;
  /** Mean of 1 − cosine over all texts. */
  readonly drift: number;
  /** Texts whose vectors are not those of the model. */
  readonly different: number;
}

/**
 * Evaluates a server on a dataset as a run evaluates a model, and the model itself.
 * @throws Fault `quality` if the server sends vectors of no length; what `EmbeddingServer.embed` throws.
 */
export async function evaluateServed(options: EvaluateServedOptions): Promise<ServedEvaluation> {
  const { folder, dataset, threads, signal, open = openEncoderProcess, onProgress } = options;
  const [queries, passages] = [Object.keys(dataset.queries).length, Object.keys(dataset.corpus).length];
  const total = 2 * (queries + passages);
  const theirs = recording(await servedEncoder(options));
  const served = await evaluateEncoder(theirs, dataset, { onProgress: (done) => onProgress?.(done, total) });
  const encoder = await open(folder, { ...(threads && { threads }), signal });
  const ours = recording(encoder);
  try {
    const expected = await evaluateEncoder(ours, dataset, {
      onProgress: (done) => onProgress?.(queries + passages + done, total),
    });
    const drifts = ours.embeddings.map((vector, i) => driftOf(vector, theirs.embeddings[i]));
    return {
      queries,
      passages,
      expected: expected.metrics,
      served: served.metrics,
      drift: mean(drifts),
      different: drifts.filter((drift) => drift > ACCEPTED_TEXT).length,
    };
  } finally {
    await encoder.close();
  }
}

/** What a dataset shows that sample texts did not. */
export function findDifferent({ different, queries, passages }: ServedEvaluation): Finding[] {
  if (different === 0) return [];
  const message = `The server has other vectors for ${different} of the ${queries + passages} texts of the dataset.`;
  return [{ fault: 'some-texts', message }];
}

async function servedEncoder({ server, prompts }: EvaluateServedOptions): Promise<TextEncoder> {
  const embed = async (texts: readonly string[], { as = 'passage', onProgress }: EmbedOptions = {}) => {
    const prompted = texts.map((text) => prompts[as] + text);
    const { vectors } = await server.embed(prompted, { as, ...(onProgress && { onProgress }) });
    return vectors.map(scaled);
  };
  const [probe] = await embed(['dimension']);
  return { dimension: probe?.length ?? 0, embed };
}

/** The encoder, which keeps all embeddings that it has made, in order. */
function recording(encoder: TextEncoder): TextEncoder & { readonly embeddings: Float32Array[] } {
  const embeddings: Float32Array[] = [];
  return {
    dimension: encoder.dimension,
    embeddings,
    async embed(texts, options) {
      const made = await encoder.embed(texts, options);
      for (const one of made) embeddings.push(one);
      return made;
    },
  };
}
