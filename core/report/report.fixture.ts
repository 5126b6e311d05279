import type { ArtifactRef } from '../contracts/artifact.ts';
import type { QADataset } from '../contracts/dataset.ts';
import type { Evaluation, Ranking } from '../contracts/evaluation.ts';
import type { Recipe } from '../contracts/recipe.ts';
import type { RetrainResult } from '../contracts/retrain.ts';
import { RunInput } from '../contracts/run-input.ts';
import type { RunRecord } from '../contracts/run-record.ts';
import type { RunResult } from '../contracts/run-result.ts';
import { TrainingOptions } from '../contracts/training.ts';
import { evaluationDetails } from './details/evaluation-details.ts';
import type { PassageInfo, ReportData } from './report-data.ts';

const ref = (digit: string): ArtifactRef => ({ uri: `file:///objects/${digit}`, sha256: digit.repeat(64), bytes: 1 });

/**
 * Three questions over seven passages: the base model finds the second and third, the tuned model the first and second.
 */
export const DATASET: QADataset = {
  queries: { q1: 'How often is the press oiled?', q2: '滤网多久清洗一次？', q3: 'Who signs off?' },
  corpus: Object.fromEntries(['p1', 'p2', 'p3', 'p4', 'p5', 'p6', 'p7'].map((id) => [id, `Text of ${id}.`])),
  relevant_docs: { q1: ['p1'], q2: ['p2'], q3: ['p3'] },
  mode: 'text',
};

const others = ['p4', 'p5', 'p6', 'p7'];
export const BASE: Ranking[] = [
  { queryId: 'q1', top: [...others, 'p2', 'p1'], rank: 6 },
  { queryId: 'q2', top: ['p2', ...others], rank: 1 },
  { queryId: 'q3', top: ['p4', 'p3', 'p5'], rank: 2 },
];
export const TUNED: Ranking[] = [
  { queryId: 'q1', top: ['p1', ...others], rank: 1 },
  { queryId: 'q2', top: ['p2', ...others], rank: 1 },
  { queryId: 'q3', top: others, rank: 0 },
];

const PASSAGES = new Map<string, PassageInfo>([
  ['p1', { path: 'machines/press.md', headings: ['Care', 'Oil'], language: 'en' }],
  ['p2', { path: 'machines/滤网.md', headings: [], language: 'zh' }],
]);

function evaluation(system: string, hit: number): Evaluation {
  return {
    system,
    queries: 3,
    passages: 7,
    metrics: {
      'hit@5': { value: hit, low: hit - 0.0512, high: hit + 0.0498 },
      'mrr@10': { value: hit / 2, low: hit / 2 - 0.1, high: hit / 2 + 0.1 },
    },
    rankings: ref('a'),
    seconds: 1,
  };
}

const onDevelopment = (loss: number, ndcg: number) => ({ development: { loss, ndcg } });

/** The recipe of a run that chose everything. */
const RECIPE: Recipe = {
  options: TrainingOptions.parse({ scale: 71, learningRate: 5e-5 }),
  merge: 0.5,
  calibration: {
    scale: 71,
    mostLikely: 71,
    pairs: 60,
    published: { family: 'BGE v1', scale: 100, source: 'model cards' },
  },
  search: {
    development: { questions: 32, passages: 120 },
    base: { merge: 0, ...onDevelopment(1.52, 0.61) },
    trials: [
      {
        learningRate: 2e-5,
        steps: 3,
        seconds: 40,
        scores: [
          { merge: 1, ...onDevelopment(1.31, 0.66) },
          { merge: 0.5, ...onDevelopment(1.4, 0.64) },
        ],
      },
      {
        learningRate: 5e-5,
        steps: 3,
        seconds: 41,
        scores: [
          { merge: 1, ...onDevelopment(1.29, 0.65) },
          { merge: 0.5, ...onDevelopment(1.21, 0.69) },
        ],
      },
    ],
    baseIsBetter: false,
  },
};

