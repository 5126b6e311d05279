import type { RstInline } from './inline.ts';

/** A cell with its markup on one line. */
export interface Cell {
  readonly text: string;
  readonly columns?: number;
  readonly rows?: number;
}

const ITEM = /^[-*+•]\s+/;
/** Letters that are written without spaces between words. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}，。、；：！？（）]/u;

/** The lines of a cell on one. Items of a list are separated by semicolons. */
export function cellOf(lines: readonly string[]): Cell {
  let text = '';
  for (const line of lines) {
    const part = line
      .trim()
      .replace(/(^|\s)::$/, '')
      .replace(/::$/, ':');
    if (part === '') continue;
    if (text === '') text = part.replace(ITEM, '');
    else if (ITEM.test(part)) text += `; ${part.replace(ITEM, '')}`;
    else text += (UNSPACED.test(text.slice(-1)) && UNSPACED.test(part.slice(0, 1)) ? '' : ' ') + part;
  }
  return { text };
}

/** A table as HTML, which may stand in Markdown. */
export function tableHtml(rows: readonly (readonly Cell[])[], headerRows: number, inline: RstInline): string[] {
  const cell = ({ text, columns = 1, rows: below = 1 }: Cell, name: string) => {
    const spans = `${columns > 1 ? ` colspan="${columns}"` : ''}${below > 1 ? ` rowspan="${below}"` : ''}`;
    return `<${name}${spans}>${inline.plain(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</${name}>`;
  };
  const lines = rows.map((row, y) => `<tr>${row.map((one) => cell(one, y < headerRows ? 'th' : 'td')).join('')}</tr>`);
  return ['', `<table>${lines.join('')}</table>`, ''];
}
