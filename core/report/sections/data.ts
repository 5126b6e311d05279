import type { DocumentToCheck } from '../../contracts/corpus.ts';
import type { MiningReport } from '../../contracts/mining.ts';
import type { RoundTripReport } from '../../contracts/round-trip.ts';
import { describeCheck } from '../describe-check.ts';
import type { Words } from '../i18n/words-en.ts';
import { integer, percentage } from '../page/format.ts';
import { type Html, html } from '../page/html.ts';
import { field } from '../page/page.ts';
import type { ReportData } from '../report-data.ts';

/** Counts of documents, passages and questions, and what was skipped or left out, with reasons. */
export function dataSection({ record }: ReportData, words: Words): Html {
  const { ingest, chunks, split, questions, dataset, roundTrip, mining } = record;
  const skippedCount = ingest ? ingest.skipped.length + ingest.skippedMore : 0;
  return html`<section>
<h2>${words.data}</h2>
<dl class="fields">
${ingest && field(words.documentsRead, integer(ingest.read))}
${ingest && field(words.documentsSkipped, integer(skippedCount))}
${chunks && field(words.chunks, integer(chunks.count), words.chunksNote(chunks.medianTokens, chunks.duplicates))}
${split?.by === 'documents' ? field(words.split, words.splitNote(split.trainDocuments, split.validationDocuments)) : undefined}
${split && field(words.nearDuplicates, words.percent(percentage(split.leakage)))}
${field(words.trainQuestions, integer(dataset.trainQueries))}
${mining && field(words.hardNegatives, integer(mining.report.negatives), words.hardNegativesNote(percentage(keptShare(mining.report)), mining.report.without))}
${field(words.validationQuestions, integer(dataset.validationQueries))}
${dataset.shared && field(words.sharedQuestions, integer(dataset.shared.merged), words.sharedNote(dataset.shared.tooGeneral, dataset.shared.inBothSplits))}
${questions?.stoppedAtBudget && field(words.notAsked, integer(questions.notAsked ?? 0), words.notAskedNote)}
${roundTrip && field(words.roundTrip(roundTrip.topK), words.percent(percentage(passedShare(roundTrip))), roundTrip.leftOut > 0 ? words.roundTripLeftOut(roundTrip.leftOut) : undefined)}
</dl>
${ingest && reasonTable(words.documentsSkipped, translated(ingest.skipped, words), skippedCount, words)}
${ingest?.toCheck && checkTable(ingest.toCheck, ingest.toCheckMore ?? 0, words)}
${questions && reasonTable(words.quarantined(questions.quarantinedCount), translated(questions.quarantined, words), questions.quarantinedCount, words, words.quarantineFile)}
${ingest && skippedCount === 0 && !questions?.quarantinedCount && !questions?.stoppedAtBudget ? html`<p class="empty">${words.nothingSkipped}</p>` : undefined}
</section>`;
}

/** Share of the candidates that the margin did not leave out. */
function keptShare({ nearPositive, candidates }: MiningReport): number {
  return 1 - nearPositive / Math.max(1, candidates);
}

function checkTable(documents: readonly DocumentToCheck[], more: number, words: Words): Html {
  const rows = documents.map((document) => ({
    path: document.path,
    reason: html`<bdi>${describeCheck(document, words)}</bdi>`,
  }));
  return reasonTable(words.documentsToCheck, rows, rows.length + more, words);
}

/** Recorded reasons in the language of the report. One that it does not know is quoted; it may be a library's. */
function translated(rows: readonly { path: string; reason: string }[], words: Words): TableRow[] {
  return rows.map(({ path, reason }) => {
    const known = words.reason(reason);
    return { path, reason: known === undefined ? html`<bdi lang="en">${reason}</bdi>` : html`<bdi>${known}</bdi>` };
  });
}

function passedShare({ train, validation }: RoundTripReport): number {
  return (train.passed + validation.passed) / Math.max(1, train.questions + validation.questions);
}

interface TableRow {
  path: string;
  reason: Html;
}

/** @param count including those that `rows` does not list. @param where a hint where the full list is. */
function reasonTable(heading: string, rows: readonly TableRow[], count: number, words: Words, where = ''): Html {
  if (count === 0) return html``;
  const unlisted = count - rows.length;
  return html`<h3>${heading}</h3>
<div class="scroll"><table>
<thead><tr><th scope="col">${words.file}</th><th scope="col">${words.reasonHeading}</th></tr></thead>
<tbody>${rows.map(
    ({ path, reason }) => html`<tr><th scope="row" class="path"><bdi>${path}</bdi></th><td>${reason}</td></tr>
`,
  )}</tbody></table></div>
${unlisted > 0 ? html`<p class="note">${words.more(unlisted)}${where}</p>` : undefined}`;
}
