import type { Figures, Settings } from './measure.ts';
import { labelOf, VARIANTS, type Variant } from './variants.ts';

/** One run of every variant. */
export interface Round {
  /** Floating-point operations per second of a large matrix product. */
  readonly sgemm: number;
  /** By `labelOf`. */
  readonly figures: Readonly<Record<string, Pick<Figures, 'samplesPerSecond' | 'flopsPerSecond' | 'peakBytes'>>>;
}

const HEAD = ['', 'dropout', 'samples/s', 'Hone is', 'peak memory', 'Hone needs', 'share of SGEMM'];

/**
 * A Markdown table of medians over rounds. A ratio is computed within each round, at the same dropout, and its median
 * given.
 */
export function caseTable(
  name: string,
  rounds: readonly Round[],
  { steps, warmUp, batchSize, maxLength }: Settings,
): string {
  const rows = VARIANTS.map((variant) => row(variant, rounds));
  const title = `${batchSize} pairs a step, up to ${maxLength} tokens, ${steps} steps after ${warmUp}, ${rounds.length} ${rounds.length === 1 ? 'round' : 'rounds'}`;
  const sgemm = `SGEMM ${(median(rounds.map((round) => round.sgemm)) / 1e9).toFixed(0)} GFLOP/s`;
  const lines = [HEAD, HEAD.map((_, i) => (i < 2 ? '---' : '---:')), ...rows].map(
    (cells) => `| ${cells.join(' | ')} |`,
  );
  return [`### ${name}`, '', `${title}; ${sgemm}`, '', ...lines, ''].join('\n');
}

function row(variant: Variant, rounds: readonly Round[]): string[] {
  const label = labelOf(variant);
  const hone = labelOf({ library: 'hone', precision: 'fp32', dropout: variant.dropout });
  const over = (value: (round: Round) => number | undefined) =>
    rounds.map(value).filter((x) => x !== undefined && !Number.isNaN(x)) as number[];
  const figure =
    (key: keyof Figures & keyof Round['figures'][string], of = label) =>
    (round: Round) =>
      round.figures[of]?.[key];
  const ratio = (key: 'samplesPerSecond' | 'peakBytes') =>
    over((round) => (figure(key, hone)(round) ?? Number.NaN) / (figure(key)(round) ?? Number.NaN));
  const rates = over(figure('samplesPerSecond'));
  const compared = variant.library !== 'hone';
  return [
    `${variant.library === 'hone' ? 'Hone' : variant.library} ${variant.precision}`,
    variant.dropout ? 'on' : 'off',
    rates.length > 1
      ? `${fixed(median(rates), 2)} (${fixed(Math.min(...rates), 2)}–${fixed(Math.max(...rates), 2)})`
      : fixed(median(rates), 2),
    compared ? fixed(median(ratio('samplesPerSecond')), 2, 'x') : '',
    fixed(median(over(figure('peakBytes'))) / 1e9, 2, ' GB'),
    compared ? fixed(median(ratio('peakBytes')), 2, 'x') : '',
    fixed(median(over((round) => (figure('flopsPerSecond')(round) ?? Number.NaN) / round.sgemm)) * 100, 0, ' %'),
  ];
}

function fixed(value: number, digits: number, unit = ''): string {
  return Number.isNaN(value) ? '–' : `${value.toFixed(digits)}${unit}`;
}

/** NaN if there are no values. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  const middle = sorted.slice(sorted.length % 2 === 1 ? half : half - 1, half + 1);
  return sorted.length === 0 ? Number.NaN : middle.reduce((sum, value) => sum + value, 0) / middle.length;
}
