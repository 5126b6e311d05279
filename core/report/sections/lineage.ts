import { type Html, html } from '../html.ts';
import type { Words } from '../i18n/words-en.ts';
import type { ReportData } from '../report-data.ts';
import { fact } from './data.ts';

/** Where the model comes from, by hash, and the input that would make it again. */
export function lineageSection({ record, writtenAt }: ReportData, words: Words): Html {
  const { workflowId, input, base, training, dataset, published } = record;
  const hash = (sha256: string) => html`<code>${sha256}</code>`;
  return html`<section>
<h2>${words.lineage}</h2>
<dl class="facts lineage">
${fact(words.run, html`<code>${workflowId}</code>`)}
${fact(words.baseModel, html`${base.name}, ${words.revision} <code>${base.revision}</code><br>${hash(base.sha256)}`)}
${fact(words.tunedModel, hash(training.model.sha256))}
${published?.promoted ? fact(words.published, words.promoted(published.name, published.version)) : undefined}
${fact(words.trainData, hash(dataset.train.sha256))}
${fact(words.validationData, hash(dataset.validation.sha256))}
</dl>
<h3>${words.options}</h3>
<dl class="facts options">
${Object.entries(input.training).map(([name, value]) => fact(name, String(value)))}
</dl>
<details><summary>${words.runInput}</summary><pre>${JSON.stringify(input, null, 2)}</pre></details>
<footer>${words.writtenAt(writtenAt)}</footer>
</section>`;
}
