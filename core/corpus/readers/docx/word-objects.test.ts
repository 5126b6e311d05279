import { describe, expect, test } from 'vitest';
import { cell, p, read, run, table, text } from '../fixtures/word.ts';
import { readRtf } from '../rtf/read-rtf.ts';

const equation = (program: string) =>
  `<w:r><w:object><v:shape/><o:OLEObject Type="Embed" ProgID="${program}" r:id="r9"/></w:object></w:r>`;

describe('equations of MathType and of the Equation Editor', () => {
  test('are counted, because they are not read', () => {
    const body = p(
      `${run('With ')}${equation('Equation.DSMT4')}${run(' litres and ')}${equation('Equation.3')}${run('.')}`,
    );
    expect(read(body).doubts).toEqual([{ kind: 'equations-not-read', sample: '2 (Equation.DSMT4)' }]);
    expect(read(p(equation('Excel.Sheet.12'))).doubts).toEqual([]);
  });

  test('also in RTF', () => {
    const source =
      '{\\rtf1 With {\\object\\objemb{\\*\\objclass Equation.3}{\\*\\objdata 0105}{\\result x}} litres.\\par}';
    expect(readRtf(Buffer.from(source)).doubts).toEqual([{ kind: 'equations-not-read', sample: '1 (Equation.3)' }]);
  });
});

describe('tables in notes', () => {
  const reference = '<w:r><w:footnoteReference w:id="2"/></w:r>';
  const fuses = table([cell('Slot'), cell('Ampere')], [cell('F1'), cell('16')]);

  test('keep their rows, between the paragraphs of the note', () => {
    const footnotes = `<w:footnote w:id="2">${p('See the list:')}${fuses}${p('From May.')}</w:footnote>`;
    expect(text(p(`${run('Check the fuses.')}${reference}`), { footnotes })).toBe(
      'Check the fuses.[1]\n\n[1] See the list:\n\nSlot | Ampere\nF1 | 16\n\nFrom May.',
    );
  });

  test('a note that is only a table has its number before it', () => {
    const footnotes = `<w:footnote w:id="2">${fuses}</w:footnote>`;
    expect(text(p(`${run('Check.')}${reference}`), { footnotes })).toBe('Check.[1]\n\n[1]\n\nSlot | Ampere\nF1 | 16');
  });
});
