import type { Bounds, Estimate, QuestionsEstimate, TrainingEstimate } from '../../core/contracts/estimate.ts';
import type { RunInput } from '../../core/contracts/run-input.ts';
import { t } from '../i18n/translate.ts';
import { dollars, duration, padEnd, quantity } from './format.ts';
import type { Terminal } from './terminal.ts';

const LABEL = 13;

/** Formats an estimate, one line per quantity, followed by the remarks. */
export function estimateLines(
  { corpus, questions, training }: Estimate,
  input: RunInput,
  remarks: readonly string[],
  style: Terminal['style'],
): string[] {
  const line = (label: string, text: string) => `  ${style('bold', padEnd(t(label), LABEL))}${t(text)}`;
  const lines: string[] = [];
  if (corpus) {
    const skipped = corpus.skipped > 0 ? `, ${quantity(corpus.skipped)} skipped` : '';
    lines.push(line('documents', `${quantity(corpus.documents)} read${skipped}`));
    lines.push(line('chunks', `${quantity(corpus.chunks)}, median ${quantity(corpus.medianTokens)} tokens`));
  }
  if (questions) {
    for (const [label, text] of questionRows(questions, input)) lines.push(line(label, text));
  } else if (corpus) lines.push(line('requests', 'none: questions are the documents’ own headings'));
  for (const [label, text] of trainingRows(training, input)) lines.push(line(label, text));
  if (remarks.length > 0) lines.push('', ...remarks.map((remark) => `  ${style('yellow', '!')} ${t(remark)}`));
  return lines;
}

type Row = [label: string, text: string];

function questionRows(estimate: QuestionsEstimate, { questions: { perChunk } }: RunInput): Row[] {
  const { answered, requests, promptTokens, completionTokens, encoding, exact, price, time, answersSeen } = estimate;
  if (requests === 0) return [['requests', `none: all ${quantity(answered)} are already answered`]];
  const already =
    answered > 0 ? `; ${quantity(answered)} of ${quantity(answered + requests)} are already answered` : '';
  const sent = `${quantity(requests)} to ${estimate.model}, ${perChunk} question${perChunk === 1 ? '' : 's'} each`;
  const counted = exact ? `counted as OpenAI does (${encoding})` : `counted with OpenAI’s ${encoding}`;
  const basis = answersSeen > 0 ? `from ${quantity(answersSeen)} answers in the ledger` : 'assumed';
  return [
    ['requests', `${sent}${already}`],
    ['prompts', `${quantity(promptTokens)} tokens, ${counted}`],
    ['answers', `about ${quantity(completionTokens.likely)} tokens (${bounds(completionTokens, quantity)}), ${basis}`],
    [
      'price',
      price ? `about ${dollars(price.likely)} (${bounds(price, dollars)})` : `no price is set for ${estimate.model}`,
    ],
    ...(estimate.batched ? [BATCHED] : time ? [timeRow(time)] : []),
  ];
}

/** The Batch API promises a day and often takes minutes; there is nothing to estimate from. */
const BATCHED: Row = ['asking', 'within a day, through the Batch API at half the price'];

function timeRow(time: NonNullable<QuestionsEstimate['time']>): Row {
  const { seconds, binds, secondsPerRequest, measured, requestsPerMinute, tokensPerMinute, concurrency } = time;
  const reasons = {
    requests: `at ${quantity(requestsPerMinute ?? 0)} requests a minute`,
    tokens: `at ${quantity(tokensPerMinute ?? 0)} tokens a minute`,
    concurrency: `with ${concurrency} requests at once, each ${secondsPerRequest.toFixed(1)} s${measured ? '' : ' (assumed)'}`,
  };
  return ['asking', `about ${duration(seconds)} ${reasons[binds]}`];
}

function trainingRows({ pairs, steps, trials, pilot }: TrainingEstimate, { training: { epochs } }: RunInput): Row[] {
  const plan = `${epochs} × ${quantity(pairs)} pairs in ${quantity(steps)} steps`;
  const trialRow = (time = ''): Row[] =>
    trials ? [['trials', `${trials} before it, to choose learning rate and merge${time}`]] : [];
  if (!pilot) return [['training', plan], ...trialRow()];
  const { samplesPerSecond, seconds, trialSeconds, peakBytes, recomputedLayers, embeddingSeconds } = pilot;
  const recomputed = recomputedLayers > 0 ? `, with ${recomputedLayers} layers recomputed to save memory` : '';
  return [
    [
      'training',
      `${plan}: about ${duration(seconds)} at ${quantity(samplesPerSecond)} pairs/s (measured over ${pilot.steps} steps)`,
    ],
    ...trialRow(trialSeconds === undefined ? undefined : `: about ${duration(trialSeconds)}`),
    ['memory', `${gigabytes(peakBytes)} at most${recomputed}`],
    ['evaluation', `about ${duration(embeddingSeconds)}`],
  ];
}

function bounds({ low, high }: Bounds, of: (value: number) => string): string {
  return `${of(low)} to ${of(high)}`;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
