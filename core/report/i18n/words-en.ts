import type { Doubt, Omission } from '../../contracts/corpus.ts';
import type { ScaleCalibration } from '../../contracts/recipe.ts';
import type { RunRecord } from '../../contracts/run-record.ts';
import type { Published } from '../../contracts/run-result.ts';
import type { Verdict } from '../report-data.ts';
import { STAGES_EN } from './stage-names.ts';

const SMALL_NUMBERS = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
const spelt = (n: number) => SMALL_NUMBERS[n] ?? String(n);
const counted = (n: number, one: string, many = `${one}s`) => `${n.toLocaleString('en')} ${n === 1 ? one : many}`;

/** English texts of the report. Other languages have the same entries (`Words`). */
export const en = {
  report: 'Training report',
  sentences: (...sentences: string[]) => sentences.filter((sentence) => sentence !== '').join(' '),
  percent: (value: string) => `${value}\u202f%`,

  // Result
  verdict: {
    better: 'Better than the base model.',
    worse: 'Worse than the base model.',
    undecided: 'No clear difference from the base model.',
  } satisfies Record<Verdict, string>,
  tooFew: (questions: number, documents: number) =>
    `Too few to tell: that takes at least ${questions} questions about at least ${documents} documents.`,
  /** A metric at the beginning of a sentence. */
  metric: (kind: string, k: number, label: string) => (kind === 'hit' ? `Hit rate at ${k}` : label),
  change: (metric: string, base: string, tuned: string, points: string, low: string, high: string) =>
    `${metric} went from ${base} to ${tuned}: ${points} points (95 % confidence interval ${low} to ${high}).`,
  hitCounts: (depth: number, base: number, tuned: number, queries: number) =>
    `The right passage is among the first ${spelt(depth)} for ${tuned} of ${counted(queries, 'question')}; with the base model it was for ${base}.`,
  otherIsBetter: (system: string, metric: string, value: string) =>
    `${system} scores higher on these questions: ${metric} ${value}.`,
  fewQueries: (queries: number) =>
    `There are only ${counted(queries, 'question')}, so the metrics are a rough guide. More validation questions would narrow the intervals.`,
  leakage: (share: string) =>
    `${share} of the validation passages have a near-duplicate in the training data, which makes the tuned model look better than it is.`,
  /** What was decided about publishing; `reason` is recorded in English. */
  publication: (published: Published, _record: RunRecord) => published.reason,
  difference: 'Difference',
  points: (points: string) => `${points} points`,
  base: 'base',
  tuned: 'tuned',

  // Metrics
  metrics: 'Metrics',
  evaluatedOn: (queries: number, passages: number, documents?: number) =>
    `${counted(queries, 'question')}${documents === undefined ? '' : ` about ${counted(documents, 'document')}`} over ${counted(passages, 'passage')}. All passages are ranked for each question by exact search.`,
  heldOut: 'Documents of the validation set are not used for training.',
  intervals:
    'Each value has its 95 % confidence interval: Wilson’s for rates, a bootstrap interval for the others. Questions about the same document are not taken for independent. The difference is paired by question, so it can be significant even if the two intervals overlap.',
  system: 'System',
  allMetrics: 'All metrics',
  gain: (metric: string, points: string, low: string, high: string) =>
    `Tuned minus base, ${metric}: ${points} points (${low} to ${high}).`,
  alsoOn: (name: string) => `On another dataset: ${name}`,
  intervalChart: (metric: string) => `${metric} with its 95 % interval`,

  // Curves
  curves: 'Training loss and hit rate by rank',
  lossChart: 'Training loss',
  lossCaption: (first: string, last: string, steps: number) =>
    steps === 1
      ? `One step; loss ${first}.`
      : `Loss of each step and its running mean: ${first} over the first tenth of ${steps} steps, ${last} over the last tenth.`,
  step: 'step',
  loss: 'loss',
  noLosses: 'No loss was recorded.',
  hitRateChart: 'Hit rate by rank',
  hitRateCaption: 'Share of questions whose right passage is among the first k.',
  depth: 'first k passages',
  hitRate: 'hit rate',

  // Recipe
  recipe: 'Recipe of the training',
  scale: 'Scale of the loss',
  scaleNote: ({ mostLikely, pairs, published, ...used }: ScaleCalibration) =>
    `the base model’s own cosines of ${counted(pairs, 'training pair')} fit ${mostLikely >= 1000 ? '1000 or more' : mostLikely} best; 20 to 100 are used${published ? `; ${published.family} was trained with ${published.scale}${published.scale === used.scale ? ', which these pairs do not contradict' : ''}` : ''}`,
  learningRate: 'Learning rate',
  merge: 'Share of the tuned model',
  mergeNote: 'in the published weights; the base model has the rest',
  trials: (questions: number, passages: number) =>
    `The learning rate is the lowest that is as good as the best on ${counted(questions, 'training question')} that the trials did not train on, among ${counted(passages, 'training passage')}, with the share that is best at this rate. The published model is trained on all training questions.`,
  baseIsBetter: 'The base model ranks them better than every trial, so the tuned model is not published.',
  trialChart: 'Loss of the trials',
  trialCaption: 'A line for each learning rate, from the base model (0) to the tuned one (1). Lower is better.',
  allTrials: 'All trials',
  developmentLoss: 'loss on held-out questions',
  chosen: 'chosen',

  // Slices
  slices: 'Results by group',
  sliceCaption: 'Hit rate at 5. The results of small groups vary a lot: check the number of questions.',
  sliceBy: { language: 'Language', length: 'Characters in the question', document: 'Document' },
  /** A language by its BCP 47 tag. */
  language: (tag: string) => tag,
  questions: 'Questions',

  // Examples
  foundNow: 'Found now, missed before',
  lostNow: 'Missed now, found before',
  examplesShown: (shown: number, count: number) =>
    shown < count
      ? `${counted(count, 'question')}; the ${shown} with the largest change of rank:`
      : `${counted(count, 'question')}:`,
  noFoundNow: 'The base model already found every passage that the tuned model ranks among the first five.',
  noLostNow: 'The tuned model still finds every passage that the base model ranked among the first five.',
  rankChange: (base: string, tuned: string) => `rank ${base} → ${tuned}`,
  notFound: 'not found',
  rightPassage: 'Right passage',
  wholePassage: 'whole passage',
  insteadBase: 'Ranked first by the base model',
  insteadTuned: 'Ranked first by the tuned model',

  // Data
  data: 'Data used and skipped',
  documentsRead: 'Documents read',
  documentsSkipped: 'Documents skipped',
  documentsToCheck: 'Documents to check',
  keptShare: (percent: string) => `${percent}\u202f% kept`,
  withSample: (what: string, sample: string) => `${what} “${sample}”`,
  omission: {
    navigation: 'navigation',
    consent: 'consent banner',
    'running-head': 'running heads',
    watermark: 'watermark',
    contents: 'table of contents',
    hidden: 'hidden text',
    comment: 'comments',
    repeated: 'repeated on most pages',
  } satisfies Record<Omission['reason'], string>,
  doubt: {
    'replacement-characters': 'characters that could not be decoded',
    'presentation-forms': 'glyphs instead of letters',
    'doubled-letters': 'letters drawn twice',
    'no-spaces': 'words without spaces',
    'single-letters': 'single letters on lines of their own',
    'guessed-encoding': 'encoding guessed',
    'pages-without-text': 'pages without text (scanned?)',
    'formulas-without-values': 'formulas without stored results (open and save it in a spreadsheet program)',
    'equations-not-read': 'equations that were not read',
  } satisfies Record<Doubt['kind'], string>,
  chunks: 'Passages',
  chunksNote: (median: number, duplicates: number) =>
    `median ${median} tokens${duplicates > 0 ? `, ${counted(duplicates, 'duplicate')} left out` : ''}`,
  split: 'Split',
  splitNote: (train: number, validation: number) =>
    `${counted(train, 'document')} for training, ${validation} for validation`,
  nearDuplicates: 'Validation passages with a near-duplicate in the training data',
  trainQuestions: 'Training questions',
  hardNegatives: 'Hard negatives mined',
  hardNegativesNote: (kept: string, without: number) =>
    `${kept}\u202f% of the candidates were different enough from the answer${without > 0 ? `; none for ${counted(without, 'question')}` : ''}`,
  validationQuestions: 'Validation questions',
  sharedQuestions: 'Questions that several passages answer',
  sharedNote: (tooGeneral: number, inBothSplits: number) =>
    [
      tooGeneral > 0 ? `${tooGeneral.toLocaleString('en')} too general left out` : '',
      inBothSplits > 0
        ? `${inBothSplits.toLocaleString('en')} left out of training because validation has them too`
        : '',
    ]
      .filter((note) => note !== '')
      .join(', '),
  roundTrip: (topK: number) => `Questions whose passage the base model ranks among the first ${topK}`,
  roundTripLeftOut: (count: number) => `${counted(count, 'other')} left out of training`,
  notAsked: 'Passages not asked about',
  notAskedNote: 'the budget for questions was used up',
  nothingSkipped: 'Every document was read, and every passage has questions.',
  file: 'File',
  reasonHeading: 'Reason',
  /** A recorded reason; undefined if there is none in this language. */
  reason: (recorded: string): string | undefined => recorded,
  more: (count: number) => `and ${count} more`,
  quarantineFile: '; the full list is in dataset/quarantine.jsonl',
  quarantined: (count: number) => `${counted(count, 'passage')} without questions`,

  // Cost and time
  cost: 'Cost and time',
  stage: 'Stage',
  outcome: 'Result',
  time: 'Time',
  stages: STAGES_EN as Readonly<Record<string, string>>,
  /** The result of a stage in one line; `summary` is recorded in English. */
  stageOutcome: (_stage: string, summary: string | undefined, _record: RunRecord): string => summary ?? '',
  states: { reused: 'reused', skipped: 'skipped', failed: 'failed' } as Record<string, string>,
  questionCost: 'Questions',
  questionCostNote: (
    asked: number,
    replayed: number,
    tokens: { prompt: string; completion: string },
    countedHere: number,
  ) =>
    `${counted(asked, 'request')} sent, ${counted(replayed, 'recorded answer')} reused, ${tokens.prompt} prompt and ${tokens.completion} completion tokens${countedHere > 0 ? ', counted by Hone, as the endpoint states none' : ''}`,
  noPrice: 'price unknown',
  training: 'Training',
  trainingNote: (samples: string, rate: string, steps: string) =>
    `${samples} pairs in ${steps} steps, ${rate} pairs per second`,
  leftOut: 'Pairs not trained on',
  leftOutNote: 'every other question shares their passage or their words, so there is nothing to compare them with',
  repeated: 'Pairs repeated',
  repeatedNote: 'in the same pass over the data, as too few questions are about other passages',

  // Lineage
  lineage: 'Lineage',
  run: 'Run',
  baseModel: 'Base model',
  tunedModel: 'Tuned model',
  published: 'Published',
  promoted: (name: string, version: number) => `${name}, version ${version}`,
  revision: 'revision',
  trainData: 'Training data',
  validationData: 'Validation data',
  options: 'Training options',
  runInput: 'Run input, to repeat this run',
  writtenAt: (time: string) => `Written by Hone at ${time}. This page loads nothing and sends nothing.`,
};

export type Words = typeof en;
