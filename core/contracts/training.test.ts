import { describe, expect, it } from 'vitest';
import { parseRunInput } from './run-input.ts';

const refusal = (training: object): string => {
  try {
    parseRunInput({ documents: ['/docs'], training });
  } catch (error) {
    return (error as Error).message;
  }
  return 'taken';
};

describe('training options that do not fit together are refused by name', () => {
  it.each([
    [{ matryoshka: [64, 32], matryoshkaWeights: [1] }, /training.matryoshkaWeights: has 1 weights for the 2 widths/],
    [{ matryoshkaWeights: [1] }, /training.matryoshkaWeights: .* the 0 widths/],
    [{ freeze: { layers: 1 }, lora: {} }, /training.freeze: does not go with lora/],
    [{ adapter: 'query', miniBatchSize: 8 }, /training.miniBatchSize: does not go with adapter/],
    [{ matryoshka: [64, 64] }, /training.matryoshka: a width stands there twice/],
  ])('%j', (options, message) => expect(refusal(options)).toMatch(message));

  it('others are taken', () => {
    expect(refusal({ matryoshka: [64, 32], matryoshkaWeights: [1, 0.5], accumulate: 4, miniBatchSize: 16 })).toBe(
      'taken',
    );
  });
});
