import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Sources, type SourceText } from './extract-texts.fixture.ts';
import { newTranslator } from './translate.ts';
import { allAdvice, allHypotheses } from './verify-faults.fixture.ts';
import { commanderZh } from './zh/commander.ts';
import { catalogueZh } from './zh/index.ts';
import { zodZh } from './zh/zod.ts';

const sources = new Sources(
  ['core', 'activities', 'workflows', 'workers', 'client', 'server', 'cli'].flatMap((root) =>
    readdirSync(root, { recursive: true, encoding: 'utf8' })
      .map((name) => `${root}/${name}`)
      .filter((path) => /\.ts$/.test(path) && !/\.(test|fixture)\.ts$|\/fixtures\/|^cli\/i18n\//.test(path)),
  ),
);

/** Files whose sentences a person reads at the terminal. A worker's and a server's are their logs. */
const AT_THE_TERMINAL =
  /^cli\/(?!actions\/worker)|^client\/|^core\/run\/describe-hold|^workers\/(embedded|temporal-(binary|server))/;

/** Queries, JSON and commands there, which are the same in all languages. */
const NOT_TRANSLATED = [
  /WorkflowType|TaskQueue =/,
  /^Hone run input$/,
  /^npx hone /,
  /^\$ (\w+=\S+ )?(hone|curl) /,
  /^Stopping: open requests/,
];

/** Texts that are pieces of others in the same file, and are not shown alone. */
const PIECES = [
  'no such run',
  'is paused',
  'is resumed',
  'is deleted; a retraining that it started continues',
  'does not exist',
  'cannot be read',
  'does not answer',
  'answers with an error',
  'and 7 % of the tuned weights',
  'neither better nor worse than base',
  'better than base by 7 points',
  'worse than base by 7 points',
  'no run 7',
  'has ended already: 7.',
  'has been asked to stop, and stops as soon as a worker is available.',
  'is cancelled. Its finished work is kept.',
  'had ended before it could be cancelled: 7.',
  '· to see them: hone show 7 --questions',
  'The config file 7',
  'at 7 requests a minute',
  'at 7 tokens a minute',
  'with 7 requests at once, each 7 s',
  'with 7 requests at once, each 7 s (assumed)',
  '7 before it, to choose learning rate and merge7',
  ', with 7 layers recomputed to save memory',
  '7 from v7 to v7',
  '7 v7 on 7',
  '7; next 7',
  '7; paused',
];

/** Summaries and notes that have no words of a language. */
const NAMES = [
  'not under a name; as good as 7 7',
  'MB',
  'BM25',
  'Batch API',
  '7/7/report.html',
  '7 v7 · as good as 7 7',
  '7 v7 · 7 than 7 by 7 points 7',
];

const faults = sources.argumentsOfNew('Fault', [1, 2]);
const prose = sources.prose().filter(({ file }) => AT_THE_TERMINAL.test(file));
const marked = sources.argumentsOf('t');
const progress = sources
  .propertiesNamed(new Set(['summary', 'note', 'waitsFor', 'unit']))
  .filter(({ file }) => /^(activities|workflows|core\/(hub|training|questions))\//.test(file));
/** `hone verify` alone; what servers do otherwise (`does`) is in verify-faults.test.ts. */
const verification = [
  ...sources.propertiesNamed(new Set(['message', 'notes'])),
  ...sources.argumentsOf('onStep'),
].filter(({ file }) => file.startsWith('core/verify/'));

/** Fewer words in a row may be put together from two literals. */
const MOST_JOINED = 4;

/** Lines with words, a number in place of what is known only at run time. */
function samples(texts: readonly SourceText[]): string[] {
  const lines = texts.flatMap(({ text }) => text.replace(/\{\w+\}/g, '7').split('\n')).map((line) => line.trim());
  return [...new Set(lines)].filter(
    (line) =>
      /[a-z]{2}/i.test(line) &&
      !NOT_TRANSLATED.some((pattern) => pattern.test(line)) &&
      !PIECES.includes(line) &&
      !NAMES.includes(line),
  );
}

/** With Chinese in it, and no three English words in a row but in commands. */
function isChinese(text: string): boolean {
  const withoutCommands = text.replace(/`[^`]*`|\b(hone|temporal|git|npx|python3)( [\w-]+)+/g, '');
  return /\p{Script=Han}/u.test(text) && !/[a-z]{2,} [a-z]{2,} [a-z]{2,}/.test(withoutCommands);
}

describe('the Chinese of the terminal', () => {
  const translator = newTranslator();

  test.each([
    ['faults', faults, 400],
    ['sentences of the command line', prose, 300],
    ['texts that the command line passes to t', marked, 100],
    ['summaries and notes of stages', progress, 40],
    ['findings and notes of hone verify', verification, 14],
  ])('has all %s', (_what, texts, atLeast) => {
    const all = samples(texts);
    expect(all.length).toBeGreaterThan(atLeast);
    expect(all.filter((text) => !isChinese(translator.find(text) ?? ''))).toEqual([]);
  });

  test('has nothing that the sources do not say', async () => {
    const said = sources.literals();
    const used = new Set<string>();
    translator.onUse = (english) => void used.add(english);
    const composed = [...allAdvice(), ...(await allHypotheses())];
    const all = [...samples([...faults, ...prose, ...marked, ...progress, ...verification]), ...composed];
    for (const text of all) translator.find(text);
    /** Texts that are composed in ways that the extraction does not follow: all of their words are in the sources. */
    const isSaid = (english: string) =>
      english
        .split(/\{#?\w+\}/)
        .map((piece) => piece.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, ''))
        .flatMap((piece) => (piece.split(' ').length > MOST_JOINED ? [piece] : piece.split(' ')))
        .every((piece) => said.includes(piece));
    const own = Object.keys(catalogueZh).filter((english) => !(english in commanderZh || english in zodZh));
    expect(own.filter((english) => !used.has(english) && !isSaid(english))).toEqual([]);
  });

  test('keeps every value that the English text has', () => {
    const names = (text: string) => new Set([...text.matchAll(/\{#?(\w+)!?\}/g)].map(([, name = '']) => name));
    const lost = Object.entries(catalogueZh).filter(([english, chinese]) => {
      const kept = names(chinese);
      const needed = [...names(english)].filter((name) => !/^(any|s|ies)\d?$/.test(name));
      return needed.some((name) => !kept.has(name)) || [...kept].some((name) => !names(english).has(name));
    });
    expect(lost).toEqual([]);
  });
});
