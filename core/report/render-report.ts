import { en, type Words } from './i18n/words-en.ts';
import { zh } from './i18n/words-zh.ts';
import { html } from './page/html.ts';
import { renderPage } from './page/page.ts';
import type { ReportData, ReportLanguage } from './report-data.ts';
import { costSection } from './sections/cost.ts';
import { curvesSection } from './sections/curves.ts';
import { dataSection } from './sections/data.ts';
import { examplesSection } from './sections/examples.ts';
import { lineageSection } from './sections/lineage.ts';
import { metricsSection } from './sections/metrics.ts';
import { recipeSection } from './sections/recipe.ts';
import { slicesSection } from './sections/slices.ts';
import { verdictSection } from './sections/verdict.ts';

const WORDS: Readonly<Record<ReportLanguage, Words>> = { en, zh };

/**
 * Renders the report of a run as one self-contained HTML page: first the result, then what supports it, most important
 * first. Each section is a file of `sections/`; its texts are in `i18n/`.
 */
export async function renderReport(data: ReportData): Promise<string> {
  const { record, details, language } = data;
  const words = WORDS[language];
  const [validation, ...further] = record.evaluations;
  const title = record.input.title ?? record.input.publish.name ?? record.workflowId;
  return renderPage({
    language,
    kind: words.report,
    subtitle: `${words.report} · ${record.base.name}`,
    heading: title,
    body: html`${verdictSection(data, words)}
${await metricsSection(validation, words.metrics, record.split?.by === 'documents' ? words.heldOut : '', words)}
${await curvesSection(data, words)}
${await recipeSection(data, words)}
${slicesSection(details[0], words)}
${examplesSection(details[0], words)}
${await Promise.all(further.map((evaluation) => metricsSection(evaluation, words.alsoOn(evaluation.dataset), '', words)))}
${dataSection(data, words)}
${costSection(data, words)}
${lineageSection(data, words)}`,
  });
}
