import { posix } from 'node:path';
import type { ZipArchive } from './open-zip.ts';
import { attribute, childrenNamed, parseXml, type XmlElement } from './xml.ts';

/** A relationship between the parts of an Open Packaging archive (ECMA-376, part 2): docx, pptx, xlsx. */
export interface Relationship {
  readonly id: string;
  /** The last part of its type: `styles`, `footnotes`, `slide`. */
  readonly type: string;
  /** Name of the file in the archive. */
  readonly target: string;
}

/** The relationships of a part; of the whole archive for the part ''. Links to other files are left out. */
export function relationshipsOf(zip: ZipArchive, part: string): Relationship[] {
  const folder = part === '' ? '' : posix.dirname(part);
  const bytes = zip.read(posix.join(folder, '_rels', `${posix.basename(part)}.rels`));
  return childrenNamed(bytes && parseXml(bytes), 'Relationship').flatMap((element) => {
    const target = attribute(element, 'Target');
    if (target === undefined || attribute(element, 'TargetMode') === 'External') return [];
    return [
      {
        id: attribute(element, 'Id') ?? '',
        type: (attribute(element, 'Type') ?? '').split('/').at(-1) ?? '',
        target: target.startsWith('/') ? target.slice(1) : posix.join(folder, target),
      },
    ];
  });
}

/** The outermost element of a part; undefined if the archive lacks it. */
export function readPart(zip: ZipArchive, name: string | undefined): XmlElement | undefined {
  const bytes = name === undefined ? undefined : zip.read(name);
  return bytes && parseXml(bytes);
}
