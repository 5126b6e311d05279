import { expect, it } from 'vitest';
import { resultsCsv, resultsCsvName } from './results-csv.ts';

it('is named as the evaluator names its file', () => {
  expect(resultsCsvName('validation')).toBe('Information-Retrieval_evaluation_validation_results.csv');
});

it('refuses figures that lack a column instead of leaving it blank', () => {
  expect(() => resultsCsv([{ epoch: 0, steps: 1, metrics: {} }])).toThrow('hit@1');
});
