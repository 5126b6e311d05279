import { elementsOf, type HtmlElement, nameOf } from './dom.ts';

const PARTS: Readonly<Record<string, string>> = {
  row: 'tr',
  cell: 'td',
  gridcell: 'td',
  columnheader: 'th',
  rowheader: 'th',
  rowgroup: 'tbody',
  'table-row': 'tr',
  'table-cell': 'td',
  'table-row-group': 'tbody',
  'table-header-group': 'thead',
};
const DISPLAY = /\bdisplay\s*:\s*(table(?:-row|-cell|-row-group|-header-group)?)\b/i;

/**
 * Gives elements that are tables and headings by their role (WAI-ARIA) or by `display: table` the names of the elements
 * that they stand for.
 */
export function nameByRole(root: HtmlElement): void {
  const open: { element: HtmlElement; inTable: boolean }[] = [{ element: root, inTable: false }];
  for (let at = open.pop(); at; at = open.pop()) {
    const { element, inTable } = at;
    const name = nameByRoleOf(element, inTable);
    if (name !== undefined) element.name = name;
    const isTable = name === 'table' || (inTable && name !== undefined);
    for (const child of elementsOf(element)) open.push({ element: child, inTable: isTable });
  }
}

function nameByRoleOf(element: HtmlElement, inTable: boolean): string | undefined {
  const { role = '', style = '' } = element.attribs;
  if (role === 'heading' && !/^h[1-6]$/.test(nameOf(element))) {
    const level = Number.parseInt(element.attribs['aria-level'] ?? '2', 10);
    return `h${Math.min(6, Math.max(1, level || 2))}`;
  }
  // Tables themselves are read as such.
  if (/^t(?:able|body|head|foot|r|d|h)$/.test(nameOf(element))) return undefined;
  const display = DISPLAY.exec(style)?.[1]?.toLowerCase() ?? '';
  if (inTable) return PARTS[role] ?? PARTS[display];
  const isTable = /^(?:table|grid|treegrid)$/.test(role) || (display === 'table' && role === '');
  return isTable && holdsRows(element) ? 'table' : undefined;
}

function holdsRows(element: HtmlElement): boolean {
  return elementsOf(element).some(({ attribs: { role = '', style = '' } }) => {
    const part = PARTS[role] ?? PARTS[DISPLAY.exec(style)?.[1]?.toLowerCase() ?? ''];
    return part !== undefined && part !== 'td';
  });
}
