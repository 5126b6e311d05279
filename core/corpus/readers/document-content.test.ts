import { expect, it } from 'vitest';
import { SectionBuilder } from './document-content.ts';

it('says at which lines of a section its tables are', () => {
  const sections = new SectionBuilder();
  sections.heading(1, 'Pumps');
  sections.text('Two\nlines.\n\nA paragraph.');
  sections.table(
    [
      ['model', 'power\n(kW)', ''],
      ['P1', '', 'new'],
    ],
    1,
  );
  sections.text('  ');
  sections.table([['P2', '7']], 0);
  const [section] = sections.finish();
  expect(section).toEqual({
    headings: ['Pumps'],
    text: 'Two\nlines.\n\nA paragraph.\n\nmodel | power (kW) |\nP1 |  | new\n\nP2 | 7',
    tables: [
      { line: 5, rows: 2, headerRows: 1 },
      { line: 8, rows: 1, headerRows: 0 },
    ],
  });
  const lines = section?.text.split('\n') ?? [];
  expect(section?.tables?.map(({ line }) => lines[line])).toEqual(['model | power (kW) |', 'P2 | 7']);
});

it('keeps the indentation of code and leaves out tables without text', () => {
  const sections = new SectionBuilder();
  sections.text('Run:');
  sections.text('\n    stop --now\n');
  sections.table([['', ' '], ['']], 1);
  expect(sections.finish()).toEqual([{ headings: [], text: 'Run:\n\n    stop --now' }]);
});
