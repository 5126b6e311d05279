import type { Evaluation } from '../contracts/evaluation.ts';
import type { LossPoint } from '../contracts/training.ts';
import { INK, renderChart } from './chart.ts';
import { metricLabel } from './format.ts';
import type { Html } from './html.ts';
import type { Words } from './i18n/words-en.ts';
import type { JudgementDetail } from './report-data.ts';

const SIZE = { width: 380, height: 220 };

/** Points drawn at most: more than the picture has pixels across only make the file larger. */
const MAX_POINTS = 800;

/** Loss a step, faint, under its running mean over a tenth of the steps. */
export function lossChart(losses: readonly LossPoint[], words: Words): Promise<Html> {
  const window = Math.max(1, Math.round(losses.length / 10));
  const stride = Math.ceil(losses.length / MAX_POINTS);
  const values = losses
    .map(({ step, loss }, i) => ({ step, loss, mean: meanLoss(losses.slice(Math.max(0, i + 1 - window), i + 1)) }))
    .filter((_point, i) => i % stride === 0 || i === losses.length - 1);
  const x = { field: 'step', type: 'quantitative', axis: { title: words.step, grid: false, tickMinStep: 1 } } as const;
  const y = (field: string) => ({ field, type: 'quantitative', axis: { title: words.loss, tickCount: 5 } }) as const;
  const few = losses.length === 1;
  return renderChart(words.lossChart, {
    ...SIZE,
    data: { values },
    encoding: { x },
    layer: [
      {
        mark: few
          ? { type: 'point', color: INK.tuned, filled: true }
          : { type: 'line', color: INK.base, strokeWidth: 1 },
        encoding: { y: y('loss') },
      },
      { mark: { type: 'line', color: INK.tuned, strokeWidth: 2.5 }, encoding: { y: y('mean') } },
    ],
  });
}

export function meanLoss(losses: readonly LossPoint[]): number {
  return losses.reduce((sum, { loss }) => sum + loss, 0) / losses.length;
}

/** Share of queries answered by the first k passages: a pair of bars for every k, the other systems as lines over them. */
export function hitRateChart({ hitRates: [base, tuned, ...others] }: JudgementDetail, words: Words): Promise<Html> {
  const points = (system: string, rates: readonly number[] = []) =>
    rates.map((rate, i) => ({ system, rate, k: i + 1 }));
  const pair = [words.base, words.tuned];
  const color = {
    field: 'system',
    type: 'nominal',
    scale: {
      domain: [...pair, ...others.map(({ system }) => system)],
      range: [INK.base, INK.tuned, ...others.map((_other, i) => INK.others[i % INK.others.length] as string)],
    },
  } as const;
  const x = { field: 'k', type: 'ordinal', axis: { title: words.depth, labelAngle: 0 } } as const;
  const y = {
    field: 'rate',
    type: 'quantitative',
    scale: { domain: [0, 1] as [number, number] },
    axis: { title: words.hitRate, tickCount: 5, format: '.1f' },
  } as const;
  return renderChart(words.hitRateChart, {
    ...SIZE,
    layer: [
      {
        data: { values: [...points(words.base, base?.rates), ...points(words.tuned, tuned?.rates)] },
        mark: 'bar',
        encoding: { x: { ...x, scale: { paddingInner: 0.25 } }, y, color, xOffset: { field: 'system', sort: pair } },
      },
      {
        data: { values: others.flatMap(({ system, rates }) => points(system, rates)) },
        mark: { type: 'line', strokeWidth: 1.5, point: { size: 24 } },
        encoding: { x, y, color },
      },
    ],
  });
}

/** Every system's figure as a point on its 95 % interval. */
export function intervalChart(systems: readonly Evaluation[], metric: string, words: Words): Promise<Html> {
  const values = systems.flatMap(({ system, metrics }) => {
    const estimate = metrics[metric];
    return estimate === undefined ? [] : [{ system, ...estimate }];
  });
  const domain = paddedDomain(values);
  const color = {
    field: 'system',
    type: 'nominal',
    legend: null,
    scale: {
      domain: values.map(({ system }) => system),
      range: values.map(({ system }) => (system === words.tuned ? INK.tuned : INK.muted)),
    },
  } as const;
  const y = {
    field: 'system',
    type: 'nominal',
    sort: null,
    axis: { title: null, domain: false, ticks: false, labelLimit: 220, labelFontSize: 13, labelColor: 'var(--ink)' },
  } as const;
  const x = (field: string) =>
    ({
      field,
      type: 'quantitative',
      scale: { domain },
      axis: { title: metricLabel(metric) },
    }) as const;
  return renderChart(words.intervalChart(metricLabel(metric)), {
    width: 720,
    height: { step: 34 },
    data: { values },
    encoding: { y, color },
    layer: [
      { mark: { type: 'rule', strokeWidth: 3, opacity: 0.45 }, encoding: { x: x('low'), x2: { field: 'high' } } },
      { mark: { type: 'point', filled: true, size: 90, opacity: 1 }, encoding: { x: x('value') } },
    ],
  });
}

/** From the lowest to the highest end with some air, never beyond what a share can be. */
function paddedDomain(values: readonly { low: number; high: number }[]): [number, number] {
  const low = Math.min(...values.map((estimate) => estimate.low));
  const high = Math.max(...values.map((estimate) => estimate.high));
  const air = Math.max(0.04 * (high - low), 0.01);
  return [Math.max(0, low - air), Math.min(1, high + air)];
}
