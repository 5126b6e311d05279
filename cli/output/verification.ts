import type { EmbeddingServer } from '../../core/provider/embedding-server.ts';
import { integer, metricLabel, ratio } from '../../core/report/page/format.ts';
import type { Verification } from '../../core/verify/verify-server.ts';
import { t } from '../i18n/translate.ts';
import { columns } from './columns.ts';
import type { Terminal } from './terminal.ts';

/** What `hone verify --json` prints. */
export interface VerificationReport extends Verification {
  /** The model that the server should serve. */
  readonly model: string;
  readonly folder: string;
  readonly server: Pick<EmbeddingServer, 'api' | 'software' | 'address' | 'model' | 'says'>;
}

/** Metrics of the evaluation that are printed. */
const SHOWN = ['hit@5', 'ndcg@10'];

/** The figures, then each fault with what to do, then the verdict. */
export function* describeVerification(report: VerificationReport, style: Terminal['style']): Generator<string> {
  const { model, server, faults, notes, serves } = report;
  yield* columns(figures(report)).map((line) => `  ${line}`);
  yield '';
  for (const { message, advice } of faults) {
    yield style('red', t(message));
    yield `  ${t(advice)}`;
  }
  for (const note of notes) yield t(`Note: ${note}`);
  const named = server.model ? `, as ${server.model}` : '';
  yield serves
    ? style('green', t(`${server.address} serves ${model}${named}.`))
    : style('red', t(`${server.address} does not serve ${model}${named}.`));
}

function* figureRows({
  server,
  dimension,
  tokens,
  longest,
  maxLength,
  drift,
  texts,
  normalised,
  evaluation,
}: VerificationReport) {
  yield ['server', [server.software, server.model, ...server.says].filter((part) => part !== '').join(', ')];
  yield ['dimension', both(String(dimension.served), String(dimension.expected))];
  if (tokens) yield ['tokens', both(integer(tokens.served), integer(tokens.expected))];
  yield ['length', normalised ? 'all vectors have length 1' : 'vectors do not have length 1'];
  yield ['texts', `${texts}, of up to ${integer(longest)} tokens; the model reads ${integer(maxLength)}`];
  const { highest, mean, greatestDifference, rounding } = drift;
  yield [
    'drift',
    `1 − cosine ${small(mean)} on average, ${small(highest)} at most${rounding ? `, as by ${rounding}` : ''}`,
  ];
  if (greatestDifference !== undefined) yield ['', `greatest difference of two numbers ${small(greatestDifference)}`];
  for (const metric of evaluation ? SHOWN : []) {
    const [served, expected] = [evaluation?.served[metric], evaluation?.expected[metric]];
    if (served && expected) yield [metricLabel(metric), both(ratio(served.value), ratio(expected.value))];
  }
  if (evaluation)
    yield ['', `on ${integer(evaluation.queries)} questions over ${integer(evaluation.passages)} passages`];
}

function figures(report: VerificationReport): string[][] {
  return [...figureRows(report)].map((row) => row.map(t));
}

/** What the server has, and what Hone has if it is something else. */
function both(served: string, expected: string): string {
  return served === expected ? served : `${served}; by Hone ${expected}`;
}

function small(value: number): string {
  return value === 0 ? '0' : value < 1e-3 ? value.toExponential(1) : value.toFixed(4);
}
