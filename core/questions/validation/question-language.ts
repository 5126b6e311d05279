import { LETTERS, TOLD_APART, WEIGHTS } from './question-words.ts';

/** What the languages written in something else than Latin letters are written in. */
const SCRIPTS: Record<string, RegExp> = {
  zh: /\p{Script=Han}/gu,
  ja: /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu,
  ko: /[\p{Script=Hangul}\p{Script=Han}]/gu,
  ...Object.fromEntries(['ru', 'uk', 'bg', 'sr', 'mk', 'be'].map((language) => [language, /\p{Script=Cyrillic}/gu])),
  ...Object.fromEntries(['ar', 'fa', 'ur'].map((language) => [language, /\p{Script=Arabic}/gu])),
  he: /\p{Script=Hebrew}/gu,
  el: /\p{Script=Greek}/gu,
  th: /\p{Script=Thai}/gu,
  hi: /\p{Script=Devanagari}/gu,
};
const HAN = SCRIPTS.zh as RegExp;
const KANA = /[\p{Script=Hiragana}\p{Script=Katakana}]/gu;
const HANGUL = /\p{Script=Hangul}/gu;
const NOT_LATIN = /[\p{L}--\p{Script=Latin}]/gv;
const LATIN_WORD = /[\p{Script=Latin}\p{M}\p{N}]+(?:['’-][\p{Script=Latin}\p{M}\p{N}]+)*/gu;
/** Characters of a Chinese sentence that a Japanese one does without. */
const CHINESE_ONLY = /[么吗呢哪们这那为与个说给让还没时谁嗎]|多少|怎|是否/u;
const QUOTED = /["“‘「『（(][^"”’」』）)]*["”’」』）)]/gu;

/** Evidence for another language from which on it is believed, and how many times that for the expected one it must be. */
const ENOUGH = 2;
const TIMES = 3;
/** Latin words that nothing explains, in a question that should be in another script. */
const UNEXPLAINED = 2;

/**
 * Whether a question is plainly in another language than it should be: by script, and among Latin scripts by the words
 * that questions are made of. Short questions often tell nothing, and then have the benefit of the doubt: words that the
 * passage itself uses (names, terms, code) speak for no language, and a language without a word list is not objected to.
 * @param expected BCP 47 tag.
 */
export function inAnotherLanguage(question: string, expected: string, passage: string): boolean {
  const language = primary(expected);
  const script = SCRIPTS[language];
  if (script) return inAnotherScript(question, language, script, passage);
  // Two characters of Chinese weigh as one word does.
  if (count(question.replace(QUOTED, ' '), NOT_LATIN) / 2 > count(question, LATIN_WORD)) return true;
  return TOLD_APART.has(language) && speaksFor(question, language, passage);
}

function inAnotherScript(question: string, language: string, script: RegExp, passage: string): boolean {
  const own = count(question, script);
  if (own === 0) return count(question, NOT_LATIN) > 0 || unexplained(question, passage).length >= UNEXPLAINED;
  const kana = count(question, KANA);
  const hangul = count(question, HANGUL);
  if (language === 'zh') return kana + hangul > count(question, HAN) / 4;
  if (language === 'ja') return kana === 0 && CHINESE_ONLY.test(question);
  return language === 'ko' && hangul === 0 && (kana > 0 || count(question, HAN) > 4);
}

function speaksFor(question: string, expected: string, passage: string): boolean {
  const scores = new Map<string, number>();
  const add = (language: string, weight: number) => scores.set(language, (scores.get(language) ?? 0) + weight);
  for (const word of new Set(unexplained(question, passage))) {
    for (const { language, weight } of WEIGHTS.get(word) ?? []) add(language, weight);
  }
  for (const [letter, language] of LETTERS) if (letter.test(question.toLowerCase())) add(language, 1);
  let own = 0;
  for (const word of new Set(latinWords(question))) {
    own += WEIGHTS.get(word)?.find(({ language }) => language === expected)?.weight ?? 0;
  }
  scores.delete(expected);
  const most = Math.max(0, ...scores.values());
  return most >= ENOUGH && most >= TIMES * own;
}

/** Letters of another script that make a part of a question more than a term. */
const SENTENCE = 6;

/** Whether a question of several parts (`…？（How …?)`, `… / …`) is put in another language in one of them. */
export function holdsTranslation(question: string, expected: string, passage: string): boolean {
  const parts = question.split(/[（()）/|?？]/u).filter((part) => part.trim() !== '');
  if (parts.length < 2) return false;
  const latin = SCRIPTS[primary(expected)] === undefined;
  return parts.some((part) =>
    latin && count(part, NOT_LATIN) >= SENTENCE ? true : speaksFor(part, primary(expected), passage),
  );
}

/** Whether two questions are in different scripts, so that one may be the other's translation. */
export function differInScript(one: string, other: string): boolean {
  return scriptOf(one) !== scriptOf(other);
}

function scriptOf(text: string): string {
  const han = count(text, HAN);
  if (count(text, HANGUL) > han) return 'Hangul';
  if (count(text, KANA) > 0) return 'kana';
  if (han > 0 && han / 2 >= count(text, LATIN_WORD) / 2) return 'Han';
  return count(text, NOT_LATIN) > count(text, /\p{Script=Latin}/gu) ? 'other' : 'Latin';
}

/** Latin words of a question that its passage does not use and that are no identifier. */
function unexplained(question: string, passage: string): string[] {
  const known = new Set(latinWords(passage));
  return latinWords(question).filter((word) => !known.has(word) && !/\p{N}/u.test(word));
}

function latinWords(text: string): string[] {
  return text.toLowerCase().replaceAll("'", '’').match(LATIN_WORD) ?? [];
}

function primary(tag: string): string {
  const subtag = tag.toLowerCase().split(/[-_]/)[0] as string;
  return ['cmn', 'yue', 'wuu'].includes(subtag) ? 'zh' : subtag;
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}
