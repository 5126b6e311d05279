import { describe, expect, it } from 'vitest';
import type { Recipe } from '../../core/contracts/recipe.ts';
import type { RunResult } from '../../core/contracts/run-result.ts';
import { TrainingOptions } from '../../core/contracts/training.ts';
import { placeOf, resultLines } from './result.ts';
import { resultJson } from './result-json.ts';
import { datasetEvaluation, runResult } from './run-result.fixture.ts';

const lines = (result: RunResult) => resultLines(result, 'handbook-1a2b3c4d', '/w', (_format, text) => text);

describe('the result of a run', () => {
  it('is a table of metrics with intervals, the decision, and paths that can be pasted', () => {
    expect(lines(runResult)).toEqual([
      '  On 96 questions over 60 passages (95 % intervals in brackets)',
      '                base                 tuned                BM25',
      '  hit rate @5   0.719 [0.67, 0.77]   0.833 [0.78, 0.88]   0.781 [0.73, 0.83]',
      '  MRR @10       0.619 [0.57, 0.67]   0.733 [0.68, 0.78]   0.681 [0.63, 0.73]',
      '  nDCG @10      0.669 [0.62, 0.72]   0.783 [0.73, 0.83]   0.731 [0.68, 0.78]',
      '  Tuned is better than base by 11.5 points in hit rate @5 (95 % CI 6.2 to 16.9)',
      '',
      '  Published handbook v2',
      '',
      '  Recipe  scale 20; learning rate 2e-5',
      '  Cost    $1.23 for 36 requests: 61,000 prompt and 4,200 completion tokens',
      '  Report  .hone/store/report.html',
      '  Model   .hone/store/models/手册',
      '  Again   npx hone show handbook',
    ]);
  });

  it('says that the gate refused the model, and that it is worse than base', () => {
    const worse = lines({
      ...runResult,
      evaluations: [
        { ...datasetEvaluation, gain: { metric: 'hit@5', difference: { value: -0.02, low: -0.05, high: 0.01 } } },
      ],
      published: { name: 'handbook', version: 2, promoted: false, reason: 'It is worse.' },
    });
    expect(worse).toContain('  Tuned is worse than base by 2.0 points in hit rate @5 (95 % CI -5.0 to 1.0)');
    expect(worse).toContain('  Not published: handbook is unchanged. It is worse.');
    expect(worse.at(-1)).toBe('  Again   npx hone show handbook-1a2b3c4d');
  });

  it('says that a gain is on too few questions to tell', () => {
    const gain = { metric: 'hit@5', difference: { value: 1, low: -0.3, high: 1 }, queries: 1 };
    expect(lines({ ...runResult, evaluations: [{ ...datasetEvaluation, gain }] })).toContain(
      '  Tuned is better than base by 100.0 points in hit rate @5 (95 % CI -30.0 to 100.0; too few to tell: 1 question, of at least 30)',
    );
  });

  it('says what a run cost that asked nothing, and one whose model has no price', () => {
    const costLine = (cost: RunResult['cost']) => lines({ ...runResult, cost }).find((line) => line.includes('Cost'));
    const asked = { requests: 1, promptTokens: 500, completionTokens: 1 };
    expect(costLine({ dollars: 0, requests: 0, promptTokens: 0, completionTokens: 0 })).toBe(
      '  Cost    $0.00: nothing was asked',
    );
    expect(costLine(asked)).toBe('  Cost    price unknown for 1 request: 500 prompt and 1 completion tokens');
    expect(costLine(undefined)).toBeUndefined();
  });

  it('says what the recipe was chosen by', () => {
    const options = TrainingOptions.parse({ scale: 100, learningRate: 5e-5 });
    const calibration = { scale: 100, mostLikely: 152, pairs: 60 };
    const score = (merge: number) => ({ merge, development: { ndcg: 0.5, loss: 1 } });
    const trial = { learningRate: 5e-5, steps: 1, seconds: 1, scores: [score(1), score(0.5)] };
    const search = {
      development: { questions: 40, passages: 130 },
      base: score(0),
      trials: [trial, trial],
      baseIsBetter: false,
    };
    const recipeLine = (recipe: Recipe) => lines({ ...runResult, recipe }).find((line) => line.includes('Recipe'));
    expect(recipeLine({ options, merge: 0.5, calibration, search })).toBe(
      '  Recipe  scale 100, fitted to the base model; learning rate 5e-5 and 50 % of the tuned weights, the best of 4 on held-out training questions',
    );
    expect(recipeLine({ options, merge: 0.25, calibration, search: { ...search, baseIsBetter: true } })).toBe(
      '  Recipe  scale 100, fitted to the base model; the base model is better than all that was tried',
    );
  });

  it('has a table for each further dataset, with its name', () => {
    const both = lines({
      ...runResult,
      evaluations: [datasetEvaluation, { ...datasetEvaluation, dataset: 'general.json', others: [] }],
    });
    expect(both.join('\n')).toContain('60 passages of general.json (');
  });
});

describe('--json', () => {
  it('has the documented fields, with metrics as numbers and paths as paths', () => {
    const json = JSON.parse(JSON.stringify(resultJson('handbook-1a2b3c4d', runResult)));
    expect(json).toMatchObject({
      workflowId: 'handbook-1a2b3c4d',
      model: '/w/.hone/store/models/手册',
      report: '/w/.hone/store/report.html',
      base: { 'hit@5': 0.7188, 'mrr@5': 0.6188, 'mrr@10': 0.6188, 'ndcg@10': 0.6688 },
      tuned: { 'hit@5': 0.8333 },
      training: { samples: 680, seconds: 40.5, samplesPerSecond: 16.8, steps: 68 },
      counts: { documents: 46, skipped: 1, chunks: 168, questions: 336 },
      cost: { dollars: 1.234, requests: 36, promptTokens: 61_000, completionTokens: 4_200 },
      others: { BM25: { 'hit@5': 0.7812 } },
      gain: { metric: 'hit@5', value: 0.1145 },
      published: { promoted: true },
    });
    expect(json).not.toHaveProperty('alsoOn');
  });
});

describe('a place', () => {
  it('is a relative path inside the working directory, an absolute path elsewhere, or else a URI', () => {
    expect(placeOf('file:///w/a/b', '/w')).toBe('a/b');
    expect(placeOf('file:///v/a', '/w')).toBe('/v/a');
    expect(placeOf('s3://bucket/key', '/w')).toBe('s3://bucket/key');
  });
});