/** The record of a run that read documents, asked questions, trained and promoted. */
export function runRecord(changes: Partial<RunRecord> = {}): RunRecord {
  return {
    workflowId: 'press-run',
    input: RunInput.parse({ documents: ['handbook'], title: 'Press handbook', publish: { name: 'press' } }),
    base: { name: 'BAAI/bge-base', revision: 'abc123', sha256: 'b'.repeat(64), maxTokens: 256, dimension: 384 },
    recipe: structuredClone(RECIPE),
    model: { files: [], sha256: 'c'.repeat(64) },
    training: {
      model: { files: [], sha256: '7'.repeat(64) },
      losses: ref('d'),
      samples: 388,
      steps: 3,
      seconds: 49.8,
      samplesPerSecond: 7.79,
      finalLoss: 0.25,
      exportDrift: 3e-13,
    },
    dataset: {
      train: ref('e'),
      validation: ref('f'),
      trainQueries: 194,
      validationQueries: 3,
      validationPassages: 7,
      shared: { merged: 5, tooGeneral: 8, inBothSplits: 2, validationInBothSplits: 2 },
    },
    roundTrip: {
      topK: 10,
      train: { questions: 197, passed: 167 },
      validation: { questions: 3, passed: 3 },
      leftOut: 30,
    },
    evaluations: [
      {
        dataset: 'validation',
        base: evaluation('base', 0.6123),
        tuned: evaluation('tuned', 0.7345),
        others: [evaluation('BM25', 0.8567)],
        gain: { metric: 'hit@5', difference: { value: 0.1222, low: 0.0314, high: 0.2118 } },
      },
    ],
    evaluatedOn: [ref('f')],
    ingest: {
      documents: ref('1'),
      read: 46,
      skipped: [{ path: 'scan.pdf', reason: 'no text layer' }],
      skippedMore: 2,
      skippedBy: [{ reason: 'no text layer', count: 3 }],
      toCheck: [
        {
          path: 'welcome.html',
          kept: 0.38,
          omitted: [{ reason: 'navigation', characters: 620, sample: 'Home Products' }],
          doubts: [{ kind: 'no-spaces', sample: 'thevalveisclosed' }],
        },
      ],
      toCheckMore: 0,
    },
    chunks: { chunks: ref('2'), count: 168, medianTokens: 142, duplicates: 4 },
    split: { split: ref('3'), by: 'documents', trainDocuments: 34, validationDocuments: 12, leakage: 0.012 },
    questions: {
      questions: ref('4'),
      count: 336,
      replayed: 300,
      spending: {
        answers: 36,
        batchApiAnswers: 0,
        promptTokens: 61_000,
        completionTokens: 4_200,
        cost: 1.234,
        seconds: 0,
      },
      quarantined: [{ chunkId: 'x', path: 'tables.md', reason: 'the answer held no question' }],
      quarantinedCount: 1,
    },
    published: { name: 'press', version: 3, promoted: true, reason: 'press v3 is promoted' },
    stages: [
      { name: 'chunks', state: 'reused', summary: '168 chunks', seconds: 0.31 },
      { name: 'train', state: 'done', summary: '3 steps', seconds: 252 },
      { name: 'report', state: 'running' },
    ],
    ...changes,
  };
}

/** Everything that a report can show. */
export function reportData(changes: Partial<RunRecord> = {}, others: Partial<ReportData> = {}): ReportData {
  const system = (name: string, rankings: Ranking[]) => ({ system: name, rankings });
  return {
    record: runRecord(changes),
    losses: [1.4, 0.8, 0.25].map((loss, i) => ({ step: i + 1, loss, learningRate: 2e-5, gradientNorm: 1 })),
    details: [
      evaluationDetails(DATASET, system('base', BASE), system('tuned', TUNED), [system('BM25', BASE)], PASSAGES),
    ],
    language: 'en',
    writtenAt: '2026-01-02T03:04:05.000Z',
    ...others,
  };
}

/** The result of the run of `runRecord`. */
export function runResult(changes: Partial<RunResult> = {}): RunResult {
  const { base, recipe, training, model, evaluations, dataset } = runRecord();
  const { samples, steps, seconds, samplesPerSecond } = training;
  return {
    base,
    model,
    modelUri: 'file:///store/runs/press-run/model',
    report: ref('5'),
    reportUri: 'file:///store/runs/press-run/report.html',
    evaluations,
    recipe,
    training: { samples, steps, seconds, samplesPerSecond },
    dataset,
    counts: { documents: 46, skipped: 3, chunks: 168, questions: 336 },
    ...changes,
  };
}

/** The result of a retraining that refused the new model. */
export function retrainResult(changes: Partial<RetrainResult> = {}): RetrainResult {
  const metrics = (hit: number) => ({ 'hit@5': { value: hit, low: hit - 0.05, high: hit + 0.05 } });
  return {
    name: 'handbook',
    decision: 'refused',
    reason: 'handbook v3 stays: the new model was refused: worse than handbook v3 by 4.0 points.',
    version: 3,
    changes: { unchanged: 95, changed: 5, added: 1, removed: 2, share: 8 / 103, paths: ['docs/<b>泵</b>.md'] },
    currentRelease: {
      version: 3,
      evaluation: { ...evaluation('tuned', 0.9), queries: 68, passages: 100, metrics: metrics(0.9) },
      unseen: { queries: 5, metrics: metrics(0.6) },
    },
    gain: { metric: 'hit@5', difference: { value: -0.04, low: -0.09, high: 0.01 }, queries: 60 },
    general: { metric: 'hit@5', difference: { value: 0.002, low: -0.01, high: 0.01 } },
    ...changes,
  };
}
