import { describe, expect, it } from 'vitest';
import type { MergeScore, Trial } from '../contracts/recipe.ts';
import { chooseTrial } from './choose-trial.ts';

const score = (merge: number, loss: number, general?: number): MergeScore => ({
  merge,
  development: { loss, ndcg: 0.5 },
  ...(general !== undefined && { general: { loss: 1, ndcg: general } }),
});
const trial = (learningRate: number, ...scores: MergeScore[]): Trial => ({
  learningRate,
  steps: 1,
  seconds: 1,
  scores,
});

describe('of the trials', () => {
  it('the one with the lowest loss on the development questions is chosen, with its merge', () => {
    const trials = [trial(2e-5, score(1, 1.2), score(0.5, 1.4)), trial(1e-4, score(1, 1.3), score(0.5, 1.1))];
    expect(chooseTrial(trials, score(0, 1.5))).toEqual({ learningRate: 1e-4, merge: 0.5, baseIsBetter: false });
  });

  const answers = (merge: number, ...losses: number[]): MergeScore => ({
    merge,
    development: { ndcg: 0.5, loss: losses.reduce((sum, loss) => sum + loss, 0) / losses.length, losses },
  });

  it.each([1, 0.5])(
    'the lowest rate is chosen that the questions cannot tell from the best, with its best merge',
    (m) => {
      const trials = [
        trial(2e-5, answers(m, 1.1, 2.9, 1.1), answers(0.75, 1.2, 3, 1.2), answers(0.25, 1.3, 2.9, 1.2)),
        trial(1e-4, answers(1, 0.9, 3.1, 1), answers(0.5, 0.8, 3.2, 0.9)),
      ];
      expect(chooseTrial(trials, score(0, 3))).toEqual({ learningRate: 2e-5, merge: m, baseIsBetter: false });
    },
  );

  it('a higher rate is chosen that is better on question after question', () => {
    const trials = [trial(2e-5, answers(1, 1.1, 3.1, 1.2)), trial(1e-4, answers(1, 0.9, 3, 1))];
    expect(chooseTrial(trials, score(0, 3))).toMatchObject({ learningRate: 1e-4, merge: 1 });
  });

  it('one that is as good but worse than the base model is not chosen', () => {
    const trials = [trial(2e-5, answers(1, 1, 3, 1.7)), trial(1e-4, answers(1, 1.2, 2.8, 1.4))];
    expect(chooseTrial(trials, score(0, 1.85))).toMatchObject({ learningRate: 1e-4 });
  });

  it('one that forgets more than 0.01 of the general set is not chosen', () => {
    const trials = [trial(2e-5, score(1, 1.2, 0.795), score(0.5, 1.3, 0.8)), trial(1e-4, score(1, 1, 0.78))];
    expect(chooseTrial(trials, score(0, 1.5, 0.8))).toMatchObject({ learningRate: 2e-5, merge: 1 });
  });

  it('the smallest change is trained, to be reported, if the base model is better than all', () => {
    const trials = [trial(2e-5, score(1, 1.7), score(0.25, 1.6)), trial(1e-4, score(1, 2), score(0.25, 1.8))];
    expect(chooseTrial(trials, score(0, 1.5))).toEqual({ learningRate: 2e-5, merge: 0.25, baseIsBetter: true });
  });

  it('none is good enough if all forget the general set', () => {
    expect(chooseTrial([trial(2e-5, score(1, 1, 0.7))], score(0, 1.5, 0.8)).baseIsBetter).toBe(true);
  });
});
