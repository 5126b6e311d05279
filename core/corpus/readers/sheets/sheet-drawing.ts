import { chartText } from '../diagram-text.ts';
import type { SectionBuilder } from '../document-content.ts';
import type { ZipArchive } from '../open-zip.ts';
import { readPart, relationshipsOf } from '../package-parts.ts';
import { childrenNamed, descendantsNamed, textOf } from '../xml.ts';

/** Adds the text of the boxes and charts that lie on a sheet. */
export function addDrawing(zip: ZipArchive, drawing: string, to: SectionBuilder): void {
  for (const body of descendantsNamed(readPart(zip, drawing), 'txBody')) {
    const lines = childrenNamed(body, 'p').map((paragraph) => descendantsNamed(paragraph, 't').map(textOf).join(''));
    to.text(lines.join('\n'));
  }
  for (const { type, target } of relationshipsOf(zip, drawing)) {
    if (type !== 'chart') continue;
    const { titles } = chartText(readPart(zip, target));
    // Its values are cells of the sheets.
    to.text(titles.join('\n'));
  }
}
