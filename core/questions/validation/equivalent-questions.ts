/** A question without case, spaces, punctuation and width of characters. */
export function normalizeQuestion(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');
}

/** Stop words: they can be added or left out without changing the question. */
const STOP_WORDS = new Set(
  (
    'a an the is are was were am be been do does did can could will would shall should may might must i you we one my your our please exactly ' +
    'of there it its s any some need needs have has typically usually generally currently actually specifically also ' +
    'der die das den dem des ein eine einer eines einen einem ist sind wird werden wurde kann können muss müssen soll sollte man ich bitte genau eigentlich denn ' +
    'el la los las lo un una unos unas del es son se puede pueden debe deben hay ' +
    'le les du une est sont peut doit on je faut il elle ce'
  ).split(' '),
);
/** Stop words of scripts without spaces. */
const STOP_RUNS =
  /请问|請問|一下|通常|一般|具体|需要|应该|應該|可以|会|會|的|了|是|呢|吗|嗎|啊|どのくらい(?=の)|です|ます|でしょう|ください|教えて/gu;
/** Asking words of one meaning, and the one that stands for them. */
const SYNONYMS: readonly (readonly [RegExp, string])[] = [
  [/怎么样|怎么|怎样|怎麼|如何/gu, '如何'],
  [/为什么|为何|為什麼|为啥/gu, '为何'],
  [/什么时候|何时|什麼時候/gu, '何时'],
  [/多长时间|多久|多少时间/gu, '多久'],
  [/哪些|哪几个|哪几种|什么/gu, '哪些'],
];
/** Words after which the order of terms matters: from PDF to Word is not from Word to PDF. */
const DIRECTION = new Set(
  'to from into than before after over under by via in zu nach von vor als aus durch de hacia antes después vers à avant après sur par'.split(
    ' ',
  ),
);
const DENSE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;
const TERM =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|[[\p{L}\p{N}\p{M}]--[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]]+/gv;

/**
 * A key that equivalent questions share: their terms without stop words, sorted unless their order matters. The key of
 * `How long does the filter last?` is the key of `How long will a filter last`.
 */
export function questionKey(text: string): string {
  const terms = termsOf(text);
  if (terms.length === 0) return normalizeQuestion(text);
  const ordered = terms.some((term) => DIRECTION.has(term) || DENSE.test(term));
  return (ordered ? terms : terms.toSorted()).join(' ');
}

/** Share of the longer question's terms from which on a shorter question that has them is equivalent. */
const CONTAINED_SHARE = 0.85;
/** In questions with fewer terms (characters, in scripts without spaces) one more term changes the subject. */
const MIN_TERMS = { words: 8, characters: 10 };
/** Terms that change the meaning wherever they are added: negations, `other`, numbers. */
const CHANGES_MEANING =
  /^(not|no|never|without|nicht|kein\w*|ohne|sin|non|pas|sans|不|没|未|无|非|無|没有|另|其|他|它|除|\p{N}+)$/u;

/**
 * Whether two questions about one passage are equivalent: they have the same key, or one is the other with a term or
 * two added. A replaced term makes another question (`open` and `close` the valve), as does an added number or
 * negation.
 */
export function areEquivalent(one: string, other: string): boolean {
  if (questionKey(one) === questionKey(other)) return true;
  const terms = termsOf(one);
  const otherTerms = termsOf(other);
  const [shorter, longer] = terms.length <= otherTerms.length ? [terms, otherTerms] : [otherTerms, terms];
  const minTerms = shorter.some((term) => DENSE.test(term)) ? MIN_TERMS.characters : MIN_TERMS.words;
  if (shorter.length < minTerms || shorter.length < longer.length * CONTAINED_SHARE) return false;
  const added: string[] = [];
  let at = 0;
  for (const term of longer) {
    if (term === shorter[at]) at++;
    else added.push(term);
  }
  return at === shorter.length && !added.some((term) => CHANGES_MEANING.test(term));
}

function termsOf(text: string): string[] {
  let rest = text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/(what|who|how|where|when)['’]s\b/g, '$1');
  for (const [pattern, word] of SYNONYMS) rest = rest.replace(pattern, word);
  return (rest.replace(STOP_RUNS, '').match(TERM) ?? []).filter((term) => !STOP_WORDS.has(term));
}
