import type { Verdict } from '../verdict.ts';

const SMALL_NUMBERS = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
const spelt = (n: number) => SMALL_NUMBERS[n] ?? String(n);
const counted = (n: number, one: string, many = `${one}s`) => `${n.toLocaleString('en')} ${n === 1 ? one : many}`;

/** The report's own words, in English. Every other language has the same entries (`Words`). */
export const en = {
  report: 'Training report',
  sentences: (...sentences: string[]) => sentences.filter((sentence) => sentence !== '').join(' '),
  percent: (value: string) => `${value}\u202f%`,
  verdict: {
    better: 'Better than the base model.',
    worse: 'Worse than the base model.',
    undecided: 'No clear difference from the base model.',
  } satisfies Record<Verdict, string>,
  /** A metric at the head of a sentence. */
  metric: (kind: string, k: number, label: string) => (kind === 'hit' ? `Hit rate at ${k}` : label),
  change: (metric: string, base: string, tuned: string, points: string, low: string, high: string) =>
    `${metric} went from ${base} to ${tuned}: ${points} points (95 % confidence interval ${low} to ${high}).`,
  inOtherWords: (depth: number, base: number, tuned: number, queries: number) =>
    `The right passage is among the first ${spelt(depth)} for ${tuned} of ${counted(queries, 'question')}; with the base model it was for ${base}.`,
  beatenBy: (system: string, metric: string, value: string) =>
    `${system} does better still on these questions: ${metric} ${value}.`,
  fewQueries: (queries: number) =>
    `With ${counted(queries, 'question')} only, take the figures as a hint: more validation questions would narrow the intervals.`,
  leaks: (share: string) =>
    `${share} of the passages judged by have a near-duplicate among those trained on, which flatters the tuned model.`,
  difference: 'Difference',
  points: (points: string) => `${points} points`,
  base: 'base',
  tuned: 'tuned',

  figures: 'Figures',
  evaluatedOn: (queries: number, passages: number) =>
    `${counted(queries, 'question')} over ${counted(passages, 'passage')}; every passage is ranked for every question, exactly.`,
  heldOut: 'Their documents were kept out of training.',
  intervals:
    'Beside each figure its 95 % bootstrap interval. The difference is paired by question, so it can be certain even where the two intervals overlap.',
  system: 'System',
  allMetrics: 'All metrics',
  gain: (metric: string, points: string, low: string, high: string) =>
    `Tuned minus base, ${metric}: ${points} points (${low} to ${high}).`,
  alsoOn: (name: string) => `On another data set: ${name}`,
  intervalChart: (metric: string) => `${metric} with its 95 % interval`,

  curves: 'How it learnt, and where it counts',
  lossChart: 'Training loss',
  lossCaption: (first: string, last: string, steps: number) =>
    steps === 1
      ? `One step; loss ${first}.`
      : `Loss a step, and its running mean: ${first} over the first tenth of ${steps} steps, ${last} over the last.`,
  step: 'step',
  loss: 'loss',
  noLosses: 'No loss was recorded.',
  hitRateChart: 'Hit rate by rank',
  hitRateCaption: 'Share of questions whose right passage is among the first k.',
  depth: 'first k passages',
  hitRate: 'hit rate',

  slices: 'By part',
  sliceCaption: 'Hit rate at 5. Small parts scatter: mind the number of questions.',
  sliceBy: { language: 'Language', length: 'Characters in the question', document: 'Document' },
  questions: 'Questions',

  foundNow: 'Found now, missed before',
  lostNow: 'Missed now, found before',
  examplesShown: (shown: number, count: number) =>
    shown < count
      ? `${counted(count, 'question')}, of which the ${shown} that moved most:`
      : `${counted(count, 'question')}:`,
  noFoundNow: 'No question is answered within the first five that was not before.',
  noLostNow: 'Every question that was answered within the first five still is.',
  rankMoved: (base: string, tuned: string) => `rank ${base} → ${tuned}`,
  notFound: 'not found',
  rightPassage: 'The right passage',
  wholePassage: 'the whole passage',
  insteadBase: 'What the base model put first',
  insteadTuned: 'What the tuned model puts first',

  data: 'What went in, and what was left out',
  documentsRead: 'Documents read',
  documentsSkipped: 'Documents skipped',
  chunks: 'Passages',
  chunksNote: (median: number, duplicates: number) =>
    `median ${median} tokens${duplicates > 0 ? `, ${counted(duplicates, 'duplicate')} dropped` : ''}`,
  split: 'Split',
  splitNote: (train: number, validation: number) =>
    `${counted(train, 'document')} to train on, ${validation} to judge by`,
  leakage: 'Near-duplicates across the split',
  trainQuestions: 'Questions trained on',
  hardNegatives: 'Hard negatives found',
  hardNegativesNote: (kept: string, without: number) =>
    `${kept}\u202f% of the passages looked at were far enough from the answer${without > 0 ? `; none for ${counted(without, 'question')}` : ''}`,
  validationQuestions: 'Questions judged by',
  sharedQuestions: 'Questions that several passages answer',
  sharedNote: (tooGeneral: number, inBothSplits: number) =>
    [
      tooGeneral > 0 ? `${tooGeneral.toLocaleString('en')} too general left out` : '',
      inBothSplits > 0 ? `${inBothSplits.toLocaleString('en')} left out of training, as they judge` : '',
    ]
      .filter((note) => note !== '')
      .join(', '),
  roundTrip: (topK: number) => `Questions whose passage the base model puts among the first ${topK}`,
  roundTripLeftOut: (count: number) => `${counted(count, 'other')} left out of training`,
  notAsked: 'Passages not asked about',
  notAskedNote: 'the budget for questions was used up',
  nothingSkipped: 'Every document was read, and every passage has its questions.',
  file: 'File',
  reason: 'Reason',
  more: (count: number) => `and ${count} more`,
  quarantineFile: '; all of them are listed in dataset/quarantine.jsonl',
  quarantined: (count: number) => `${counted(count, 'passage')} without questions`,

  cost: 'Cost and time',
  stage: 'Step',
  outcome: 'Outcome',
  time: 'Time',
  stages: {
    model: 'model',
    documents: 'documents',
    chunks: 'chunks',
    split: 'split',
    questions: 'questions',
    dataset: 'dataset',
    train: 'train',
    evaluate: 'evaluate',
    publish: 'publish',
    report: 'report',
  } as Record<string, string>,
  states: { reused: 'reused', skipped: 'skipped', failed: 'failed' } as Record<string, string>,
  asking: 'Asking for questions',
  askingNote: (asked: number, replayed: number, tokens: string) =>
    `${counted(asked, 'request')} sent, ${counted(replayed, 'recorded answer')} replayed, ${tokens} tokens`,
  noPrice: 'no price known',
  training: 'Training',
  trainingNote: (samples: string, rate: string, steps: string) =>
    `${samples} pairs in ${steps} steps, ${rate} pairs a second`,

  lineage: 'Lineage',
  run: 'Run',
  baseModel: 'Base model',
  tunedModel: 'Tuned model (its trained weights)',
  published: 'Published',
  promoted: (name: string, version: number) => `${name}, version ${version}`,
  revision: 'revision',
  trainData: 'Training data',
  validationData: 'Validation data',
  options: 'Training options',
  runInput: 'The input that gives this run again',
  writtenAt: (time: string) => `Written ${time} by Hone. This page loads nothing and sends nothing.`,
};

export type Words = typeof en;
