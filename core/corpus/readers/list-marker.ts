import { type ChineseStyle, chineseNumber } from './chinese-number.ts';

/** Kinds of numbers of list items and headings, named as in Word's numbering where it has a name. */
export type NumberFormat =
  | 'decimal'
  | 'lowerLetter'
  | 'upperLetter'
  | 'lowerRoman'
  | 'upperRoman'
  | 'circled'
  | ChineseStyle
  | keyof typeof DIGITS
  | keyof typeof ALPHABETS;

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
/** Digits of numbers that are written as decimal ones. */
const DIGITS = {
  fullWidth: '０１２３４５６７８９',
  chineseDigits: '〇一二三四五六七八九',
  koreanDigits: '영일이삼사오육칠팔구',
  thaiDigits: '๐๑๒๓๔๕๖๗๘๙',
  devanagariDigits: '०१२३४५६७८९',
};
/** Signs that count in their order. */
const ALPHABETS = {
  heavenlyStems: '甲乙丙丁戊己庚辛壬癸',
  earthlyBranches: '子丑寅卯辰巳午未申酉戌亥',
  katakana: 'アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン',
  iroha: 'イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセスン',
  hangul: '가나다라마바사아자차카타파하',
  hangulConsonants: 'ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎ',
  lowerCyrillic: 'абвгдежзиклмнопрстуфхцчшщыэюя',
  upperCyrillic: 'АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЫЭЮЯ',
  lowerGreek: 'αβγδεζηθικλμνξοπρστυφχψω',
  arabic: 'أبتثجحخدذرزسشصضطظعغفقكلمنهوي',
};

/** A number as it is shown before an item: `3`, `c`, `iv`, `十二`. What a format cannot show is decimal. */
export function formatNumber(number: number, format: NumberFormat): string {
  return shown(number, format) ?? String(number);
}

function shown(number: number, format: NumberFormat): string | undefined {
  switch (format) {
    case 'decimal':
      return undefined;
    case 'lowerLetter':
      return letters(number);
    case 'upperLetter':
      return letters(number)?.toUpperCase();
    case 'lowerRoman':
      return roman(number);
    case 'upperRoman':
      return roman(number)?.toUpperCase();
    case 'circled':
      return circled(number);
    case 'chinese':
    case 'japanese':
    case 'simplifiedFinancial':
    case 'traditionalFinancial':
      return chineseNumber(number, format);
    default:
      if (format in DIGITS) {
        const digits = [...DIGITS[format as keyof typeof DIGITS]];
        return String(number).replace(/\d/g, (digit) => digits[Number(digit)] ?? digit);
      }
      return [...ALPHABETS[format as keyof typeof ALPHABETS]][number - 1];
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

/** ① to ㊿. */
function circled(number: number): string | undefined {
  if (number < 1 || number > 50) return undefined;
  return String.fromCodePoint(number + (number <= 20 ? 0x245f : number <= 35 ? 0x323c : 0x328d));
}
