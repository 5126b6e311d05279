import type { Chunk, Document, Skipped } from '../../core/contracts/corpus.ts';
import { groupSkipped } from '../../core/corpus/group-skipped.ts';
import { documentsToCheck, keptShare } from '../../core/corpus/judge-reading.ts';
import { describeCheck, describeOmission } from '../../core/report/describe-check.ts';
import { en } from '../../core/report/i18n/words-en.ts';
import { t } from '../i18n/translate.ts';
import { columns } from './columns.ts';
import { quantity, truncate } from './format.ts';
import type { Terminal } from './terminal.ts';

/** Documents as Hone reads them. */
export interface ReadDocuments {
  readonly documents: readonly Document[];
  readonly skipped: readonly Skipped[];
  /** By the id of the document. */
  readonly chunks: ReadonlyMap<string, readonly Chunk[]>;
  /** Chunks that were left out because an earlier one has the same text. */
  readonly duplicates: number;
  /** What counted the tokens: the name of a model or of an encoding. */
  readonly tokensOf: string;
}

/** A document as one object of `hone read --json`. */
export function documentJson(document: Document, chunks: readonly Chunk[] = []) {
  const { path, title, media, language, reading } = document;
  return {
    path,
    title,
    media,
    language,
    characters: reading.characters,
    kept: keptShare(reading),
    omitted: reading.omitted,
    doubts: reading.doubts,
    sections: document.sections.map(({ headings, text }) => ({ headings, text })),
    chunks: chunks.map(({ headings, text, tokens }) => ({ headings, text, tokens })),
  };
}

/** A file that was not read, as one object of `hone read --json`. */
export function skippedJson({ path, reason }: Skipped) {
  return { path, skipped: reason };
}

/** The page of `hone read`: documents in a table, or in full; then what to look at, and what was not read. */
export function readingLines(
  read: ReadDocuments,
  show: { readonly sections?: boolean; readonly chunks?: boolean },
  { style, columns: width }: Pick<Terminal, 'style' | 'columns'>,
): string[] {
  const inFull = show.sections || show.chunks;
  const documents = inFull
    ? read.documents.flatMap((document) => {
        const chunks = read.chunks.get(document.id) ?? [];
        return [
          '',
          ...titleLines(document, chunks, style),
          ...(show.sections ? sectionLines(document, style) : []),
          ...(show.chunks ? chunkLines(chunks, style) : []),
        ];
      })
    : ['', ...table(read).map((line) => `  ${truncate(line, width - 3)}`)];
  return [...documents, '', ...totals(read), ...checkLines(read.documents, style), ...skippedLines(read.skipped)];
}

function titleLines(document: Document, chunks: readonly Chunk[], style: Terminal['style']): string[] {
  const { path, title, media, language, reading } = document;
  const facts = [media, language, counted(document.sections.length, 'section'), counted(chunks.length, 'chunk')].map(t);
  return [
    style('bold', path),
    style('dim', [title, ...facts].join(' · ')),
    ...reading.omitted.map((omission) => style('dim', t(`left out: ${describeOmission(omission, en)}`))),
  ];
}

function sectionLines({ sections }: Document, style: Terminal['style']): string[] {
  return sections.flatMap(({ headings, text }) => [
    '',
    ...(headings.length > 0 ? [style('cyan', headings.join(' › '))] : []),
    ...(text === '' ? [] : text.split('\n')),
  ]);
}

function chunkLines(chunks: readonly Chunk[], style: Terminal['style']): string[] {
  return chunks.flatMap(({ headings, text, tokens }, i) => [
    '',
    style(
      'cyan',
      [`${i + 1}`, ...(headings.length > 0 ? [headings.join(' › ')] : []), t(`${tokens} tokens`)].join(' · '),
    ),
    ...text.split('\n'),
  ]);
}

function table({ documents, chunks }: ReadDocuments): string[] {
  return columns([
    ['document', 'type', 'language', 'sections', 'chunks', 'kept'].map(t),
    ...documents.map(({ id, path, media, language, sections, reading }) => [
      path,
      media,
      language,
      quantity(sections.length),
      quantity(chunks.get(id)?.length ?? 0),
      percent(keptShare(reading)),
    ]),
  ]);
}

function totals({ documents, chunks, duplicates, tokensOf }: ReadDocuments): string[] {
  const lengths = [...chunks.values()].flatMap((own) => own.map(({ tokens }) => tokens)).sort((a, b) => a - b);
  const median = lengths[lengths.length >> 1];
  const facts = [counted(documents.length, 'document'), counted(lengths.length, 'chunk')];
  if (duplicates > 0) facts.push(`${counted(duplicates, 'duplicate')} left out`);
  if (median !== undefined) facts.push(`median ${median}, longest ${lengths.at(-1)} tokens of ${tokensOf}`);
  return [t(`  ${facts.join(', ')}`)];
}

function checkLines(documents: readonly Document[], style: Terminal['style']): string[] {
  const checks = documentsToCheck(documents);
  return checks.map((check) => `  ${style('yellow', '!')} ${check.path}: ${t(describeCheck(check, en))}`);
}

function skippedLines(skipped: readonly Skipped[]): string[] {
  if (skipped.length === 0) return [];
  const groups = groupSkipped(skipped).map(({ reason, count }) => {
    const [only] = skipped;
    return count === 1 && skipped.length === 1 && only ? `${only.path}: ${only.reason}` : `${count} × ${reason}`;
  });
  return [t(`  ${counted(skipped.length, 'file')} not read: ${groups.join('; ')}`)];
}

/** Rounded down, so that 100 % is whole. */
function percent(share: number): string {
  return `${Math.floor(100 * share)} %`;
}

function counted(count: number, noun: string): string {
  return `${quantity(count)} ${noun}${count === 1 ? '' : 's'}`;
}
