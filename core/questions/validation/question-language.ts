import { LANGUAGES, LETTERS, WEIGHTS } from './question-words.ts';

const HAN = /\p{Script=Han}/gu;
/** Scripts of the languages that are not written in Latin letters. */
const SCRIPTS: Record<string, RegExp> = {
  zh: HAN,
  ja: /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu,
  ko: /[\p{Script=Hangul}\p{Script=Han}]/gu,
  ...Object.fromEntries(['ru', 'uk', 'bg', 'sr', 'mk', 'be'].map((language) => [language, /\p{Script=Cyrillic}/gu])),
  ...Object.fromEntries(['ar', 'fa', 'ur'].map((language) => [language, /\p{Script=Arabic}/gu])),
  he: /\p{Script=Hebrew}/gu,
  el: /\p{Script=Greek}/gu,
  th: /\p{Script=Thai}/gu,
  hi: /\p{Script=Devanagari}/gu,
};
const KANA = /[\p{Script=Hiragana}\p{Script=Katakana}]/gu;
const HANGUL = /\p{Script=Hangul}/gu;
const NOT_LATIN = /[\p{L}--\p{Script=Latin}]/gv;
const LATIN_WORD = /[\p{Script=Latin}\p{M}\p{N}]+(?:['’-][\p{Script=Latin}\p{M}\p{N}]+)*/gu;
/** Characters of Chinese sentences that Japanese ones do not use. */
const CHINESE_ONLY = /[么吗呢哪们这那为与个说给让还没时谁嗎]|多少|怎|是否/u;
const QUOTED = /["“‘「『（(][^"”’」』）)]*["”’」』）)]/gu;

/** Score from which on another language is assumed, and how many times the expected language's score it must be. */
const MIN_SCORE = 2;
const MIN_RATIO = 3;
/** Latin words from which on a question that should be in another script is in a Latin one. */
const MIN_LATIN_WORDS = 2;

/**
 * Whether a question is clearly in another language than expected: by its script and, for Latin scripts, by the words
 * of which questions are made. In doubt it is not: words that the passage uses too (names, terms, code) count for no
 * language, and every question is accepted where the expected language has no word list.
 * @param expected BCP 47 tag.
 */
export function isInAnotherLanguage(question: string, expected: string, passage: string): boolean {
  const language = primary(expected);
  const script = SCRIPTS[language];
  if (script) return isInAnotherScript(question, language, script, passage);
  // Two Chinese characters weigh as much as one word.
  if (count(question.replace(QUOTED, ' '), NOT_LATIN) / 2 > count(question, LATIN_WORD)) return true;
  return LANGUAGES.has(language) && suggestsAnother(question, language, passage);
}

function isInAnotherScript(question: string, language: string, script: RegExp, passage: string): boolean {
  if (count(question, script) === 0)
    return count(question, NOT_LATIN) > 0 || ownWords(question, passage).length >= MIN_LATIN_WORDS;
  const kana = count(question, KANA);
  const hangul = count(question, HANGUL);
  if (language === 'zh') return kana + hangul > count(question, HAN) / 4;
  if (language === 'ja') return kana === 0 && CHINESE_ONLY.test(question);
  return language === 'ko' && hangul === 0 && (kana > 0 || count(question, HAN) > 4);
}

function suggestsAnother(question: string, expected: string, passage: string): boolean {
  const scores = new Map<string, number>();
  const add = (language: string, weight: number) => scores.set(language, (scores.get(language) ?? 0) + weight);
  for (const word of new Set(ownWords(question, passage))) {
    for (const { language, weight } of WEIGHTS.get(word) ?? []) add(language, weight);
  }
  for (const [letter, language] of LETTERS) if (letter.test(question.toLowerCase())) add(language, 1);
  let expectedScore = 0;
  for (const word of new Set(latinWords(question))) {
    expectedScore += WEIGHTS.get(word)?.find(({ language }) => language === expected)?.weight ?? 0;
  }
  scores.delete(expected);
  const highest = Math.max(0, ...scores.values());
  return highest >= MIN_SCORE && highest >= MIN_RATIO * expectedScore;
}

/** Letters of another script from which on a part of a question is more than a term. */
const MIN_SENTENCE = 6;

/** Whether one part of a question (`…？（How …?)`, `… / …`) repeats it in another language. */
export function holdsTranslation(question: string, expected: string, passage: string): boolean {
  const parts = question.split(/[（()）/|?？]/u).filter((part) => part.trim() !== '');
  if (parts.length < 2) return false;
  const language = primary(expected);
  const isLatin = SCRIPTS[language] === undefined;
  return parts.some(
    (part) => (isLatin && count(part, NOT_LATIN) >= MIN_SENTENCE) || suggestsAnother(part, language, passage),
  );
}

/** The label of a language in front of a translated candidate. */
const LANGUAGE_LABEL =
  /^[（(]?\s*((in )?(english|chinese|german|spanish|french|japanese|korean)|translation|translated|中文|英文|英语|翻译|译文|(auf )?(deutsch|englisch)|übersetzung|español|inglés|traducción|français|anglais|traduction|日本語|英語|訳|翻訳|한국어|영어|번역)\s*(version|translation|版|译|訳|翻译|번역)?\s*[:：]/iu;

/** Whether a candidate is labelled as a translation (`English: …`). */
export function isLabelledTranslation(text: string): boolean {
  return LANGUAGE_LABEL.test(text);
}

/** Whether two questions are in different scripts, so that one may be a translation of the other. */
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

/** Latin words of a question that its passage does not use, without identifiers. */
function ownWords(question: string, passage: string): string[] {
  const inPassage = new Set(latinWords(passage));
  return latinWords(question).filter((word) => !inPassage.has(word) && !/\p{N}/u.test(word));
}

function latinWords(text: string): string[] {
  return text.toLowerCase().replaceAll("'", '’').match(LATIN_WORD) ?? [];
}

function primary(tag: string): string {
  const [subtag = ''] = tag.toLowerCase().split(/[-_]/);
  return ['cmn', 'yue', 'wuu'].includes(subtag) ? 'zh' : subtag;
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}
