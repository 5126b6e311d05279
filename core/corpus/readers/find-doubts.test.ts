import { expect, it } from 'vitest';
import { findDoubts } from './find-doubts.ts';

const kinds = (text: string) => findDoubts(text).map(({ kind }) => kind);

it.each([
  ['characters that could not be decoded', '关闭\ufffd门', 'replacement-characters'],
  ['glyphs of Arabic instead of letters', '\ufe97\ufeb8\ufed0\ufef4\ufede', 'presentation-forms'],
  ['letters drawn twice', 'The SSaaffeettyy rules and the PPrreessssuurree of VVaallvvee 3', 'doubled-letters'],
  ['lost spaces', `Start: ${'thevalveisclosedbeforethepumpisstarted'.repeat(3)}`, 'no-spaces'],
  ['letters on lines of their own', [...'the valve is closed before starting'].join('\n'), 'single-letters'],
])('doubts a text with %s', (_, text, kind) => {
  expect(kinds(text)).toEqual([kind]);
});

it.each([
  ['English', 'Bookkeeping: the committee succeeded. Aaaaaaaa! Oooooooops, see chapter 3.'],
  [
    'German compounds',
    'Die Donaudampfschifffahrtsgesellschaft prüft Rechtsschutzversicherungsgesellschaften jährlich.',
  ],
  ['Chinese without spaces', '启动前必须关闭排气阀并确认压力表读数为零'.repeat(5)],
  ['Thai without spaces', 'ปิดวาล์วก่อนเริ่มการทำงานของปั๊มทุกครั้ง'.repeat(5)],
  ['a list of letters', 'Sizes:\nS\nM\nL'],
  [
    'a hash among words',
    `The checksum of the file is ${'a1b2c3d4'.repeat(8)}, which every mirror of it must have as well.`,
  ],
  ['Arabic letters', 'أغلق الصمام قبل تشغيل المضخة ﷺ'],
])('does not doubt %s', (_, text) => {
  expect(kinds(text)).toEqual([]);
});

it('shows the place', () => {
  expect(findDoubts(`${'好'.repeat(50)}\ufffd${'门'.repeat(50)}`)[0]?.sample).toMatch(/好\ufffd门/);
});
