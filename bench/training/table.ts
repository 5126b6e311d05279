import type { Figures, Settings } from './measure.ts';
import { labelOf, VARIANTS, type Variant } from './variants.ts';

/** One turn of every variant. */
export interface Round {
  /** Floating-point operations a second of a plain matrix product. */
  readonly sgemm: number;
  /** By `labelOf`. */
  readonly figures: Readonly<Record<string, Pick<Figures, 'samplesPerSecond' | 'flopsPerSecond' | 'peakBytes'>>>;
}

const HEAD = ['', 'dropout', 'samples/s', 'Hone is', 'peak memory', 'Hone needs', 'share of SGEMM'];

/** Medians over rounds; a ratio is taken within each round, at the same dropout, and its median told. */
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
  const ours = labelOf({ side: 'hone', precision: 'fp32', dropout: variant.dropout });
  const over = (value: (round: Round) => number | undefined) =>
    rounds.map(value).filter((x) => x !== undefined && !Number.isNaN(x)) as number[];
  const figure =
    (key: keyof Figures & keyof Round['figures'][string], of = label) =>
    (round: Round) =>
      round.figures[of]?.[key];
  const ratio = (key: 'samplesPerSecond' | 'peakBytes') =>
    over((round) => (figure(key, ours)(round) ?? Number.NaN) / (figure(key)(round) ?? Number.NaN));
  const rates = over(figure('samplesPerSecond'));
  const compared = variant.side !== 'hone';
  return [
    `${variant.side === 'hone' ? 'Hone' : variant.side} ${variant.precision}`,
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

/** NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return Number.NaN;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
