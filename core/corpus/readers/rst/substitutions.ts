import { RstInline } from './inline.ts';
import { endOfIndented, indentOf } from './lines.ts';

const DEFINITION = /^\s*\.\. \|([^|]+)\| ([\w-]+)::\s*(.*)$/;

/** The texts that names between bars stand for in a document, by name. Those in each other are replaced once. */
export function substitutionsOf(lines: readonly string[]): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const [i, line] of lines.entries()) {
    const [, name, kind, first = ''] = DEFINITION.exec(line) ?? [];
    if (name === undefined) continue;
    const below = lines.slice(i + 1, endOfIndented(lines, i + 1, indentOf(line) + 1)).map((other) => other.trim());
    if (kind === 'replace') texts.set(name, [first, ...below].join(' ').trim());
    else if (kind === 'unicode') texts.set(name, charactersOf(first));
    else if (kind === 'image') texts.set(name, /^:alt:\s*(.*)$/m.exec(below.join('\n'))?.[1] ?? '');
  }
  const inline = new RstInline(texts);
  return new Map([...texts].map(([name, text]) => [name, inline.plain(text)]));
}

/** Characters by their codes (`0xA9`, `U+00A9`), and words as they are; a comment follows two dots. */
function charactersOf(text: string): string {
  return text
    .replace(/\s*\.\. .*$/, '')
    .split(/\s+/)
    .map((word) => {
      const [, code] = /^(?:0x|x|\\x|U\+?|\\u|&#x)([0-9a-f]+);?$/i.exec(word) ?? [];
      const point = Number.parseInt(code ?? '', 16);
      return point <= 0x10ffff ? String.fromCodePoint(point) : word;
    })
    .join('');
}
