/** By language: how tasks of a quiz begin. */
const TASK: readonly RegExp[] = [
  /^(true or false\s*[:：?–-]|true\/false\s*[:：]|t\/f\s*[:：]|fill in the blanks?|multiple[- ]choice( question)?\s*[:：]|(which|what|who)( one)? of (the following|(these|the) (statements|options|answers|choices))|select (all that apply|the (correct|right|best) (answer|option))|choose the (correct|best|right)|match the following)/i,
  /^(判断题|判断(以下|下列)|填空题?[:：]|选择题[:：]|[单多]选题?[:：]|不定项|下列)|以下(哪(一)?(项|个选项|种说法|个说法)|(关于|有关).{1,20}(说法|描述)|选项|说法)/u,
  /^(richtig oder falsch|wahr oder falsch|stimmt oder stimmt nicht|welche[rs]? der folgenden|lückentext|ergänzen?( sie)?\s*[:：]|füllen? (sie )?die lücken?)(?!\p{L})/iu,
  /^¿?(verdadero o falso|complete? (la|el|los|las) (frase|oración|espacio|siguiente)|rellen[ae] (el|los|la|las) (espacio|hueco)|(cuál|qué|cuáles) de (las|los) siguientes)/iu,
  /^(vrai ou faux|(le|la|les)?quel(le)?s?\b.{0,30} suivant(e)?s?\b|parmi les .{0,30}suivant|complétez (la phrase|les phrases|le texte))/iu,
  /^(正誤問題|穴埋め|次のうち|次の(中から|空欄|選択肢)|以下の(うち|中から|選択肢)|空欄(を埋めて|に(入る|当てはまる)))/u,
  /^(빈칸(을 채우|에 (들어갈|알맞은))|다음 중|참\s*(\/|또는|인가)\s*거짓|O\/X|OX ?(퀴즈|문제)|객관식|다음 문장)/u,
];
const BLANK = /_{3,}|（\s+）|\(\s+\)|…{4,}/u;
const OPTION = /^[（(]?(?<letter>[A-Ha-h])(?<mark>[)）.．、:：])\s*\S/u;
const OPTIONS_INLINE = /(^|\s)[（(]?A[)）.、].+\s[（(]?B[)）.、]|A[.、].+B[.、].+C[.、]/u;

/** Whether a candidate is a task of a quiz, or lists its options. */
export function isQuizItem(text: string): boolean {
  return TASK.some((pattern) => pattern.test(text)) || BLANK.test(text) || OPTIONS_INLINE.test(text);
}

/**
 * The candidates of an answer that are options of a multiple-choice task: lettered ones, if one begins with A and one
 * with B. A single letter is part of a name (`E. coli`, `C: drive`).
 */
export function multipleChoiceOptions(candidates: readonly string[]): Set<string> {
  const options = candidates.filter((text) => OPTION.test(text) && !/[?？]$/u.test(text));
  const letters = new Set(options.map((text) => OPTION.exec(text)?.groups?.letter?.toUpperCase()));
  return new Set(letters.has('A') && letters.has('B') ? options : []);
}
