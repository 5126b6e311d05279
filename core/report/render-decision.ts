import type { DocumentChanges } from '../contracts/corpus.ts';
import type { Comparison, Metrics } from '../contracts/evaluation.ts';
import type { CurrentReleaseEvaluation, RetrainResult } from '../contracts/retrain.ts';
import { type DecisionWords, decisionEn } from './i18n/decision-words-en.ts';
import { decisionZh } from './i18n/decision-words-zh.ts';
import { metricLabel, points } from './page/format.ts';
import { type Html, html } from './page/html.ts';
import { field, renderPage } from './page/page.ts';
import type { ReportLanguage } from './report-data.ts';
import { metricCell } from './sections/metrics.ts';

const WORDS: Readonly<Record<ReportLanguage, DecisionWords>> = { en: decisionEn, zh: decisionZh };

/** CSS class of the decision, as for the verdict of the report. */
const VERDICTS = { unchanged: 'undecided', identical: 'undecided', refused: 'worse', promoted: 'better' } as const;

const SHOWN_METRICS = ['hit@1', 'hit@5', 'mrr@10', 'ndcg@10'];

/**
 * Renders the page that explains the decision of a retraining: the decision, the changes of the documents, the metrics
 * of the current release, and the comparison of the new model with it.
 * @param runReport link to the report of the training run.
 */
export function renderDecision(
  result: RetrainResult,
  runReport: string | undefined,
  language: ReportLanguage = 'en',
): string {
  const { name, decision, reason, version, changes, currentRelease, gain, general } = result;
  const words = WORDS[language];
  const decided = words.decided(result);
  return renderPage({
    language,
    kind: words.kind,
    subtitle: `${words.kind} · ${name} v${version}`,
    heading: words.heading(name, decision),
    body: html`<section class="verdict ${VERDICTS[decision]}" aria-labelledby="decision">
<p class="decision" id="decision">${decided ?? reason}</p>
${decided && quotedReason(reason, words)}
${runReport && html`<p><a href="${runReport}">${words.runReport}</a></p>`}
</section>
${changesSection(changes, words)}
${currentRelease && currentReleaseSection(name, currentRelease, words)}
${
  gain &&
  html`<section>
<h2>${words.comparison(currentRelease && `${name} v${currentRelease.version}`)}</h2>
<dl class="fields">${difference('validation', gain, words)}${general && difference('general', general, words)}</dl>
</section>`
}`,
  });
}

/** The recorded reason in the language of the page; one that has no text there is quoted. */
function quotedReason(reason: string, words: DecisionWords): Html {
  const known = words.reason(reason);
  return known === undefined
    ? html`<p class="published" lang="en">${reason}</p>`
    : html`<p class="published">${known}</p>`;
}

function changesSection({ changed, added, removed, unchanged, paths }: DocumentChanges, words: DecisionWords): Html {
  const { changes } = words;
  return html`<section>
<h2>${words.documents}</h2>
<dl class="fields">${field(changes.changed, changed)}${field(changes.added, added)}${field(changes.removed, removed)}${field(changes.unchanged, unchanged)}</dl>
${paths.length > 0 ? html`<p class="note">${paths.join(words.pathsBetween)}</p>` : undefined}
</section>`;
}

function currentReleaseSection(
  name: string,
  { version, evaluation, unseen }: CurrentReleaseEvaluation,
  words: DecisionWords,
): Html {
  return html`<section>
<h2>${words.currentRelease(name, version)}</h2>
<div class="scroll"><table class="numbers">
<thead><tr><th></th>${SHOWN_METRICS.map((metric) => html`<th scope="col">${metricLabel(metric)}</th>`)}</tr></thead>
<tbody>${metricRow(words.onAll(evaluation.queries), evaluation.metrics)}${unseen && metricRow(words.onUnseen(unseen.queries), unseen.metrics)}</tbody></table></div>
</section>`;
}

function metricRow(label: string, metrics: Metrics): Html {
  return html`<tr><th scope="row">${label}</th>${SHOWN_METRICS.map((metric) => metricCell(metrics[metric]))}</tr>
`;
}

function difference(
  where: 'validation' | 'general',
  { metric, difference: { value, low, high }, queries }: Comparison,
  words: DecisionWords,
): Html {
  return field(
    words.on(metricLabel(metric), where, queries),
    words.difference(points(value), points(low), points(high)),
  );
}
