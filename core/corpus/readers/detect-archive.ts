import type { Document } from '../../contracts/corpus.ts';
import { Unreadable } from './document-content.ts';
import type { ZipArchive } from './open-zip.ts';

/** Documents that are zip archives, by a file in them. */
const BY_FILE: readonly (readonly [RegExp, Document['media']])[] = [
  [/^word\/[^/]*\.xml$/, 'docx'],
  [/^xl\/workbook\.xml$/, 'xlsx'],
  [/^ppt\/presentation\.xml$/, 'pptx'],
  [/^META-INF\/container\.xml$/, 'epub'],
  [/^content\.xml$/, 'odf'],
];

/** Archives that are known, and not read. */
const NOT_READ: readonly (readonly [RegExp, string])[] = [
  [/^xl\/workbook\.bin$/, 'a binary Excel workbook; save it as xlsx'],
  [/^Index\/.*\.iwa$/, 'a document of Apple iWork; save it as docx, pptx or xlsx'],
];

/** The type of a document that is a zip archive. @throws Unreadable if it is another archive. */
export function detectArchive({ names }: ZipArchive): Document['media'] {
  const find = <T>(kinds: readonly (readonly [RegExp, T])[]) =>
    kinds.find(([pattern]) => names.some((name) => pattern.test(name)))?.[1];
  const media = find(BY_FILE);
  if (media === undefined) throw new Unreadable(find(NOT_READ) ?? 'a zip archive, not a document');
  return media;
}
