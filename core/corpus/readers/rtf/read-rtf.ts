import { type DocumentContent, SectionBuilder } from '../document-content.ts';
import { BodyText } from '../docx/body-text.ts';
import { NumberedLists } from '../docx/numbering.ts';
import { notesOf } from '../docx/read-docx.ts';
import { Styles } from '../docx/styles.ts';
import { OmittedText } from '../omitted-text.ts';
import { equationsNotRead } from '../unread-equations.ts';
import { descendantsNamed, parseXml, textOf } from '../xml.ts';
import { RtfToWord } from './to-word.ts';

/** Reads a file in Rich Text Format (version 1.9.1), with what is read of Word documents, by the same rules. */
export function readRtf(bytes: Uint8Array): DocumentContent {
  const source = Buffer.from(bytes).toString('latin1');
  const parts = new RtfToWord().read(source);
  const part = (name: string, content: string) => parseXml(Buffer.from(`<w:${name}>${content}</w:${name}>`));
  const sections = new SectionBuilder();
  const omitted = new OmittedText();
  const text = new BodyText({
    sections,
    omitted,
    styles: new Styles(part('styles', parts.styles)),
    lists: new NumberedLists(undefined),
    notes: notesOf(part('footnotes', parts.notes), 'footnote'),
    part: () => undefined,
    chunk: () => undefined,
  });
  const body = part('body', parts.body);
  if (body) text.addBody(body);
  const heads = descendantsNamed(part('heads', parts.heads), 'p').map(textOf);
  for (const head of new Set(heads)) omitted.add('running-head', head);
  const programs = [...source.matchAll(/\\objclass\s+([\w.]{1,60})/g)].map(([, program = '']) => program);
  const doubts = equationsNotRead(programs);
  return { title: text.title, sections: sections.finish(), omitted: omitted.omissions, doubts };
}
