import type { Words } from '../i18n/words-en.ts';
import { points, ratio } from '../page/format.ts';
import { type Html, html } from '../page/html.ts';
import type { EvaluationDetails, Slice } from '../report-data.ts';

/** Hit rates of groups of the questions; empty if there are no groups. */
export function slicesSection(details: EvaluationDetails | undefined, words: Words): Html {
  if (details === undefined || details.slices.length === 0) return html``;
  return html`<section>
<h2>${words.slices}</h2>
<p>${words.sliceCaption}</p>
${details.slices.map((slice) => sliceTable(slice, words))}
</section>`;
}

function sliceTable({ by, groups }: Slice, words: Words): Html {
  return html`<div class="scroll"><table class="numbers slice">
<thead><tr><th scope="col">${words.sliceBy[by]}</th><th scope="col">${words.questions}</th><th scope="col">${words.base}</th><th scope="col">${words.tuned}</th><th scope="col">${words.difference}</th></tr></thead>
<tbody>${groups.map(
    ({ label, queries, base, tuned }) =>
      html`<tr><th scope="row">${by === 'language' ? words.language(label) : label}</th><td>${queries}</td><td>${ratio(base)}</td><td>${ratio(tuned)}</td><td>${points(tuned - base)}</td></tr>
`,
  )}</tbody></table></div>`;
}
