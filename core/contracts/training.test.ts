import { describe, expect, it } from 'vitest';
import { parseRunInput } from '../run/parse-input.ts';

const refusal = (training: object): string => {
  try {
    parseRunInput({ documents: ['/docs'], training });
  } catch (error) {
    return (error as Error).message;
  }
  return 'accepted';
};

describe('training options that cannot be combined are refused by name', () => {
  it.each([
    [{ matryoshka: [64, 32], matryoshkaWeights: [1] }, /training.matryoshkaWeights: has 1 weights for the 2 widths/],
    [{ matryoshkaWeights: [1] }, /training.matryoshkaWeights: .* the 0 widths/],
    [{ freeze: { layers: 1 }, lora: {} }, /training.freeze: cannot be combined with lora/],
    [{ adapter: 'query', miniBatchSize: 8 }, /training.miniBatchSize: cannot be combined with adapter/],
    [{ matryoshka: [64, 64] }, /training.matryoshka: contains a width twice/],
  ])('%j', (options, message) => expect(refusal(options)).toMatch(message));

  it('other combinations are accepted', () => {
    expect(refusal({ matryoshka: [64, 32], matryoshkaWeights: [1, 0.5], accumulate: 4, miniBatchSize: 16 })).toBe(
      'accepted',
    );
  });
});
