import { describe, expect, it } from 'vitest';
import type { Pair } from '../../dataset/pairs.ts';
import { holdOut } from '../data/hold-out.ts';
import { type Best, EarlyStopping, withWeights } from './early-stopping.ts';

/** Two questions for each passage. */
const PAIRS = Array.from({ length: 40 }, (_, id): Pair => {
  const [query, passage] = [`question ${id}`, `passage ${id >> 1}`];
  return { id: `q${id}`, query, passage, texts: [query, passage], negatives: [] };
});
const parametersOf = (x: number) => {
  const numbers = () => Float32Array.of(x);
  return [{ name: 'w', shape: [1], weights: numbers(), first: numbers(), second: numbers() }];
};
const point = (step: number, heldOut?: number) => ({ step, loss: 1, learningRate: 1, gradientNorm: 1, heldOut });

describe('holding questions out', () => {
  it('holds passages out with all their questions, the same ones for the same seed', () => {
    const { training, heldOut } = holdOut(PAIRS, 0.2, 1);
    expect([training.length, heldOut.length]).toEqual([32, 8]);
    const passages = new Set(heldOut.map(({ passage }) => passage));
    expect(training.some(({ passage }) => passages.has(passage))).toBe(false);
    expect(holdOut(PAIRS, 0.2, 1)).toEqual({ training, heldOut });
    expect(holdOut(PAIRS, 0.2, 2)).not.toEqual({ training, heldOut });
  });

  it('holds out no text that is trained on, also if questions have several passages or the same words', () => {
    const tied = PAIRS.map((pair, i) => {
      const query = i % 10 === 3 ? 'the same question' : pair.query;
      const further = i % 6 === 0 ? [`passage ${(i + 11) % 20}`] : [];
      return { ...pair, query, texts: [query, pair.passage, ...further] };
    });
    for (let seed = 0; seed < 20; seed++) {
      const { training, heldOut } = holdOut(tied, 0.3, seed);
      const trainedOn = new Set(training.flatMap(({ texts }) => texts));
      expect(heldOut.flatMap(({ texts }) => texts).filter((text) => trainedOn.has(text))).toEqual([]);
      expect(training.length + heldOut.length).toBe(PAIRS.length);
    }
  });

  it('is refused if one question ties all passages together', () => {
    const passages = PAIRS.map(({ passage }) => passage);
    const [first, ...others] = PAIRS as [Pair, ...Pair[]];
    const tied = [{ ...first, texts: [first.query, ...passages] }, ...others];
    expect(() => holdOut(tied, 0.2, 1)).toThrow('keep them together');
  });

  it('is refused if too few passages would be held out to compare any', () => {
    expect(() => holdOut(PAIRS, 0.01, 1)).toThrow('holds out 0 of 20 passages');
  });
});

describe('early stopping', () => {
  it('keeps a copy of the weights with the lowest held-out loss', () => {
    const earlyStopping = new EarlyStopping({ share: 0.1, every: 10 });
    const parameters = parametersOf(1);
    earlyStopping.record(10, 0.5, parameters);
    parameters[0]?.weights.fill(9);
    earlyStopping.record(20, 0.7, parametersOf(2));
    expect(earlyStopping.best?.step).toBe(10);
    const [kept] = withWeights(parametersOf(3), earlyStopping.best as Best);
    expect([kept?.weights[0], kept?.first[0]]).toEqual([1, 3]);
  });

  it('is due every so many steps, and at the end', () => {
    const earlyStopping = new EarlyStopping({ share: 0.1, every: 10 });
    expect([5, 10, 20, 25].map((step) => earlyStopping.isDue(step, 25))).toEqual([false, true, true, true]);
  });

  it('ends training when its patience is exhausted, also in a resumed training', () => {
    const best = { step: 10, loss: 0.5, weights: new Map() };
    const losses = [point(10, 0.5), point(15), point(20, 0.6), point(30, 0.7)];
    expect(new EarlyStopping({ share: 0.1, every: 10, patience: 2 }, best).isOutOfPatience(losses)).toBe(true);
    expect(new EarlyStopping({ share: 0.1, every: 10, patience: 3 }, best).isOutOfPatience(losses)).toBe(false);
    expect(new EarlyStopping({ share: 0.1, every: 10 }, best).isOutOfPatience(losses)).toBe(false);
  });
});
