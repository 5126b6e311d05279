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
 * Floating-point operations that a training step on texts of these many tokens cannot do without: matrix products alone, forward and twice as
 * much backward, over real tokens (no padding, nothing computed twice). Dense layers: 2 a weight and token; attention: 4 a pair of
 * tokens and hidden unit.
 */
export function stepFlops(lengths: readonly number[], size: BertSize): number {
  const { hidden_size: hidden, num_hidden_layers: layers, intermediate_size: inner } = size;
  const weights = 4 * hidden * hidden + 2 * hidden * inner;
  return lengths.reduce((n, tokens) => n + 3 * layers * (2 * weights * tokens + 4 * hidden * tokens * tokens), 0);
}

/** `stepFlops` of every step of a plan. */
export async function planFlops(model: string, plan: Plan, maxLength: number): Promise<number[]> {
  const size = JSON.parse(await readFile(join(model, 'config.json'), 'utf8')) as BertSize;
  const tokenizer = await openTokenizer(model);
  const length = (text: string) => tokenizer.encode(text, maxLength).length;
  return plan.map((batch) => stepFlops(batch.flat().map(length), size));
}
