import { expect, test } from 'vitest';
import { parseDocument } from '../parse-document.ts';

const workbook = (sheets: string) => `<?xml version="1.0"?>
<?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Styles><Style ss:ID="p"><NumberFormat ss:Format="Percent"/></Style><Style ss:ID="child" ss:Parent="p"/>
<Style ss:ID="d"><NumberFormat ss:Format="Short Date"/></Style></Styles>${sheets}</Workbook>`;
const cell = (text: string, attributes = '', type = 'String') =>
  `<Cell ${attributes}><Data ss:Type="${type}">${text}</Data></Cell>`;
const parse = (text: string, path: string) => parseDocument(Buffer.from(text), path);

test('a workbook that Excel 2003 or a report program stored as XML, under any name', async () => {
  const sheet = `<Worksheet ss:Name="Fees"><Table><Column ss:Index="4" ss:Hidden="1"/>
<Row ss:Index="3">${cell('Fee')}${cell('Share')}${cell('Since')}${cell('Intern')}</Row>
<Row>${cell('Entry', 'ss:MergeDown="1"')}${cell('0.125', 'ss:StyleID="p"', 'Number')}${cell('2024-03-05T00:00:00.000', 'ss:StyleID="d"', 'DateTime')}</Row>
<Row>${cell('0.5', 'ss:Index="2" ss:StyleID="child"', 'Number')}${cell('2024-04-01T00:00:00.000', 'ss:StyleID="d"', 'DateTime')}</Row>
<Row><Cell ss:Formula="=R[-1]C"/></Row>
</Table></Worksheet>`;
  const hidden =
    '<Worksheet ss:Name="Old"><Table><Row><Cell><Data>gone</Data></Cell></Row></Table><WorksheetOptions><Visible>SheetHidden</Visible></WorksheetOptions></Worksheet>';
  for (const path of ['fees.xml', 'fees.xls', 'fees']) {
    const document = await parse(workbook(sheet + hidden), path);
    expect(document.media).toBe('xlsx');
    expect(document.sections).toEqual([
      {
        headings: ['Fees'],
        text: 'Fee | Share | Since\nEntry | 12.50% | 2024-03-05\nEntry | 50.00% | 2024-04-01',
        tables: [{ line: 0, rows: 3, headerRows: 1 }],
      },
    ]);
    expect(document.reading.omitted).toEqual([{ reason: 'hidden', characters: 10, sample: 'Intern' }]);
    expect(document.reading.doubts).toEqual([{ kind: 'formulas-without-values', sample: '=R[-1]C' }]);
  }
});

test('other XML is no workbook', async () => {
  expect((await parse('<Workbook><a>text</a></Workbook>', 'a.xml')).media).toBe('txt');
  await expect(parse(workbook(''), 'a.xml')).rejects.toThrow('a damaged Excel workbook');
});

test('a table of text under the name of an Excel file, as programs export it', async () => {
  const document = await parse('Material\tText\n100\tscrew\n', 'export.xls');
  expect(document.sections[0]?.text).toBe('Material | Text\n100 | screw');
});
