import { points, ratio } from '../format.ts';
import { type Html, html } from '../html.ts';
import type { Words } from '../i18n/words-en.ts';
import type { JudgementDetail, Slice } from '../report-data.ts';

/** Hit rates of parts of the queries; nothing where there are no parts. */
export function slicesSection(detail: JudgementDetail | undefined, words: Words): Html {
  if (detail === undefined || detail.slices.length === 0) return html``;
  return html`<section>
<h2>${words.slices}</h2>
<p>${words.sliceCaption}</p>
${detail.slices.map((slice) => sliceTable(slice, words))}
</section>`;
}

function sliceTable({ by, rows }: Slice, words: Words): Html {
  return html`<div class="scroll"><table class="numbers slice">
<thead><tr><th scope="col">${words.sliceBy[by]}</th><th scope="col">${words.questions}</th><th scope="col">${words.base}</th><th scope="col">${words.tuned}</th><th scope="col">${words.difference}</th></tr></thead>
<tbody>${rows.map(
    ({ label, queries, base, tuned }) =>
      html`<tr><th scope="row">${label}</th><td>${queries}</td><td>${ratio(base)}</td><td>${ratio(tuned)}</td><td>${points(tuned - base)}</td></tr>
`,
  )}</tbody></table></div>`;
}
