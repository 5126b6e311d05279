/** Function words that occur in every few sentences of a language and in few of the other languages. */
const STOPWORDS: Readonly<Record<string, string>> = {
  en: 'the and of to is for with that this are be it by from you not or',
  de: 'der die das und ist nicht mit den von ein eine zu auf für wird sich dem',
  fr: 'le les des et est une dans pour que qui sur pas par avec du au sont',
  es: 'el los las y que en una por con para del se es como al lo su',
  pt: 'o os as que do da em um uma para com não dos das no na por',
  it: 'il di che è la per un una non con del della sono gli nel alla dei',
  nl: 'de het een van en is niet met voor zijn op dat te aan wordt ook bij',
  sv: 'och att det som är på för med inte av ett den till har från om vid',
  pl: 'i w na z nie się do jest że to oraz przez dla lub od po są',
  tr: 've bir bu için ile olarak da de olan gibi daha çok en ise veya her ne',
};
const FUNCTION_WORDS = Object.entries(STOPWORDS).map(([language, words]) => ({
  language,
  words: new Set(words.split(' ')),
}));

/** Scripts of one language, or of one main language. */
const SCRIPTS: readonly (readonly [RegExp, string])[] = [
  [/\p{Script=Hangul}/gu, 'ko'],
  [/\p{Script=Cyrillic}/gu, 'ru'],
  [/\p{Script=Arabic}/gu, 'ar'],
  [/\p{Script=Hebrew}/gu, 'he'],
  [/\p{Script=Greek}/gu, 'el'],
  [/\p{Script=Thai}/gu, 'th'],
  [/\p{Script=Devanagari}/gu, 'hi'],
];

const SAMPLE_CHARACTERS = 20_000;

/**
 * Detects the main language of a text from its script or, in Latin script, from its function words.
 *
 * Looks at the first 20,000 characters. Two Han characters, or five letters of another script, count as much as one
 * word in Latin script, so that Chinese prose around Latin code is Chinese. A language that shares its script with a
 * more common one (Persian, Ukrainian) is reported as the common one.
 * @param expected the language of the document that a passage belongs to. It is returned unless the words clearly show
 *   another language: a short passage or a table has too few of them. Default: `und`.
 * @returns a BCP 47 primary language subtag; `und` if the language is unknown.
 */
export function detectLanguage(text: string, expected?: string): string {
  const sample = text.slice(0, SAMPLE_CHARACTERS);
  const latin = sample.toLowerCase().match(/\p{Script=Latin}+/gu) ?? [];
  const kana = count(sample, /[\p{Script=Hiragana}\p{Script=Katakana}]/gu);
  const han = count(sample, /\p{Script=Han}/gu);
  const eastAsian = kana > (han + kana) * 0.1 ? 'ja' : 'zh';
  const weights: [string, number][] = [
    [eastAsian, (han + kana) / 2],
    ...SCRIPTS.map(([script, language]): [string, number] => [language, count(sample, script) / 5]),
  ];
  const [language, weight] = weights.reduce((best, next) => (next[1] > best[1] ? next : best));
  if (weight > 0 && weight >= latin.length * 0.25) return language;
  return latinLanguage(latin, expected);
}

function latinLanguage(words: readonly string[], expected = 'und'): string {
  const hits = FUNCTION_WORDS.map((entry) => ({
    language: entry.language,
    hits: words.reduce((sum, word) => sum + Number(entry.words.has(word)), 0),
  })).sort((a, b) => b.hits - a.hits);
  const [first, second] = hits;
  if (!first || !second || first.hits < 2 || first.hits === second.hits || first.hits < words.length * 0.05)
    return expected;
  const ofExpected = hits.find((entry) => entry.language === expected)?.hits ?? 0;
  return expected !== 'und' && first.hits < 2 * ofExpected + 5 ? expected : first.language;
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}
