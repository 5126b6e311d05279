/** The same question but for case, spaces, punctuation and width of characters. */
export function normalQuestion(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');
}

/** Words that can come or go without another question being asked. */
const IDLE = new Set(
  (
    'a an the is are was were am be been do does did can could will would shall should may might must i you we one my your our please exactly ' +
    'of there it its s any some need needs have has typically usually generally currently actually specifically also ' +
    'der die das den dem des ein eine einer eines einen einem ist sind wird werden wurde kann können muss müssen soll sollte man ich bitte genau eigentlich denn ' +
    'el la los las lo un una unos unas del es son se puede pueden debe deben hay ' +
    'le les du une est sont peut doit on je faut il elle ce'
  ).split(' '),
);
/** The same in scripts without spaces. */
const IDLE_RUNS =
  /请问|請問|一下|通常|一般|具体|需要|应该|應該|可以|会|會|的|了|是|呢|吗|嗎|啊|どのくらい(?=の)|です|ます|でしょう|ください|教えて/gu;
/** Ways of asking that are one. */
const ALIKE: readonly (readonly [RegExp, string])[] = [
  [/怎么样|怎么|怎样|怎麼|如何/gu, '如何'],
  [/为什么|为何|為什麼|为啥/gu, '为何'],
  [/什么时候|何时|什麼時候/gu, '何时'],
  [/多长时间|多久|多少时间/gu, '多久'],
  [/哪些|哪几个|哪几种|什么/gu, '哪些'],
];
/** Words whose place in the sentence matters: from PDF to Word is not from Word to PDF. */
const DIRECTION = new Set(
  'to from into than before after over under by via in zu nach von vor als aus durch de hacia antes después vers à avant après sur par'.split(
    ' ',
  ),
);
const DENSE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;
const TERM =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|[[\p{L}\p{N}\p{M}]--[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]]+/gv;

/**
 * What a question asks with, as a key: its telling words, in order where the order tells something. Two questions with one
 * key are one question in slightly other words (`How long does the filter last?`, `How long will a filter last`).
 */
export function questionKey(text: string): string {
  const terms = tellingTerms(text);
  if (terms.length === 0) return normalQuestion(text);
  const ordered = terms.some((term) => DIRECTION.has(term) || DENSE.test(term));
  return (ordered ? terms : terms.toSorted()).join(' ');
}

/** Share of the longer question's telling words that the shorter one has, from which on the rest changes nothing. */
const CONTAINED = 0.85;
/** Below so many telling words (characters, in scripts without spaces) one more is another subject. */
const FEWEST = { words: 8, characters: 10 };
const TURNS_ROUND =
  /^(not|no|never|without|nicht|kein\w*|ohne|sin|non|pas|sans|不|没|未|无|非|無|没有|另|其|他|它|除|\p{N}+)$/u;

/**
 * Whether two questions about one passage are one: the same key, or one of them is the other with a word or two more. A
 * word that stands in another's place makes another question (`open` and `close` the valve), as does a number or a
 * negation.
 */
export function sameQuestion(one: string, other: string): boolean {
  if (questionKey(one) === questionKey(other)) return true;
  const [shorter, longer] = [tellingTerms(one), tellingTerms(other)].sort((a, b) => a.length - b.length) as [
    string[],
    string[],
  ];
  const fewest = shorter.some((term) => DENSE.test(term)) ? FEWEST.characters : FEWEST.words;
  if (shorter.length < fewest || shorter.length < longer.length * CONTAINED) return false;
  const more: string[] = [];
  let at = 0;
  for (const term of longer) {
    if (term === shorter[at]) at++;
    else more.push(term);
  }
  return at === shorter.length && !more.some((term) => TURNS_ROUND.test(term));
}

function tellingTerms(text: string): string[] {
  let rest = text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/(what|who|how|where|when)['’]s\b/g, '$1');
  for (const [pattern, word] of ALIKE) rest = rest.replace(pattern, word);
  return (rest.replace(IDLE_RUNS, '').match(TERM) ?? []).filter((term) => !IDLE.has(term));
}
