import type { DatasetEvaluation } from '../contracts/run-result.ts';
import { html } from './html.ts';
import { en, type Words } from './i18n/words-en.ts';
import { zh } from './i18n/words-zh.ts';
import { renderPage } from './page.ts';
import type { ReportData, ReportLanguage } from './report-data.ts';
import { costSection } from './sections/cost.ts';
import { curvesSection } from './sections/curves.ts';
import { dataSection } from './sections/data.ts';
import { examplesSection } from './sections/examples.ts';
import { figuresSection } from './sections/figures.ts';
import { lineageSection } from './sections/lineage.ts';
import { slicesSection } from './sections/slices.ts';
import { verdictSection } from './sections/verdict.ts';

const WORDS: Readonly<Record<ReportLanguage, Words>> = { en, zh };

/**
 * The report as one HTML page that needs no network, no script and no other file: the decision first, then what it
 * rests on, in the order in which a reader doubts it.
 */
export async function renderReport(data: ReportData): Promise<string> {
  const { record, details, language } = data;
  const words = WORDS[language];
  const [main, ...further] = record.evaluations as [DatasetEvaluation, ...DatasetEvaluation[]];
  const title = record.input.title ?? record.input.publish.name ?? record.workflowId;
  return renderPage({
    language,
    kind: words.report,
    kicker: `${words.report} · ${record.base.name}`,
    heading: title,
    body: html`${verdictSection(data, words)}
${await figuresSection(main, words.figures, record.split?.by === 'documents' ? words.heldOut : '', words)}
${await curvesSection(data, words)}
${slicesSection(details[0], words)}
${examplesSection(details[0], words)}
${await Promise.all(further.map((evaluation) => figuresSection(evaluation, words.alsoOn(evaluation.dataset), '', words)))}
${dataSection(data, words)}
${costSection(data, words)}
${lineageSection(data, words)}`,
  });
}
