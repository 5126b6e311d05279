import type { RoundTripReport } from '../../contracts/round-trip.ts';
import { hundredths, integer } from '../format.ts';
import { type Content, type Html, html } from '../html.ts';
import type { Words } from '../i18n/words-en.ts';
import type { ReportData } from '../report-data.ts';

/** Counts of what went in, and everything that did not, each with its reason. */
export function dataSection({ record }: ReportData, words: Words): Html {
  const { ingest, chunks, split, questions, dataset, roundTrip, mining } = record;
  const skippedCount = ingest ? ingest.skipped.length + ingest.skippedMore : 0;
  return html`<section>
<h2>${words.data}</h2>
<dl class="facts">
${ingest && fact(words.documentsRead, integer(ingest.read))}
${ingest && fact(words.documentsSkipped, integer(skippedCount))}
${chunks && fact(words.chunks, integer(chunks.count), words.chunksNote(chunks.medianTokens, chunks.duplicates))}
${split?.by === 'documents' ? fact(words.split, words.splitNote(split.trainDocuments, split.validationDocuments)) : undefined}
${split && fact(words.leakage, words.percent(hundredths(split.leakage)))}
${fact(words.trainQuestions, integer(dataset.trainQueries))}
${mining && fact(words.hardNegatives, integer(mining.report.negatives), words.hardNegativesNote(hundredths(1 - mining.report.nearPositive / Math.max(1, mining.report.candidates)), mining.report.without))}
${fact(words.validationQuestions, integer(dataset.validationQueries))}
${dataset.shared && fact(words.sharedQuestions, integer(dataset.shared.merged), words.sharedNote(dataset.shared.tooGeneral, dataset.shared.inBothSplits))}
${questions?.stoppedAtBudget && fact(words.notAsked, integer(questions.notAsked ?? 0), words.notAskedNote)}
${roundTrip && fact(words.roundTrip(roundTrip.topK), words.percent(hundredths(passedShare(roundTrip))), roundTrip.leftOut > 0 ? words.roundTripLeftOut(roundTrip.leftOut) : undefined)}
</dl>
${ingest && reasonTable(words.documentsSkipped, ingest.skipped, skippedCount, words)}
${questions && reasonTable(words.quarantined(questions.quarantinedCount), questions.quarantined, questions.quarantinedCount, words, words.quarantineFile)}
${ingest && skippedCount === 0 && !questions?.quarantinedCount && !questions?.stoppedAtBudget ? html`<p class="empty">${words.nothingSkipped}</p>` : undefined}
</section>`;
}

function passedShare({ train, validation }: RoundTripReport): number {
  return (train.passed + validation.passed) / Math.max(1, train.questions + validation.questions);
}

export function fact(name: string, value: Content, note?: string): Html {
  return html`<div><dt>${name}</dt><dd>${value}${note && html` <small>${note}</small>`}</dd></div>
`;
}

function reasonTable(
  heading: string,
  rows: readonly { path: string; reason: string }[],
  count: number,
  words: Words,
  where = '',
): Html {
  if (count === 0) return html``;
  const unlisted = count - rows.length;
  return html`<h3>${heading}</h3>
<div class="scroll"><table>
<thead><tr><th scope="col">${words.file}</th><th scope="col">${words.reason}</th></tr></thead>
<tbody>${rows.map(
    ({
      path,
      reason,
    }) => html`<tr><th scope="row" class="path"><bdi>${path}</bdi></th><td><bdi>${reason}</bdi></td></tr>
`,
  )}</tbody></table></div>
${unlisted > 0 ? html`<p class="note">${words.more(unlisted)}${where}</p>` : undefined}`;
}
