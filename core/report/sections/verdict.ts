import { type Comparison, type MeanWithInterval, MIN_DOCUMENTS, MIN_QUESTIONS } from '../../contracts/evaluation.ts';
import type { DatasetEvaluation } from '../../contracts/run-result.ts';
import type { Words } from '../i18n/words-en.ts';
import { interval, metricLabel, percentage, points, ratio } from '../page/format.ts';
import { type Html, html } from '../page/html.ts';
import type { ReportData, Verdict } from '../report-data.ts';

/** With fewer queries the intervals are so wide that the report warns about it. */
const FEW_QUERIES = 50;

/** The result in a sentence, its three figures, and the caveats. */
export function verdictSection({ record }: ReportData, words: Words): Html {
  const [evaluation] = record.evaluations;
  const { base, tuned, gain } = evaluation;
  const few = isTooFew(gain);
  const verdict = few ? 'undecided' : verdictOf(gain.difference);
  const before = base.metrics[gain.metric];
  const after = tuned.metrics[gain.metric];
  if (before === undefined || after === undefined) throw new RangeError(`no ${gain.metric} among the metrics`);
  const { value, low, high } = gain.difference;
  const metric = metricLabel(gain.metric);
  return html`<section class="verdict ${verdict}" aria-labelledby="decision">
<p class="decision" id="decision"><strong>${few ? words.tooFew(MIN_QUESTIONS, MIN_DOCUMENTS) : words.verdict[verdict]}</strong>
${words.sentences(
  words.change(
    metricPhrase(gain.metric, words),
    ratio(before.value),
    ratio(after.value),
    points(value),
    points(low),
    points(high),
  ),
  hitCounts(evaluation, words),
)}</p>
<dl class="tiles">
<div><dt>${words.base} ${metric}</dt><dd>${ratio(before.value)}<small>${interval(before)}</small></dd></div>
<div class="tuned"><dt>${words.tuned} ${metric}</dt><dd>${ratio(after.value)}<small>${interval(after)}</small></dd></div>
<div class="gain"><dt>${words.difference}</dt><dd>${words.points(points(value))}<small>${points(low)} … ${points(high)}</small></dd></div>
</dl>
${record.published && html`<p class="published">${words.publication(record.published, record)}</p>`}
${caveats(record, evaluation, words).map((sentence) => html`<p class="caveat">${sentence}</p>`)}
</section>`;
}

/** Whether the gate says so too; see `tooFewToTell`. */
function isTooFew({ queries = MIN_QUESTIONS, documents = MIN_DOCUMENTS }: Comparison): boolean {
  return queries < MIN_QUESTIONS || documents < MIN_DOCUMENTS;
}

/** An interval that contains 0 decides nothing. */
function verdictOf({ low, high }: MeanWithInterval): Verdict {
  if (low > 0) return 'better';
  return high < 0 ? 'worse' : 'undecided';
}

function metricPhrase(metric: string, words: Words): string {
  const [kind = '', k] = metric.split('@');
  return words.metric(kind, Number(k), metricLabel(metric));
}

/** The numbers of questions behind a hit rate; empty for other metrics. */
function hitCounts({ base, tuned, gain }: DatasetEvaluation, words: Words): string {
  const [kind, depth] = gain.metric.split('@');
  if (kind !== 'hit') return '';
  const found = (share = 0) => Math.round(share * base.queries);
  return words.hitCounts(
    Number(depth),
    found(base.metrics[gain.metric]?.value),
    found(tuned.metrics[gain.metric]?.value),
    base.queries,
  );
}

function caveats({ split }: ReportData['record'], evaluation: DatasetEvaluation, words: Words): string[] {
  const { base, tuned, others, gain } = evaluation;
  const tunedValue = tuned.metrics[gain.metric]?.value ?? 0;
  const best = others
    .map(({ system, metrics }) => ({ system, value: metrics[gain.metric]?.value ?? 0 }))
    .sort((a, b) => b.value - a.value)[0];
  return [
    ...(best !== undefined && best.value > tunedValue
      ? [words.otherIsBetter(best.system, metricLabel(gain.metric), ratio(best.value))]
      : []),
    ...(base.queries < FEW_QUERIES ? [words.fewQueries(base.queries)] : []),
    ...(split !== undefined && split.leakage > 0 ? [words.leakage(words.percent(percentage(split.leakage)))] : []),
  ];
}
