import { describe, expect, it } from 'vitest';
import type { Pair } from '../../dataset/pairs.ts';
import { holdOut } from '../data/hold-out.ts';
import { EarlyStopping, withWeights } from './early-stopping.ts';

const pair = (id: number): Pair =>
  ({
    id: `q${id}`,
    query: `question ${id}`,
    passage: `passage ${id >> 1}`,
    texts: [],
    negatives: [],
  }) as unknown as Pair;
const PAIRS = Array.from({ length: 40 }, (_, i) => pair(i));
const state = (x: number) => {
  const numbers = () => Float32Array.of(x);
  return [{ name: 'w', shape: [1], weights: numbers(), first: numbers(), second: numbers() }];
};
const point = (step: number, heldOut?: number) => ({ step, loss: 1, learningRate: 1, gradientNorm: 1, heldOut });

describe('holding questions out', () => {
  it('sets passages aside with all their questions, the same ones for the same seed', () => {
    const { training, heldOut } = holdOut(PAIRS, 0.2, 1);
    expect([training.length, heldOut.length]).toEqual([32, 8]);
    const passages = new Set(heldOut.map(({ passage }) => passage));
    expect(training.some(({ passage }) => passages.has(passage))).toBe(false);
    expect(holdOut(PAIRS, 0.2, 1)).toEqual({ training, heldOut });
    expect(holdOut(PAIRS, 0.2, 2)).not.toEqual({ training, heldOut });
  });

  it('is refused where a side would have nothing to compare', () => {
    expect(() => holdOut(PAIRS, 0.01, 1)).toThrow('sets 0 of 20 passages aside');
  });
});

describe('watching them', () => {
  it('keeps the weights of the lowest loss, whatever becomes of the arrays they were in', () => {
    const earlyStopping = new EarlyStopping({ share: 0.1, every: 10 });
    const weights = state(1);
    earlyStopping.look(10, 0.5, weights);
    weights[0]?.weights.fill(9);
    earlyStopping.look(20, 0.7, state(2));
    expect(earlyStopping.best?.step).toBe(10);
    const [kept] = withWeights(state(3), earlyStopping.best as never);
    expect([kept?.weights[0], kept?.first[0]]).toEqual([1, 3]);
  });

  it('looks every so many steps, and at the end', () => {
    const earlyStopping = new EarlyStopping({ share: 0.1, every: 10 });
    expect([5, 10, 20, 25].map((step) => earlyStopping.isDue(step, 25))).toEqual([false, true, true, true]);
  });

  it('is over when patience is, also in a training that goes on', () => {
    const best = { step: 10, loss: 0.5, weights: new Map() };
    const losses = [point(10, 0.5), point(15), point(20, 0.6), point(30, 0.7)];
    expect(new EarlyStopping({ share: 0.1, every: 10, patience: 2 }, best).isOver(losses)).toBe(true);
    expect(new EarlyStopping({ share: 0.1, every: 10, patience: 3 }, best).isOver(losses)).toBe(false);
    expect(new EarlyStopping({ share: 0.1, every: 10 }, best).isOver(losses)).toBe(false);
  });
});
