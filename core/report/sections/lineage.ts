import type { Words } from '../i18n/words-en.ts';
import { type Html, html } from '../page/html.ts';
import { field } from '../page/page.ts';
import type { ReportData } from '../report-data.ts';

/** Hashes of the models and data, the training options, and the input that repeats the run. */
export function lineageSection({ record, writtenAt }: ReportData, words: Words): Html {
  const { workflowId, input, base, recipe, model, dataset, published } = record;
  const hash = (sha256: string) => html`<code>${sha256}</code>`;
  return html`<section>
<h2>${words.lineage}</h2>
<dl class="fields lineage">
${field(words.run, html`<code>${workflowId}</code>`)}
${field(words.baseModel, html`${base.name}, ${words.revision} <code>${base.revision}</code><br>${hash(base.sha256)}`)}
${field(words.tunedModel, hash(model.sha256))}
${published?.promoted ? field(words.published, words.promoted(published.name, published.version)) : undefined}
${field(words.trainData, hash(dataset.train.sha256))}
${field(words.validationData, hash(dataset.validation.sha256))}
</dl>
<h3>${words.options}</h3>
<dl class="fields options">
${Object.entries(recipe.options).map(([name, value]) => field(name, optionText(value)))}
</dl>
<details><summary>${words.runInput}</summary><pre>${JSON.stringify(input, null, 2)}</pre></details>
<footer>${words.writtenAt(writtenAt)}</footer>
</section>`;
}

function optionText(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
