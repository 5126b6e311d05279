import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { LANGUAGES, languageOf, TEXTS } from './texts.ts';

/** Path -> text, with numbers and marked words in place of what is known only at run time. */
function flat(texts: object, path = ''): [string, string][] {
  return Object.entries(texts).flatMap(([key, value]): [string, string][] => {
    const here = path ? `${path}.${key}` : key;
    if (typeof value === 'function') {
      const values = Array.from({ length: value.length }, (_, i) => `‹${i}›`);
      return [[here, value(...values)]];
    }
    return typeof value === 'string' ? [[here, value]] : flat(value, here);
  });
}

/** The same word in both languages, or the name of the other language. */
const SAME = ['doneOf', 'otherLanguage', 'signedInAs', 'metricChange', 'units.MB', 'cron'];

it('has each text in both languages', () => {
  const english = new Map(flat(TEXTS.en));
  const chinese = new Map(flat(TEXTS.zh));
  expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort());
  expect([...english.values(), ...chinese.values()].filter((text) => text.trim() === '')).toEqual([]);
  const untranslated = [...chinese].filter(([key, text]) => !SAME.includes(key) && !/\p{Script=Han}/u.test(text));
  expect(untranslated).toEqual([]);
});

it('keeps every value in both languages', () => {
  const valuesOf = (text: string) => [...new Set(text.match(/‹\d›/g))].sort();
  const chinese = new Map(flat(TEXTS.zh));
  for (const [key, text] of flat(TEXTS.en))
    expect([key, valuesOf(chinese.get(key) ?? '')]).toEqual([key, valuesOf(text)]);
});

it('holds no text that the page does not show', () => {
  const page = fileURLToPath(new URL('.', import.meta.url));
  const modules = ['shell.ts', ...readdirSync(`${page}browser`, { recursive: true, encoding: 'utf8' })];
  const sources = modules
    .map((name) =>
      name.endsWith('.ts') ? readFileSync(page + (name === 'shell.ts' ? '' : 'browser/') + name, 'utf8') : '',
    )
    .join('');
  // `better`, `worse` and `undecided` are looked up by name.
  const shown = (key: string) => new RegExp(`\\.${key}\\b|\\{ ${key} \\}|'${key}'`).test(sources);
  expect(Object.keys(TEXTS.en).filter((key) => !shown(key))).toEqual([]);
});

it.each([
  [undefined, 'en'],
  ['', 'en'],
  ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
  ['zh', 'zh'],
  ['en-GB,en;q=0.9,zh;q=0.8', 'en'],
  ['de-DE,de;q=0.9,zh-TW;q=0.5,en;q=0.4', 'zh'],
  ['fr, zh;q=0', 'en'],
  ['ZH-hans', 'zh'],
])('a browser that asks for %j gets %s', (header, language) => {
  expect(languageOf(header)).toBe(language);
  expect(LANGUAGES).toContain(language);
});
