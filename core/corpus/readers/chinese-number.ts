/** Ways to write a number in Chinese characters. */
export type ChineseStyle = 'chinese' | 'japanese' | 'simplifiedFinancial' | 'traditionalFinancial';

/** Digits from zero; units from ten. */
const SIGNS: Readonly<Record<ChineseStyle, readonly [string, string]>> = {
  chinese: ['零一二三四五六七八九', '十百千'],
  japanese: ['〇一二三四五六七八九', '十百千'],
  simplifiedFinancial: ['零壹贰叁肆伍陆柒捌玖', '拾佰仟'],
  traditionalFinancial: ['零壹貳參肆伍陸柒捌玖', '拾佰仟'],
};

/**
 * A number from 1 to 9999 in Chinese characters: 十二, 一百零五; in Japanese 百五. Undefined for another number.
 */
export function chineseNumber(number: number, style: ChineseStyle): string | undefined {
  if (!Number.isInteger(number) || number < 1 || number > 9999) return undefined;
  const [signs, units] = SIGNS[style].map((characters) => [...characters]) as [string[], string[]];
  const digits = [...String(number)].map(Number);
  let text = '';
  let skipped = false;
  for (const [index, digit] of digits.entries()) {
    if (digit === 0) {
      skipped = true;
      continue;
    }
    const unit = units[digits.length - 2 - index] ?? '';
    const one = digit === 1 && unit !== '' && (style === 'japanese' || (style === 'chinese' && number < 20));
    text += `${skipped && style !== 'japanese' ? signs[0] : ''}${one ? '' : signs[digit]}${unit}`;
    skipped = false;
  }
  return text;
}
