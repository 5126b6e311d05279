import { expect, it } from 'vitest';
import { resultsCsv, resultsCsvName } from './results-csv.ts';

it('has the file name that the evaluator uses', () => {
  expect(resultsCsvName('validation')).toBe('Information-Retrieval_evaluation_validation_results.csv');
});

it('refuses metrics without one of the columns instead of leaving it blank', () => {
  expect(() => resultsCsv([{ epoch: 0, steps: 1, metrics: {} }])).toThrow('hit@1');
});
