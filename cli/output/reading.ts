import type { Chunk, Document, Skipped } from '../../core/contracts/corpus.ts';
import type { ChunkedCorpus } from '../../core/corpus/chunking/chunk-documents.ts';
import { groupSkipped } from '../../core/corpus/group-skipped.ts';
import { documentsToCheck, keptShare } from '../../core/corpus/judge-reading.ts';
import { describeCheck, describeOmission } from '../../core/report/describe-check.ts';
import { en } from '../../core/report/i18n/words-en.ts';
import { columns } from './columns.ts';
import { quantity, truncate } from './format.ts';
import type { Terminal } from './terminal.ts';

/** Documents as Hone reads them. */
export interface ReadDocuments {
  readonly documents: readonly Document[];
  readonly skipped: readonly Skipped[];
  readonly chunked: ChunkedCorpus;
  /** What counted the tokens: the name of a model or of an encoding. */
  readonly tokensOf: string;
}

/** A document as one object of `hone read --json`. */
export function documentJson(document: Document, { chunks }: ChunkedCorpus) {
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
    chunks: chunksOf(document, chunks).map(({ headings, text, tokens }) => ({ headings, text, tokens })),
  };
}

/** A file that was not read, as one object of `hone read --json`. */
export function skippedJson({ path, reason }: Skipped) {
  return { path, skipped: reason };
}

/** The page of `hone read`: documents in a table, or in full; then what to look at, and what was not read. */
export function readingLines(
  { documents, skipped, chunked, tokensOf }: ReadDocuments,
  { sections = false, chunks = false }: { readonly sections?: boolean; readonly chunks?: boolean },
  { style, columns: width }: Pick<Terminal, 'style' | 'columns'>,
): string[] {
  const lines: string[] = [];
  for (const document of documents) {
    if (!sections && !chunks) break;
    const own = chunksOf(document, chunked.chunks);
    lines.push('', ...titleLines(document, own, style));
    if (sections) lines.push(...sectionLines(document, style));
    if (chunks) lines.push(...chunkLines(own, style));
  }
  if (!sections && !chunks)
    lines.push('', ...table(documents, chunked).map((line) => `  ${truncate(line, width - 3)}`));
  lines.push('', ...totals(documents, chunked, tokensOf), ...checkLines(documents, style), ...skippedLines(skipped));
  return lines;
}

function chunksOf({ id }: Document, chunks: readonly Chunk[]): Chunk[] {
  return chunks.filter(({ documentId }) => documentId === id);
}

function titleLines(document: Document, chunks: readonly Chunk[], style: Terminal['style']): string[] {
  const { path, title, media, language, reading } = document;
  const facts = [media, language, counted(document.sections.length, 'section'), counted(chunks.length, 'chunk')];
  return [
    style('bold', path),
    style('dim', [title, ...facts].join(' · ')),
    ...reading.omitted.map((omission) => style('dim', `left out: ${describeOmission(omission, en)}`)),
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
    style('cyan', [`${i + 1}`, ...(headings.length > 0 ? [headings.join(' › ')] : []), `${tokens} tokens`].join(' · ')),
    ...text.split('\n'),
  ]);
}

function table(documents: readonly Document[], { chunks }: ChunkedCorpus): string[] {
  const count = new Map<string, number>();
  for (const { documentId } of chunks) count.set(documentId, (count.get(documentId) ?? 0) + 1);
  return columns([
    ['document', 'type', 'language', 'sections', 'chunks', 'kept'],
    ...documents.map(({ id, path, media, language, sections, reading }) => [
      path,
      media,
      language,
      quantity(sections.length),
      quantity(count.get(id) ?? 0),
      percent(keptShare(reading)),
    ]),
  ]);
}

function totals(documents: readonly Document[], { chunks, duplicates }: ChunkedCorpus, tokensOf: string): string[] {
  const lengths = chunks.map(({ tokens }) => tokens).sort((a, b) => a - b);
  const median = lengths[lengths.length >> 1];
  const facts = [counted(documents.length, 'document'), counted(chunks.length, 'chunk')];
  if (duplicates > 0) facts.push(`${counted(duplicates, 'duplicate')} left out`);
  if (median !== undefined) facts.push(`median ${median}, longest ${lengths.at(-1)} tokens of ${tokensOf}`);
  return [`  ${facts.join(', ')}`];
}

function checkLines(documents: readonly Document[], style: Terminal['style']): string[] {
  const checks = documentsToCheck(documents);
  return checks.map((check) => `  ${style('yellow', '!')} ${check.path}: ${describeCheck(check, en)}`);
}

function skippedLines(skipped: readonly Skipped[]): string[] {
  if (skipped.length === 0) return [];
  const groups = groupSkipped(skipped).map(({ reason, count }) => {
    const [only] = skipped;
    return count === 1 && skipped.length === 1 && only ? `${only.path}: ${only.reason}` : `${count} × ${reason}`;
  });
  return [`  ${counted(skipped.length, 'file')} not read: ${groups.join('; ')}`];
}

/** Rounded down, so that 100 % is whole. */
function percent(share: number): string {
  return `${Math.floor(100 * share)} %`;
}

function counted(count: number, noun: string): string {
  return `${quantity(count)} ${noun}${count === 1 ? '' : 's'}`;
}
