import type { Comparison, Metrics } from '../contracts/evaluation.ts';
import type { RetrainResult } from '../contracts/retrain.ts';
import { interval, metricLabel, points, ratio } from './format.ts';
import { type Html, html } from './html.ts';
import { type DecisionWords, decisionEn } from './i18n/decision-words-en.ts';
import { decisionZh } from './i18n/decision-words-zh.ts';
import { renderPage } from './page.ts';
import type { ReportLanguage } from './report-data.ts';
import { fact } from './sections/data.ts';

const WORDS: Readonly<Record<ReportLanguage, DecisionWords>> = { en: decisionEn, zh: decisionZh };

const VERDICTS = { unchanged: 'undecided', identical: 'undecided', refused: 'worse', promoted: 'better' } as const;

const SHOWN = ['hit@1', 'hit@5', 'mrr@10', 'ndcg@10'];

/**
 * Why a retraining did what it did, as one HTML page: the decision, what had changed, how the model in currentRelease did
 * on it, and how the new model did beside that.
 * @param runReport where the report of the run that trained lies, from this page.
 * @param language of the page's own words; the reason is quoted as it was recorded.
 */
export function renderDecision(
  result: RetrainResult,
  runReport: string | undefined,
  language: ReportLanguage = 'en',
): string {
  const { name, decision, reason, version, changes, currentRelease, gain, general } = result;
  const { changed, added, removed, unchanged, paths } = changes;
  const words = WORDS[language];
  const decided = words.decided(result);
  return renderPage({
    language,
    kind: words.kind,
    kicker: `${words.kind} · ${name} v${version}`,
    heading: words.heading(name, decision),
    body: html`<section class="verdict ${VERDICTS[decision]}" aria-labelledby="decision">
<p class="decision" id="decision">${decided ?? reason}</p>
${decided && html`<p class="published" lang="en">${reason}</p>`}
${runReport && html`<p><a href="${runReport}">${words.runReport}</a></p>`}
</section>
<section>
<h2>${words.documents}</h2>
<dl class="facts">${Object.entries({ changed, added, removed, unchanged }).map(([what, count]) =>
      fact(words.changes[what as keyof typeof words.changes], count),
    )}</dl>
${paths.length > 0 ? html`<p class="note">${paths.join(words.pathsBetween)}</p>` : undefined}
</section>
${
  currentRelease &&
  html`<section>
<h2>${words.before(name, currentRelease.version)}</h2>
${metricTable([
  [words.onAll(currentRelease.evaluation.queries), currentRelease.evaluation.metrics],
  ...(currentRelease.unseen
    ? [[words.onFresh(currentRelease.unseen.queries), currentRelease.unseen.metrics] as const]
    : []),
])}
</section>`
}
${
  gain &&
  html`<section>
<h2>${words.beside(currentRelease && `${name} v${currentRelease.version}`)}</h2>
<dl class="facts">${difference('validation', gain, words)}${general && difference('general', general, words)}</dl>
</section>`
}`,
  });
}

function metricTable(rows: readonly (readonly [string, Metrics])[]): Html {
  return html`<div class="scroll"><table class="numbers">
<thead><tr><th></th>${SHOWN.map((metric) => html`<th scope="col">${metricLabel(metric)}</th>`)}</tr></thead>
<tbody>${rows.map(
    ([what, metrics]) =>
      html`<tr><th scope="row">${what}</th>${SHOWN.map((metric) => {
        const estimate = metrics[metric];
        return estimate
          ? html`<td>${ratio(estimate.value)}<small>${interval(estimate)}</small></td>`
          : html`<td>–</td>`;
      })}</tr>
`,
  )}</tbody></table></div>`;
}

function difference(
  where: 'validation' | 'general',
  { metric, difference: { value, low, high }, queries }: Comparison,
  words: DecisionWords,
): Html {
  return fact(
    words.on(metricLabel(metric), where, queries),
    words.difference(points(value), points(low), points(high)),
  );
}
