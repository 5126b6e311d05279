/** Kinds of numbers of list items and headings, named as in Word's numbering. */
export type NumberFormat = 'decimal' | 'lowerLetter' | 'upperLetter' | 'lowerRoman' | 'upperRoman' | 'chinese';

const ROMAN: readonly (readonly [number, string])[] = [
  [1000, 'm'],
  [900, 'cm'],
  [500, 'd'],
  [400, 'cd'],
  [100, 'c'],
  [90, 'xc'],
  [50, 'l'],
  [40, 'xl'],
  [10, 'x'],
  [9, 'ix'],
  [5, 'v'],
  [4, 'iv'],
  [1, 'i'],
];
const CHINESE_DIGITS = [...'零一二三四五六七八九'];

/** A number as it is shown before an item: `3`, `c`, `iv`, `十二`. What a format cannot show is decimal. */
export function formatNumber(number: number, format: NumberFormat): string {
  switch (format) {
    case 'lowerLetter':
      return letters(number) ?? String(number);
    case 'upperLetter':
      return letters(number)?.toUpperCase() ?? String(number);
    case 'lowerRoman':
      return roman(number) ?? String(number);
    case 'upperRoman':
      return roman(number)?.toUpperCase() ?? String(number);
    case 'chinese':
      return chinese(number) ?? String(number);
    default:
      return String(number);
  }
}

/** a to z, aa, ab… */
function letters(number: number): string | undefined {
  if (number < 1) return undefined;
  let rest = number;
  let text = '';
  while (rest > 0) {
    text = String.fromCharCode(97 + ((rest - 1) % 26)) + text;
    rest = Math.floor((rest - 1) / 26);
  }
  return text;
}

function roman(number: number): string | undefined {
  if (number < 1 || number > 3999) return undefined;
  let rest = number;
  let text = '';
  for (const [value, sign] of ROMAN) {
    while (rest >= value) {
      text += sign;
      rest -= value;
    }
  }
  return text;
}

function chinese(number: number): string | undefined {
  if (number < 1 || number > 99) return undefined;
  const tens = Math.floor(number / 10);
  const ones = number % 10;
  const [ten, one] = [CHINESE_DIGITS[tens] ?? '', CHINESE_DIGITS[ones] ?? ''];
  return `${tens > 1 ? ten : ''}${tens > 0 ? '十' : ''}${ones > 0 ? one : ''}`;
}
