import type { Bounds, Estimate, QuestionsEstimate, TrainingEstimate } from '../../core/contracts/estimate.ts';
import type { RunInput } from '../../core/contracts/run-input.ts';
import { dollars, duration, padEnd, quantity } from './format.ts';
import type { Terminal } from './terminal.ts';

const LABEL = 13;

/** What a run will take, a line a matter, and beneath it the remarks. */
export function estimateLines(
  { corpus, questions, training }: Estimate,
  input: RunInput,
  remarks: readonly string[],
  style: Terminal['style'],
): string[] {
  const line = (label: string, text: string) => `  ${style('bold', padEnd(label, LABEL))}${text}`;
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
  if (remarks.length > 0) lines.push('', ...remarks.map((remark) => `  ${style('yellow', '!')} ${remark}`));
  return lines;
}

type Row = [label: string, text: string];

function questionRows(estimate: QuestionsEstimate, { questions: { perChunk } }: RunInput): Row[] {
  const { answered, requests, promptTokens, completionTokens, encoding, exact, price, time, answersSeen } = estimate;
  const known =
    answered > 0 ? `, as ${quantity(answered)} of ${quantity(answered + requests)} are answered already` : '';
  const asked = `${quantity(requests)} to ${estimate.model}, ${perChunk} question${perChunk === 1 ? '' : 's'} each${known}`;
  if (requests === 0) return [['requests', `none: all ${quantity(answered)} are answered already`]];
  const counted = exact ? `counted as OpenAI does (${encoding})` : `counted with OpenAI’s ${encoding}`;
  const told = answersSeen > 0 ? `by ${quantity(answersSeen)} answers in the ledger` : 'assumed';
  return [
    ['requests', asked],
    ['prompts', `${quantity(promptTokens)} tokens, ${counted}`],
    ['answers', `about ${quantity(completionTokens.likely)} tokens (${bounds(completionTokens, quantity)}), ${told}`],
    [
      'price',
      price ? `about ${dollars(price.likely)} (${bounds(price, dollars)})` : `no price is set for ${estimate.model}`,
    ],
    ...(estimate.batched ? [BATCHED] : time ? [timeRow(time)] : []),
  ];
}

/** Nobody knows better: the Batch API promises a day, and often takes minutes. */
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

function trainingRows({ pairs, steps, pilot }: TrainingEstimate, { training: { epochs } }: RunInput): Row[] {
  const plan = `${epochs} × ${quantity(pairs)} pairs in ${quantity(steps)} steps`;
  if (!pilot) return [['training', plan]];
  const { samplesPerSecond, seconds, peakBytes, recomputedLayers, embeddingSeconds } = pilot;
  const twice = recomputedLayers > 0 ? `, ${recomputedLayers} layers computed twice to stay within it` : '';
  return [
    [
      'training',
      `${plan}: about ${duration(seconds)} at ${quantity(samplesPerSecond)} pairs/s (measured over ${pilot.steps})`,
    ],
    ['memory', `${gigabytes(peakBytes)} at most${twice}`],
    ['evaluation', `about ${duration(embeddingSeconds)}`],
  ];
}

function bounds({ low, high }: Bounds, of: (value: number) => string): string {
  return `${of(low)} to ${of(high)}`;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
