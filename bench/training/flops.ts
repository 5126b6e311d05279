import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openTokenizer } from '../../core/encoder/tokenizer/tokenizer.ts';
import type { Plan } from './plan.ts';

export interface BertSize {
  readonly hidden_size: number;
  readonly num_hidden_layers: number;
  readonly intermediate_size: number;
}

/**
 * The floating-point operations that a training step needs at least: the matrix products, once forward and twice as
 * much backward, on real tokens (without padding and recomputation). A dense layer has 2 operations for each weight and
 * token, attention has 4 for each pair of tokens and hidden unit.
 * @param lengths Tokens of each text.
 */
export function stepFlops(lengths: readonly number[], size: BertSize): number {
  const { hidden_size: hidden, num_hidden_layers: layers, intermediate_size: inner } = size;
  const weights = 4 * hidden * hidden + 2 * hidden * inner;
  return lengths.reduce((n, tokens) => n + 3 * layers * (2 * weights * tokens + 4 * hidden * tokens * tokens), 0);
}

/** `stepFlops` of every step of a plan. @param model Folder of the model. */
export async function planFlops(model: string, plan: Plan, maxLength: number): Promise<number[]> {
  const size = JSON.parse(await readFile(join(model, 'config.json'), 'utf8')) as BertSize;
  const tokenizer = await openTokenizer(model);
  const length = (text: string) => tokenizer.encode(text, maxLength).length;
  return plan.map((batch) => stepFlops(batch.flat().map(length), size));
}
