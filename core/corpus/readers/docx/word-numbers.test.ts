import { describe, expect, test } from 'vitest';
import { item, level, list, p, sections, style, text } from '../fixtures/word.ts';

describe('formats of numbers', () => {
  test.each([
    ['chineseCountingThousand', ['一', '十', '十一', '二十', '一百', '一百零五', '一百一十']],
    ['japaneseCounting', ['一', '十', '十一', '二十', '百', '百五', '百十']],
    ['chineseLegalSimplified', ['壹', '壹拾', '壹拾壹', '贰拾', '壹佰', '壹佰零伍', '壹佰壹拾']],
    ['ideographTraditional', ['甲', '癸', '11', '20', '100', '105', '110']],
    ['decimalEnclosedCircle', ['①', '⑩', '⑪', '⑳', '100', '105', '110']],
    ['decimalEnclosedParen', ['(1)', '(10)', '(11)', '(20)', '(100)', '(105)', '(110)']],
    ['decimalFullWidth', ['１', '１０', '１１', '２０', '１００', '１０５', '１１０']],
    ['ganada', ['가', '차', '카', '20', '100', '105', '110']],
    ['russianLower', ['а', 'к', 'л', 'ф', '100', '105', '110']],
  ])('%s', (format, shown) => {
    const body = Array.from({ length: 110 }, (_, i) => item(`x${i + 1}`)).join('');
    const lines = text(body, { numbering: list(level(0, format, '%1')) }).split('\n');
    expect([1, 10, 11, 20, 100, 105, 110].map((number) => lines[number - 1])).toEqual(
      shown.map((number, i) => `${number} x${[1, 10, 11, 20, 100, 105, 110][i]}`),
    );
  });

  test('a number that nothing follows is next to its text', () => {
    expect(text(item('总则'), { numbering: list(level(0, 'decimal', '%1、', '<w:suff w:val="nothing"/>')) })).toBe(
      '1、总则',
    );
  });
});

describe('levels', () => {
  test('a level that begins again only after the first one goes on after the second one', () => {
    const numbering = list(
      level(0, 'decimal', '%1') +
        level(1, 'decimal', '%1.%2') +
        level(2, 'lowerLetter', '(%3)', '<w:lvlRestart w:val="1"/>'),
    );
    const body = item('A') + item('B', 1) + item('c', 2) + item('B', 1) + item('c', 2) + item('A') + item('c', 2);
    expect(text(body, { numbering }).split('\n')).toEqual([
      '1 A',
      '1.1 B',
      '    (a) c',
      '1.2 B',
      '    (b) c',
      '2 A',
      '    (a) c',
    ]);
  });

  test('a style that is based on that of a level is of this level', () => {
    const numbering = list(
      level(0, 'decimal', '%1', '<w:pStyle w:val="h1"/>') + level(1, 'decimal', '%1.%2', '<w:pStyle w:val="h2"/>'),
    );
    const numbered = '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>';
    const styles =
      style('h1', 'heading 1', numbered) +
      style('h2', 'heading 2', numbered) +
      style('mine', 'Mine', '<w:basedOn w:val="h2"/>');
    const body = p('A', '<w:pStyle w:val="h1"/>') + p('B', '<w:pStyle w:val="mine"/>') + p('Text.');
    expect(sections(body, { numbering, styles })).toEqual([{ headings: ['1 A', '1.1 B'], text: 'Text.' }]);
  });

  test.each([
    ['一级标题', '2级标题'],
    ['标题一', '标题二'],
    ['heading 1,H1,章', 'heading 2,H2'],
  ])('%s and %s are styles of headings', (first, second) => {
    const body = p('总则', '<w:pStyle w:val="a"/>') + p('范围', '<w:pStyle w:val="b"/>') + p('正文。');
    expect(sections(body, { styles: style('a', first) + style('b', second) })).toEqual([
      { headings: ['总则', '范围'], text: '正文。' },
    ]);
  });
});
