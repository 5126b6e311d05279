import { format } from 'numfmt';

/** Built-in number formats (ECMA-376, part 1, 18.8.30); those of East Asian languages are dates and times as well. */
const BUILT_IN: Readonly<Record<number, string>> = {
  1: '0',
  2: '0.00',
  3: '#,##0',
  4: '#,##0.00',
  5: '"$"#,##0',
  6: '"$"#,##0',
  7: '"$"#,##0.00',
  8: '"$"#,##0.00',
  9: '0%',
  10: '0.00%',
  11: '0.00E+00',
  12: '# ?/?',
  13: '# ??/??',
  37: '#,##0;(#,##0)',
  38: '#,##0;(#,##0)',
  39: '#,##0.00;(#,##0.00)',
  40: '#,##0.00;(#,##0.00)',
  41: '#,##0',
  42: '#,##0',
  43: '#,##0.00',
  44: '#,##0.00',
  45: 'mm:ss',
  46: '[h]:mm:ss',
  47: 'mm:ss.0',
  48: '##0.0E+0',
};
const DATES = new Set([14, 15, 16, 17, 22, 27, 28, 29, 30, 31, 34, 35, 36, 50, 51, 52, 53, 54, 57, 58]);
const TIMES = new Set([18, 19, 20, 21, 32, 33, 55, 56]);
/** Formats that only a part of a date is shown by, or its names of months and days. */
const PARTIAL_DATES: Readonly<Record<number, string>> = { 16: 'd-mmm', 17: 'mmm-yy' };
const DATE = 'yyyy-mm-dd';
const TIME = 'h:mm';

/** The pattern of a built-in format; undefined for the general one. */
export function builtInFormat(id: number): string | undefined {
  if (DATES.has(id)) return PARTIAL_DATES[id] ?? DATE;
  return TIMES.has(id) ? TIME : BUILT_IN[id];
}

/** What a cell shows of a value, and in which calendar. */
export interface NumberFormat {
  /** A pattern of Excel; undefined for `General`. */
  readonly pattern: string | undefined;
  /** Days between 1970 and the day before the first of the workbook's calendar. */
  readonly epoch: number;
}

/** Days between 1970 and the day before the first: of the calendar that begins in 1900, and of that of 1904. */
export const EPOCH_1900 = 25_569;
export const EPOCH_1904 = 24_107;

/**
 * A number as a cell shows it. Days and times of day are written as in ISO 8601, because the order of day and month
 * depends on the country of the program; formats that name the month or show a part of the date are kept.
 */
export function shownNumber(value: number, { pattern, epoch }: NumberFormat): string {
  if (pattern === undefined || /^\s*(?:\[[^\]]*\])*(?:general|@)\s*$/i.test(pattern)) return rounded(value);
  const letters = lettersOf(pattern);
  if (/[yd年月日]|m{3,}/i.test(letters)) return shownDay(value, pattern, letters, epoch);
  if (/h/i.test(letters.replace(/\[h+\]/gi, ''))) return clockOf(value, epoch);
  return formatted(value, pattern);
}

function shownDay(value: number, pattern: string, letters: string, epoch: number): string {
  const named = /m{3,}|d{3,}|aaa/i.test(letters) || /[年月日]/.test(pattern.split(';')[0] ?? '');
  const whole = /y/i.test(letters) && /d/i.test(letters);
  // The library counts from 1900.
  if (named || !whole) return formatted(value + EPOCH_1900 - epoch, pattern);
  const time = toTime(value, epoch);
  if (time === undefined) return rounded(value);
  return Number.isInteger(value) ? time.day : value < 1 ? time.clock : `${time.day} ${time.clock}`;
}

function clockOf(value: number, epoch: number): string {
  return toTime(value, epoch)?.clock ?? rounded(value);
}

function toTime(value: number, epoch: number): { day: string; clock: string } | undefined {
  // Excel counts a 29 February of 1900, which was none.
  const days = value - epoch + (epoch === EPOCH_1900 && value >= 1 && value < 60 ? 1 : 0);
  const time = new Date(Math.round(days * 86_400) * 1000);
  if (Number.isNaN(time.getTime())) return undefined;
  const [day = '', clock = ''] = time.toISOString().slice(0, 19).split('T');
  return { day, clock: clock.replace(/:00$/, '') };
}

function formatted(value: number, pattern: string): string {
  // The library writes numbers as in the country of a currency; Excel, as in that of the person.
  const neutral = pattern.replace(/\[\$([^\]-]+)-[^\]]*\]/g, '[$$$1]');
  const text = format(neutral, value, { throws: false });
  // What does not fit into a cell, or has no meaning.
  return typeof text === 'string' && !/^#+$/.test(text) ? text.replace(/\s+/g, ' ').trim() : rounded(value);
}

/** A pattern for positive numbers without quoted text, colours, conditions and countries. */
function lettersOf(pattern: string): string {
  return pattern.replace(/"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]/gi, '').split(';')[0] ?? '';
}

/** Without the last digits of binary fractions. */
function rounded(number: number): string {
  return String(Number(number.toPrecision(15)));
}
