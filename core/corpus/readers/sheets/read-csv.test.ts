import { expect, test } from 'vitest';
import { readCsv } from './read-csv.ts';

const textOf = (csv: string) => readCsv(csv).sections[0]?.text;

test('one quote that never ends loses no row', () => {
  expect(textOf('name,text\na,"never closed\nb,fine\n')).toBe('name | text\na | "never closed\nb | fine');
});

test('quotes in quotes that a program marks by a backslash', () => {
  expect(textOf('name,text\na,"say \\"stop\\", then wait"\n')).toBe('name | text\na | say "stop", then wait');
});

test('line breaks in quotes are in the cell', () => {
  expect(textOf('name,steps\na,"1. open\r\n2. wait"\n')).toBe('name | steps\na | 1. open 2. wait');
});
