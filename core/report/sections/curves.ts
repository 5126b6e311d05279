import { hitRateChart, lossChart, meanLoss } from '../charts.ts';
import { type Html, html } from '../html.ts';
import type { Words } from '../i18n/words-en.ts';
import type { JudgementDetail, ReportData } from '../report-data.ts';

/** The loss curve beside the hit rate by rank. */
export async function curvesSection({ losses, details }: ReportData, words: Words): Promise<Html> {
  const [detail] = details;
  return html`<section>
<h2>${words.curves}</h2>
<div class="pair">
${losses.length > 0 ? await lossFigure(losses, words) : html`<p class="empty">${words.noLosses}</p>`}
${detail && (await hitRateFigure(detail, words))}
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

async function hitRateFigure(detail: JudgementDetail, words: Words): Promise<Html> {
  return html`<figure><h3>${words.hitRateChart}</h3>${await hitRateChart(detail, words)}
<figcaption>${words.hitRateCaption}</figcaption></figure>`;
}
