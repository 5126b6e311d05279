import type { MeanWithInterval } from '../../contracts/evaluation.ts';

const MINUS = '\u2212';
const THIN = '\u202f';

/** `0.833` */
export function ratio(value: number): string {
  return value.toFixed(3);
}

/** `0.776–0.885` */
export function interval({ low, high }: MeanWithInterval): string {
  return `${ratio(low)}–${ratio(high)}`;
}

/** A difference in percentage points, with its sign: `+11.5`, `−0.4`, `0.0`. */
export function points(difference: number): string {
  const digits = Math.abs(100 * difference).toFixed(1);
  if (Number(digits) === 0) return digits;
  return `${difference > 0 ? '+' : MINUS}${digits}`;
}

/** A share in percent, without the percent sign: `12`, `0.4`. */
export function percentage(share: number): string {
  const value = 100 * share;
  return value.toFixed(value < 10 && !Number.isInteger(value) ? 1 : 0);
}

/** `0.8 s`, `42 s`, `4 min 12 s`, `2 h 05 min` */
export function duration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)}${THIN}s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole}${THIN}s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}${THIN}min ${whole % 60}${THIN}s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)}${THIN}h ${String(minutes % 60).padStart(2, '0')}${THIN}min`;
}

/** `12,204` */
export function integer(count: number): string {
  return count.toLocaleString('en');
}

/** US dollars: `$0.00`, `$1.24`, `$0.0031` */
export function dollars(cost: number): string {
  return `$${cost > 0 && cost < 0.1 ? cost.toFixed(4) : cost.toFixed(2)}`;
}

/** A metric's name in its usual spelling: `hit@5`, `MRR@10`, `nDCG@10`, `MAP@100`. */
export function metricLabel(metric: string): string {
  return metric.replace(/^mrr/, 'MRR').replace(/^ndcg/, 'nDCG').replace(/^map/, 'MAP');
}
