import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Evaluation, Metrics } from '../../core/contracts/evaluation.ts';
import type { Recipe } from '../../core/contracts/recipe.ts';
import type { DatasetEvaluation, RunResult } from '../../core/contracts/run-result.ts';
import type { Cost } from '../../core/contracts/spending.ts';
import { tooFewToTell } from '../../core/release/gate.ts';
import { t } from '../i18n/translate.ts';
import { tenantFlag } from '../input/tenant.ts';
import { columns } from './columns.ts';
import { dollars, quantity } from './format.ts';
import type { Terminal } from './terminal.ts';

/** The metrics of the table, with their labels. */
const ROWS: readonly (readonly [string, string])[] = [
  ['hit@1', 'hit rate @1'],
  ['hit@5', 'hit rate @5'],
  ['mrr@10', 'MRR @10'],
  ['ndcg@10', 'nDCG @10'],
];

/** Formats the result of a run: metrics with their intervals, the decision, and the paths of report and model. */
export function resultLines(result: RunResult, workflowId: string, cwd: string, style: Terminal['style']): string[] {
  const lines: string[] = [];
  for (const evaluation of result.evaluations) lines.push(...evaluationLines(evaluation, style), '');
  if (result.published) {
    const { name, version, promoted, reason } = result.published;
    if (promoted) lines.push(`  ${style('green', t(`Published ${name} v${version}`))}`, '');
    else lines.push(`  ${style('yellow', t(`Not published: ${name} is unchanged.`))} ${t(reason)}`, '');
  }
  if (result.recipe) lines.push(t(`  Recipe  ${describeRecipe(result.recipe)}`));
  if (result.cost) lines.push(t(`  Cost    ${describeCost(result.cost)}`));
  lines.push(t(`  Report  ${placeOf(result.reportUri, cwd)}`));
  lines.push(t(`  Model   ${placeOf(result.modelUri, cwd)}`));
  lines.push(
    t(`  Again   npx hone show ${result.published?.promoted ? result.published.name : workflowId}${tenantFlag()}`),
  );
  return lines;
}

/** `scale 100, fitted to the base model; learning rate 2e-5 and 50 % of the tuned weights, the best of 12 tried` */
function describeRecipe({ options, merge, calibration, search }: Recipe): string {
  const scale = `scale ${options.scale}${calibration ? ', fitted to the base model' : ''}`;
  const rate = `learning rate ${options.learningRate.toExponential()}`;
  const share = merge === 1 ? '' : ` and ${Math.round(100 * merge)} % of the tuned weights`;
  if (!search) return `${scale}; ${rate}${share}`;
  if (search.baseIsBetter) return `${scale}; the base model is better than all that was tried`;
  const tried = search.trials.reduce((count, { scores }) => count + scores.length, 0);
  return `${scale}; ${rate}${share}, the best of ${tried} on held-out training questions`;
}

/** `$1.23 for 36 requests: 61,000 prompt and 4,200 completion tokens` */
export function describeCost({ dollars: price, requests, promptTokens, completionTokens }: Cost): string {
  const paid = price === undefined ? 'price unknown' : dollars(price);
  if (requests === 0) return `${paid}: nothing was asked`;
  const asked = `${quantity(requests)} ${requests === 1 ? 'request' : 'requests'}`;
  return `${paid} for ${asked}: ${quantity(promptTokens)} prompt and ${quantity(completionTokens)} completion tokens`;
}

function evaluationLines(
  { dataset, base, tuned, others, gain }: DatasetEvaluation,
  style: Terminal['style'],
): string[] {
  const systems: [string, Evaluation][] = [
    [t('base'), base],
    [t('tuned'), tuned],
    ...others.map((other): [string, Evaluation] => [other.system, other]),
  ];
  const where = dataset === 'validation' ? '' : ` of ${dataset}`;
  const rows = ROWS.filter(([metric]) => base.metrics[metric] !== undefined);
  const table = [
    ['', ...systems.map(([name]) => name)],
    ...rows.map(([metric, label]) => [t(label), ...systems.map(([, { metrics }]) => cell(metrics, metric))]),
  ];
  const { value, low, high } = gain.difference;
  const few = tooFewToTell(gain);
  const label = ROWS.find(([metric]) => metric === gain.metric)?.[1] ?? gain.metric;
  const change =
    value < 0 ? `worse than base by ${points(-value)} points` : `better than base by ${points(value)} points`;
  const verdict = value === 0 ? 'neither better nor worse than base' : change;
  return [
    style(
      'dim',
      t(`  On ${tuned.queries} questions over ${tuned.passages} passages${where} (95 % intervals in brackets)`),
    ),
    ...columns(table).map((line) => `  ${line}`),
    t(`  Tuned is ${verdict} in ${label} (95 % CI ${points(low)} to ${points(high)}${few ? `; ${few}` : ''})`),
  ];
}

function cell(metrics: Metrics, metric: string): string {
  const mean = metrics[metric];
  if (mean === undefined) return '–';
  return `${mean.value.toFixed(3)} [${mean.low.toFixed(2)}, ${mean.high.toFixed(2)}]`;
}

/** A difference in points, hundredths of a metric: from 0.70 to 0.75 is 5 points. */
function points(share: number): string {
  return (share * 100).toFixed(1);
}

/** The path of a `file://` URI, relative if it is inside `cwd`; any other URI as it is. */
export function placeOf(uri: string, cwd: string): string {
  const path = localPath(uri);
  const short = relative(cwd, path);
  return path === uri && uri.includes('://') ? uri : short.startsWith('..') ? path : short;
}

/** The path of a `file://` URI; any other URI as it is. */
export function localPath(uri: string): string {
  return uri.startsWith('file://') ? fileURLToPath(uri) : uri;
}
