import { describe, expect, it } from 'vitest';
import type { Estimate, QuestionsEstimate } from '../../core/contracts/estimate.ts';
import type { RunRequest } from '../../core/contracts/run-input.ts';
import { parseRunInput } from '../../core/run/parse-input.ts';
import { estimateLines } from './estimate.ts';
import { estimateRemarks } from './estimate-remarks.ts';

const QUESTIONS: QuestionsEstimate = {
  answered: 1000,
  requests: 204,
  promptTokens: 61_200,
  billedPerCounted: { ratio: 1.004, answers: 1000 },
  answerTokens: { low: 38, likely: 40, high: 42 },
  answersSeen: 1000,
  profile: 'default',
  model: 'gpt-4o-mini',
  encoding: 'o200k_base',
  exact: true,
  batched: false,
  completionTokens: { low: 7752, likely: 8160, high: 8568 },
  price: { low: 0.0138, likely: 0.0141, high: 0.0143 },
  time: {
    seconds: 24.5,
    binds: 'requests',
    secondsPerRequest: 1,
    measured: true,
    requestsPerMinute: 500,
    concurrency: 8,
  },
};
const ESTIMATE: Estimate = {
  corpus: { documents: 46, skipped: 1, chunks: 1204, medianTokens: 142 },
  questions: QUESTIONS,
  training: {
    pairs: 1800,
    steps: 360,
    pilot: {
      steps: 5,
      samplesPerSecond: 21.9,
      seconds: 164,
      peakBytes: 1.31e9,
      recomputedLayers: 0,
      embeddingSeconds: 40,
    },
  },
};

function shown(
  questions: Partial<QuestionsEstimate> = {},
  request: Partial<RunRequest> = {},
  estimate = ESTIMATE,
): string {
  const input = parseRunInput({ documents: ['docs'], ...request });
  const full = { ...estimate, questions: { ...QUESTIONS, ...questions } };
  return estimateLines(full, input, estimateRemarks(full, input, true), (_, text) => text).join('\n');
}

describe('an estimate', () => {
  it('is printed as a table', () => {
    expect(shown()).toBe(
      [
        '  documents    46 read, 1 skipped',
        '  chunks       1,204, median 142 tokens',
        '  requests     204 to gpt-4o-mini, 2 questions each; 1,000 of 1,204 are already answered',
        '  prompts      61,200 tokens, counted as OpenAI does (o200k_base)',
        '  answers      about 8,160 tokens (7,752 to 8,568), from 1,000 answers in the ledger',
        '  price        about $0.0141 ($0.0138 to $0.0143)',
        '  asking       about 25 s at 500 requests a minute',
        '  training     2 × 1,800 pairs in 360 steps: about 2 min 44 s at 21.9 pairs/s (measured over 5 steps)',
        '  memory       1.3 GB at most',
        '  evaluation   about 40 s',
      ].join('\n'),
    );
  });

  it('says that no requests are needed if all are answered', () => {
    const text = shown({ answered: 1204, requests: 0, promptTokens: 0 });
    expect(text).toContain('requests     none: all 1,204 are already answered');
    expect(text).not.toMatch(/prompts|price|!/);
  });

  it('says whether the budget is enough', () => {
    const budget = (dollars: number) => shown({}, { questions: { budget: dollars } });
    expect(budget(0.01)).toContain('The budget of $0.0100 will be used up');
    expect(budget(0.014)).toContain('The budget of $0.0140 may be used up: the price may reach $0.0143.');
    expect(budget(1)).not.toContain('budget');
  });

  it('says which settings are missing for a price and a time', () => {
    const { price: _, ...unpriced } = QUESTIONS;
    const withoutPrice = { ...ESTIMATE, questions: unpriced };
    const input = parseRunInput({ documents: ['docs'] });
    expect(estimateRemarks(withoutPrice, input, true)).toEqual([
      expect.stringContaining('profiles: { default: { prices: { gpt-4o-mini: { prompt: …, completion: … } } } }'),
    ]);
    const { time: __, ...unknown } = unpriced;
    expect(estimateRemarks({ ...ESTIMATE, questions: unknown }, input, true)).toEqual([
      expect.stringContaining('OPENAI_API_KEY'),
    ]);
  });

  it('says that the Batch API may take a day', () => {
    expect(shown({ batched: true })).toContain('asking       within a day, through the Batch API');
    expect(shown({ batched: true }, { questions: { mode: 'auto' } })).toContain('If the endpoint has no Batch API');
  });

  it('says how exact its token counts are', () => {
    expect(shown({ billedPerCounted: { ratio: 1.12, answers: 20 } })).toContain('billed 1.12 times the prompt tokens');
    const { billedPerCounted: _, ...unseen } = QUESTIONS;
    const of = (change: Partial<QuestionsEstimate>) =>
      estimateRemarks({ ...ESTIMATE, questions: { ...unseen, ...change } }, parseRunInput({ documents: ['x'] }), true);
    expect(of({}).join()).toContain('schema');
    expect(of({ exact: false, model: 'qwen2.5:7b' }).join()).toContain('has another tokenizer');
    expect(of({ answersSeen: 0 }).join()).toContain('--pilot-questions 20');
  });

  it('says that training could not be measured', () => {
    const busy = { ...ESTIMATE, training: { pairs: 1800, steps: 360 } };
    expect(shown({}, {}, busy)).toContain('The worker that trains was busy');
    expect(estimateRemarks(busy, parseRunInput({ documents: ['x'] }), false)).toEqual([]);
  });
});
