import type { QADataset } from '../core/contracts/dataset.ts';
import { openEncoder } from '../core/encoder/encoder.ts';
import { evaluateEncoder } from '../core/retrieval/evaluate.ts';

/** nDCG@10 of a model on a dataset, 0 to 1. */
export async function score(
  folder: string,
  dataset: QADataset,
  limits: { readonly maxLength: number; readonly threads: number },
): Promise<number> {
  const { maxLength, threads } = limits;
  const { metrics } = await evaluateEncoder(await openEncoder(folder, { maxLength, threads }), dataset);
  return metrics['ndcg@10']?.value ?? Number.NaN;
}
