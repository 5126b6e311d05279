import { type DocumentContent, SectionBuilder, Unreadable } from '../document-content.ts';
import { OmittedText } from '../omitted-text.ts';
import type { ZipArchive } from '../open-zip.ts';
import { readPart, relationshipsOf } from '../package-parts.ts';
import { unreadEquations } from '../unread-equations.ts';
import { attribute, child, childrenNamed, descendantsNamed, textOf, type XmlElement } from '../xml.ts';
import { BodyText } from './body-text.ts';
import { NumberedLists } from './numbering.ts';
import { Styles } from './styles.ts';

/**
 * Reads a Word document (ECMA-376): headings by style and outline level, automatic numbers, lists, tables, equations,
 * text boxes, diagrams, notes. Left out, and reported, are tables of contents, headers and footers, hidden and deleted
 * text.
 * @param chunks content of the documents in it that Word inserts when it opens the document, by their names.
 * @throws Unreadable if the archive is damaged, or has no document in it.
 */
export function readDocx(zip: ZipArchive, chunks: ReadonlyMap<string, DocumentContent> = new Map()): DocumentContent {
  const main = mainPart(zip);
  const document = readPart(zip, main);
  const body = child(document, 'body');
  if (body === undefined) throw new Unreadable('a damaged Word document');
  const relationships = relationshipsOf(zip, main);
  const part = (type: string) => readPart(zip, relationships.find((other) => other.type === type)?.target);
  const targets = new Map(relationships.map(({ id, target }) => [id, target]));
  const omitted = new OmittedText();
  const sections = new SectionBuilder();
  const text = new BodyText({
    sections,
    omitted,
    // Those of Word 2003 are in the same file.
    styles: new Styles(part('styles') ?? child(document, 'styles')),
    lists: new NumberedLists(part('numbering')),
    notes: { ...notesOf(part('footnotes'), 'footnote'), ...notesOf(part('endnotes'), 'endnote') },
    part: (id) => readPart(zip, targets.get(id ?? '')),
    chunk: (id) => chunks.get(targets.get(id ?? '') ?? ''),
  });
  text.addBody(body);
  const heads = relationships.filter(({ type }) => type === 'header' || type === 'footer');
  const lines = heads.flatMap(({ target }) => descendantsNamed(readPart(zip, target), 'p').map(textOfRuns));
  for (const line of new Set(lines)) omitted.add('running-head', line);
  for (const comment of childrenNamed(part('comments'), 'comment'))
    omitted.add('comment', descendantsNamed(comment, 'p').map(textOfRuns).join(' '));
  const doubts = unreadEquations([body, part('footnotes'), part('endnotes')]);
  return { title: text.title, sections: sections.finish(), omitted: omitted.omissions, doubts };
}

/** The names of the documents that are inserted in a Word document (`altChunk`). */
export function chunksOf(zip: ZipArchive): string[] {
  return relationshipsOf(zip, mainPart(zip)).flatMap(({ type, target }) => (type === 'aFChunk' ? [target] : []));
}

function mainPart(zip: ZipArchive): string {
  return relationshipsOf(zip, '').find(({ type }) => type === 'officeDocument')?.target ?? 'word/document.xml';
}

/** The notes by kind and id. Those that draw the line above the notes are none. */
export function notesOf(part: XmlElement | undefined, kind: string): Record<string, XmlElement> {
  const notes = childrenNamed(part, kind).filter((note) => !/separator/i.test(attribute(note, 'type') ?? ''));
  return Object.fromEntries(notes.map((note) => [`${kind} ${attribute(note, 'id')}`, note]));
}

function textOfRuns(paragraph: XmlElement): string {
  return descendantsNamed(paragraph, 't').map(textOf).join('');
}
