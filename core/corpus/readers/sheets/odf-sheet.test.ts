import { expect, test } from 'vitest';
import { parseDocument } from '../parse-document.ts';

const cell = (text: string, attributes = '') =>
  `<table:table-cell ${attributes}>${text && `<text:p>${text}</text:p>`}</table:table-cell>`;
const row = (cells: string, attributes = '') => `<table:table-row ${attributes}>${cells}</table:table-row>`;

test('OpenDocument sheets are read as those of Excel: merged, hidden and missing values', async () => {
  const source = `<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="t" xmlns:text="x">
<office:automatic-styles><style:style style:name="no"><style:table-properties table:display="false"/></style:style></office:automatic-styles>
<office:body><office:spreadsheet>
<table:table table:name="Plan"><table:table-column table:number-columns-repeated="3"/><table:table-column table:visibility="collapse"/>
${row(cell(''), 'table:number-rows-repeated="4"')}
${row(`${cell('Region', 'table:number-rows-spanned="2"')}${cell('Year', 'table:number-columns-spanned="2"')}<table:covered-table-cell/>${cell('Intern')}`)}
${row(`<table:covered-table-cell/>${cell('Plan')}${cell('Done')}`)}
${row(`${cell('North')}${cell('', 'office:value-type="float" office:value="5"')}${cell('', 'table:formula="of:=B7*2"')}`)}
${row(cell('Hidden'), 'table:visibility="collapse"')}
${row(`${cell('South')}${cell('6')}${cell('7')}`, 'table:visibility="filter"')}
</table:table>
<table:table table:name="Old" table:style-name="no">${row(cell('gone'))}</table:table>
</office:spreadsheet></office:body></office:document>`;
  const { sections, reading } = await parseDocument(Buffer.from(source), 'plan.fods');
  expect(sections).toEqual([
    {
      headings: ['Plan'],
      text: 'Region | Year | Year\nRegion | Plan | Done\nNorth | 5\nSouth | 6 | 7',
      tables: [{ line: 0, rows: 4, headerRows: 2 }],
    },
  ]);
  expect(reading.omitted).toEqual([{ reason: 'hidden', characters: 16, sample: 'Intern' }]);
  expect(reading.doubts).toEqual([{ kind: 'formulas-without-values', sample: '=B7*2' }]);
});
