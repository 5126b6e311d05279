import { expect, test } from 'vitest';
import { p, text } from '../fixtures/word.ts';

const r = (words: string) => `<m:r><m:t>${words}</m:t></m:r>`;
const e = (content: string) => `<m:e>${content.startsWith('<') ? content : r(content)}</m:e>`;

test.each([
  ['a bar', `<m:bar><m:barPr><m:pos m:val="top"/></m:barPr>${e('x')}</m:bar>`, 'x\u0305'],
  [
    'an arrow with its condition',
    `<m:groupChr><m:groupChrPr><m:chr m:val="→"/><m:pos m:val="top"/></m:groupChrPr>${e('heat')}</m:groupChr>`,
    'heat^→',
  ],
  [
    'a brace with its label',
    `<m:limLow><m:e><m:groupChr>${e('a+b')}</m:groupChr></m:e><m:lim>${r('n')}</m:lim></m:limLow>`,
    '(a+b)_n',
  ],
  [
    'a binomial',
    `<m:d>${e(`<m:f><m:fPr><m:type m:val="noBar"/></m:fPr><m:num>${r('n')}</m:num><m:den>${r('k')}</m:den></m:f>`)}</m:d>`,
    '(n¦k)',
  ],
  [
    'cases, with the marks that align them',
    `<m:d><m:dPr><m:begChr m:val="{"/><m:endChr m:val=""/></m:dPr>${e(`<m:eqArr>${e('1, &amp;x&gt;0')}${e('0, &amp;x≤0')}</m:eqArr>`)}</m:d>`,
    '{1, x>0; 0, x≤0',
  ],
  ['a number of the equation', `<m:eqArr>${e('E=mc#(1)')}</m:eqArr>`, 'E=mc (1)'],
  ['a hidden degree', `<m:rad><m:radPr><m:degHide/></m:radPr><m:deg>${r('2')}</m:deg>${e('x')}</m:rad>`, '√x'],
  ['a phantom', `${r('a')}<m:phant><m:phantPr><m:show m:val="0"/></m:phantPr>${e('z')}</m:phant>`, 'a'],
  ['a degree sign', `<m:sSup>${e('20')}<m:sup>${r('∘')}</m:sup></m:sSup>${r('C')}`, '20°C'],
  ['an empty base', `<m:sSub><m:e/><m:sub>${r('0')}</m:sub></m:sSub>`, '_0'],
  ['letters of formulas', r('𝑄=𝑉/𝑡'), 'Q=V/t'],
  ['a line break', `${r('a=b')}<m:r><w:br/><m:t>c=d</m:t></m:r>`, 'a=b\nc=d'],
  ['a tracked change', `${r('a=')}<w:del>${r('1')}</w:del><w:ins>${r('2')}</w:ins>`, 'a=2'],
  ['a symbol', `<m:r><w:sym w:font="Symbol" w:char="F061"/></m:r>${r('=1')}`, 'α=1'],
])('%s', (_, equation, shown) => {
  expect(text(p(`<m:oMath>${equation}</m:oMath>`))).toBe(shown);
});

test('equations outside of paragraphs', () => {
  expect(text(`${p('So')}<m:oMathPara><m:oMath>${r('a=1')}</m:oMath></m:oMathPara>`)).toBe('So\n\na=1');
});
