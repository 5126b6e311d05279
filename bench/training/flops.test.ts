import { expect, test } from 'vitest';
import { stepFlops } from './flops.ts';

const size = { hidden_size: 384, num_hidden_layers: 6, intermediate_size: 1536 };

test('six operations for each weight and token, and attention that grows with the square of the length', () => {
  const weights = 6 * (4 * 384 * 384 + 2 * 384 * 1536);
  const attention = (tokens: number) => 12 * 6 * 384 * tokens ** 2;
  expect(stepFlops([100], size)).toBe(6 * weights * 100 + attention(100));
  expect(stepFlops([50, 50], size)).toBe(6 * weights * 100 + 2 * attention(50));
});
