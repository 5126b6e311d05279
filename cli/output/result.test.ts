import { describe, expect, it } from 'vitest';
import type { Evaluation } from '../../core/contracts/evaluation.ts';
import type { RunResult } from '../../core/contracts/run-result.ts';
import { placeOf, resultLines } from './result.ts';
import { resultJson } from './result-json.ts';

const ref = { uri: 'file:///w/.hone/store/objects/aa', sha256: 'a'.repeat(64), bytes: 1 };
const estimate = (value: number) => ({ value, low: value - 0.0512, high: value + 0.0512 });

function evaluation(system: string, hit: number): Evaluation {
  const metrics = { 'hit@5': hit, 'mrr@5': hit - 0.1, 'mrr@10': hit - 0.1, 'ndcg@10': hit - 0.05 };
  return {
    system,
    queries: 96,
    passages: 60,
    metrics: Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, estimate(value)])),
    rankings: ref,
    seconds: 1,
  };
}

const result: RunResult = {
  base: { name: 'mini', revision: 'abc', sha256: 'b'.repeat(64), maxTokens: 256, dimension: 384 },
  model: { files: [], sha256: 'c'.repeat(64) },
  modelUri: 'file:///w/.hone/store/models/%E6%89%8B%E5%86%8C',
  report: ref,
  reportUri: 'file:///w/.hone/store/report.html',
  evaluations: [
    {
      dataset: 'validation',
      base: evaluation('base', 0.7188),
      tuned: evaluation('tuned', 0.8333),
      others: [evaluation('BM25', 0.7812)],
      gain: { metric: 'hit@5', difference: { value: 0.1145, low: 0.062, high: 0.169 } },
    },
  ],
  training: { samples: 680, seconds: 40.5, samplesPerSecond: 16.8, steps: 68 },
  dataset: { train: ref, validation: ref, trainQueries: 240, validationQueries: 96, validationPassages: 60 },
  counts: { documents: 46, skipped: 1, chunks: 168, questions: 336 },
  published: { name: 'handbook', version: 2, promoted: true, reason: 'Better than base by 11.5 points.' },
};
const lines = (of: RunResult) => resultLines(of, 'handbook-1a2b3c4d', '/w', (_format, text) => text);

describe('the end of a run', () => {
  it('is a table of figures with intervals, the decision, and paths that can be pasted', () => {
    expect(lines(result)).toEqual([
      '  On 96 questions over 60 passages (95 % intervals in brackets)',
      '                base                 tuned                BM25',
      '  hit rate @5   0.719 [0.67, 0.77]   0.833 [0.78, 0.88]   0.781 [0.73, 0.83]',
      '  MRR @10       0.619 [0.57, 0.67]   0.733 [0.68, 0.78]   0.681 [0.63, 0.73]',
      '  nDCG @10      0.669 [0.62, 0.72]   0.783 [0.73, 0.83]   0.731 [0.68, 0.78]',
      '  Tuned is better than base by 11.5 points in hit rate @5 (95 % CI 6.2 to 16.9)',
      '',
      '  Published handbook v2',
      '',
      '  Report  .hone/store/report.html',
      '  Model   .hone/store/models/手册',
      '  Again   npx hone show handbook',
    ]);
  });

  it('says in words that the gate refused, and that tuning made it worse', () => {
    const [evaluation] = result.evaluations as [RunResult['evaluations'][0]];
    const worse = lines({
      ...result,
      evaluations: [{ ...evaluation, gain: { metric: 'hit@5', difference: { value: -0.02, low: -0.05, high: 0.01 } } }],
      published: { name: 'handbook', version: 2, promoted: false, reason: 'It is worse.' },
    });
    expect(worse).toContain('  Tuned is worse than base by 2.0 points in hit rate @5 (95 % CI -5.0 to 1.0)');
    expect(worse).toContain('  Not published: handbook stays as it was. It is worse.');
    expect(worse.at(-1)).toBe('  Again   npx hone show handbook-1a2b3c4d');
  });

  it('names further data sets', () => {
    const [evaluation] = result.evaluations as [RunResult['evaluations'][0]];
    const both = lines({
      ...result,
      evaluations: [evaluation, { ...evaluation, dataset: 'general.json', others: [] }],
    });
    expect(both.join('\n')).toContain('60 passages of general.json (');
  });
});

describe('--json', () => {
  it('has the fields scripts are promised, figures as plain numbers, paths as paths', () => {
    const json = JSON.parse(JSON.stringify(resultJson('handbook-1a2b3c4d', result)));
    expect(json).toMatchObject({
      workflowId: 'handbook-1a2b3c4d',
      model: '/w/.hone/store/models/手册',
      report: '/w/.hone/store/report.html',
      base: { 'hit@5': 0.7188, 'mrr@5': 0.6188, 'mrr@10': 0.6188, 'ndcg@10': 0.6688 },
      tuned: { 'hit@5': 0.8333 },
      training: { samples: 680, seconds: 40.5, samplesPerSecond: 16.8, steps: 68 },
      counts: { documents: 46, skipped: 1, chunks: 168, questions: 336 },
      others: { BM25: { 'hit@5': 0.7812 } },
      gain: { metric: 'hit@5', value: 0.1145 },
      published: { promoted: true },
    });
    expect(json).not.toHaveProperty('alsoOn');
  });
});

describe('where something lies', () => {
  it('is relative below the working directory, absolute elsewhere, and a URI where it is no file', () => {
    expect(placeOf('file:///w/a/b', '/w')).toBe('a/b');
    expect(placeOf('file:///v/a', '/w')).toBe('/v/a');
    expect(placeOf('s3://bucket/key', '/w')).toBe('s3://bucket/key');
  });
});
