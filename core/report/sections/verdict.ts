import type { DatasetEvaluation } from '../../contracts/run-result.ts';
import { hundredths, interval, metricLabel, points, ratio } from '../format.ts';
import { type Html, html } from '../html.ts';
import type { Words } from '../i18n/words-en.ts';
import type { ReportData } from '../report-data.ts';
import { verdictOn } from '../verdict.ts';

/** Below this the intervals are so wide that a reader should be told. */
const FEW_QUERIES = 50;

/** The decision in a sentence, the three figures it rests on, and what speaks against trusting it. */
export function verdictSection({ record }: ReportData, words: Words): Html {
  const [evaluation] = record.evaluations as [DatasetEvaluation];
  const { base, tuned, gain } = evaluation;
  const verdict = verdictOn(gain.difference);
  const before = base.metrics[gain.metric];
  const after = tuned.metrics[gain.metric];
  if (before === undefined || after === undefined) throw new RangeError(`no ${gain.metric} among the metrics`);
  const { value, low, high } = gain.difference;
  const metric = metricLabel(gain.metric);
  return html`<section class="verdict ${verdict}" aria-labelledby="decision">
<p class="decision" id="decision"><strong>${words.verdict[verdict]}</strong>
${words.sentences(
  words.change(
    inWords(gain.metric, words),
    ratio(before.value),
    ratio(after.value),
    points(value),
    points(low),
    points(high),
  ),
  inOtherWords(evaluation, words),
)}</p>
<dl class="tiles">
<div><dt>${words.base} ${metric}</dt><dd>${ratio(before.value)}<small>${interval(before)}</small></dd></div>
<div class="tuned"><dt>${words.tuned} ${metric}</dt><dd>${ratio(after.value)}<small>${interval(after)}</small></dd></div>
<div class="gain"><dt>${words.difference}</dt><dd>${words.points(points(value))}<small>${points(low)} … ${points(high)}</small></dd></div>
</dl>
${record.published && html`<p class="published">${record.published.reason}</p>`}
${reservations(record, evaluation, words).map((sentence) => html`<p class="reservation">${sentence}</p>`)}
</section>`;
}

function inWords(metric: string, words: Words): string {
  const [kind = '', k] = metric.split('@');
  return words.metric(kind, Number(k), metricLabel(metric));
}

/** The counts behind a hit rate; a mean of anything else has none. */
function inOtherWords({ base, tuned, gain }: DatasetEvaluation, words: Words): string {
  const [kind, depth] = gain.metric.split('@');
  if (kind !== 'hit') return '';
  const found = (share = 0) => Math.round(share * base.queries);
  return words.inOtherWords(
    Number(depth),
    found(base.metrics[gain.metric]?.value),
    found(tuned.metrics[gain.metric]?.value),
    base.queries,
  );
}

function reservations({ split }: ReportData['record'], evaluation: DatasetEvaluation, words: Words): string[] {
  const { base, tuned, others, gain } = evaluation;
  const own = tuned.metrics[gain.metric]?.value ?? 0;
  const best = others
    .map(({ system, metrics }) => ({ system, value: metrics[gain.metric]?.value ?? 0 }))
    .sort((a, b) => b.value - a.value)[0];
  return [
    ...(best !== undefined && best.value > own
      ? [words.beatenBy(best.system, metricLabel(gain.metric), ratio(best.value))]
      : []),
    ...(base.queries < FEW_QUERIES ? [words.fewQueries(base.queries)] : []),
    ...(split !== undefined && split.leakage > 0 ? [words.leaks(words.percent(hundredths(split.leakage)))] : []),
  ];
}
