import type { LossPoint } from '../../contracts/training.ts';
import type { Words } from '../i18n/words-en.ts';
import { COLORS, renderChart } from '../page/chart.ts';
import { type Html, html } from '../page/html.ts';
import type { EvaluationDetails, ReportData } from '../report-data.ts';

const SIZE = { width: 380, height: 220 };

/** Maximum number of points: more than the chart has pixels only make the file larger. */
const MAX_POINTS = 800;

/** The loss curve, and the hit rate by rank. */
export async function curvesSection({ losses, details }: ReportData, words: Words): Promise<Html> {
  const [validation] = details;
  return html`<section>
<h2>${words.curves}</h2>
<div class="pair">
${losses.length > 0 ? await lossFigure(losses, words) : html`<p class="empty">${words.noLosses}</p>`}
${validation && (await hitRateFigure(validation, words))}
</div>
</section>`;
}

async function lossFigure(losses: ReportData['losses'], words: Words): Promise<Html> {
  const tenth = Math.max(1, Math.round(losses.length / 10));
  const first = meanLoss(losses.slice(0, tenth)).toFixed(3);
  const last = meanLoss(losses.slice(-tenth)).toFixed(3);
  return html`<figure><h3>${words.lossChart}</h3>${await lossChart(losses, words)}
<figcaption>${words.lossCaption(first, last, losses.length)}</figcaption></figure>`;
}

async function hitRateFigure(details: EvaluationDetails, words: Words): Promise<Html> {
  return html`<figure><h3>${words.hitRateChart}</h3>${await hitRateChart(details, words)}
<figcaption>${words.hitRateCaption}</figcaption></figure>`;
}

/** Loss of each step (thin), and its running mean over a tenth of the steps (thick). */
function lossChart(losses: readonly LossPoint[], words: Words): Promise<Html> {
  const window = Math.max(1, Math.round(losses.length / 10));
  const stride = Math.ceil(losses.length / MAX_POINTS);
  const values = losses
    .map(({ step, loss }, i) => ({ step, loss, mean: meanLoss(losses.slice(Math.max(0, i + 1 - window), i + 1)) }))
    .filter((_point, i) => i % stride === 0 || i === losses.length - 1);
  const x = { field: 'step', type: 'quantitative', axis: { title: words.step, grid: false, tickMinStep: 1 } } as const;
  const y = (field: string) => ({ field, type: 'quantitative', axis: { title: words.loss, tickCount: 5 } }) as const;
  const isSingle = losses.length === 1;
  return renderChart(words.lossChart, {
    ...SIZE,
    data: { values },
    encoding: { x },
    layer: [
      {
        mark: isSingle
          ? { type: 'point', color: COLORS.tuned, filled: true }
          : { type: 'line', color: COLORS.base, strokeWidth: 1 },
        encoding: { y: y('loss') },
      },
      { mark: { type: 'line', color: COLORS.tuned, strokeWidth: 2.5 }, encoding: { y: y('mean') } },
    ],
  });
}

/** Share of queries whose passage is among the first k: bars for base and tuned model, lines for the other systems. */
function hitRateChart({ hitRates: [base, tuned, ...others] }: EvaluationDetails, words: Words): Promise<Html> {
  const points = (system: string, rates: readonly number[] = []) =>
    rates.map((rate, i) => ({ system, rate, k: i + 1 }));
  const pair = [words.base, words.tuned];
  const color = {
    field: 'system',
    type: 'nominal',
    scale: {
      domain: [...pair, ...others.map(({ system }) => system)],
      range: [
        COLORS.base,
        COLORS.tuned,
        ...others.map((_other, i) => COLORS.others[i % COLORS.others.length] as string),
      ],
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

function meanLoss(losses: readonly LossPoint[]): number {
  return losses.reduce((sum, { loss }) => sum + loss, 0) / losses.length;
}
