import { asksInWords } from './asks.ts';
import { copiedFrom } from './copied.ts';
import { holdsTranslation, inAnotherLanguage } from './question-language.ts';
import { isMarkup } from './rules/markup.ts';
import { pointsAtPassage } from './rules/points-at-passage.ts';
import { saysPrompt } from './rules/prompt-words.ts';
import { quizzes } from './rules/quiz.ts';
import { type Talk, talk } from './rules/talk.ts';
import { isLabelledTranslation } from './rules/translation.ts';

/** Why a candidate is not kept. */
export type QuestionFault =
  | Talk
  | 'empty'
  | 'too short'
  | 'too long'
  | 'not plain text'
  | 'words of a prompt'
  | 'a quiz item'
  | 'not a question'
  | 'cut off'
  | 'speaks of the passage'
  | 'copied from the passage'
  | 'in another language'
  | 'a translation'
  | 'asked twice';

/** Letters and digits at least, and characters at most; one of a script without alphabet counts double. */
const SHORTEST = 4;
const LONGEST = 300;
const DENSE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu;

const NOTHING = /^(none|null|nil|n\/a|undefined|无|没有|keine|ninguna|aucune|なし|없음)[.。]?$/iu;

/** An abbreviation ends with a stop as well. */
const ABBREVIATED =
  /(^|\s|\()(\p{Lu}\.|inc\.|ltd\.|corp\.|co\.|etc\.|e\.g\.|i\.e\.|vs\.|no\.|usw\.|bzw\.|z\. ?b\.|s\.a\.|nr\.|inkl\.)$/iu;
/** A label, with or without what it labels. */
const LABEL =
  /^((person|user|用户|人物) ?\d|keywords?|topics?|difficulty|category|hint|answer|explanation|关键词|关键字|主题|难度|答案|考点|知识点|stichw[oö]rte?r?|thema|schwierigkeit|palabras clave|tema|dificultad|mots[- ]clés|sujet|キーワード|難易度|カテゴリ|키워드|주제|난이도)\s*\d*\s*[:：]/iu;
/** Words that a sentence does not end with. */
const DANGLING =
  /(^|\s)(the|an|and|or|because|whose|its|their|your|my|und|oder|der|dem|den|eine|einer|des|el|los|las|del|una|y|le|les|du|et|une|des)$/iu;
const OPEN_END = /[,，、;；–—（(“「『[]$|[\p{L}]-$/u;

export interface Expected {
  /** BCP 47 tag of what the question should be written in. Undefined: anything. */
  language: string | undefined;
  /** The text that it was asked of. */
  passage?: string;
}

/**
 * Why a candidate is no question that somebody who searches would ask; undefined if nothing speaks against it.
 * Search queries without a question mark, in few words, with names and code in any script, are questions.
 */
export function faultOfQuestion(text: string, { language, passage = '' }: Expected): QuestionFault | undefined {
  const letters = text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
  if (letters === 0 || NOTHING.test(text)) return 'empty';
  if (text.length + (text.match(DENSE)?.length ?? 0) > LONGEST) return 'too long';
  const junk = junkOf(text, passage);
  if (junk) return junk;
  if (letters < SHORTEST) return 'too short';
  if (/[:：]$/u.test(text) || LABEL.test(text)) return 'not a question';
  if (pointsAtPassage(text, passage)) return 'speaks of the passage';
  const question = /[?？]/u.test(text);
  const worded = asksInWords(text);
  if (/[.。!！…]$/u.test(text) && !question && !worded && !ABBREVIATED.test(text)) return 'not a question';
  if (!worded && copiedFrom(text, passage)) return 'copied from the passage';
  if (OPEN_END.test(text) || unclosed(text) || (!question && DANGLING.test(text))) return 'cut off';
  if (language === undefined) return undefined;
  if (inAnotherLanguage(text, language, passage)) return 'in another language';
  return holdsTranslation(text, language, passage) ? 'a translation' : undefined;
}

function junkOf(text: string, passage: string): QuestionFault | undefined {
  if (saysPrompt(text, passage)) return 'words of a prompt';
  if (isMarkup(text)) return 'not plain text';
  if (isLabelledTranslation(text)) return 'a translation';
  if (quizzes(text)) return 'a quiz item';
  return talk(text);
}

function unclosed(text: string): boolean {
  const count = (pattern: RegExp) => text.match(pattern)?.length ?? 0;
  return count(/[（(]/gu) > count(/[）)]/gu);
}

/** Chinese letters a Chinese passage has at least; below it is mostly code or tables, and may be asked about in any script. */
const CHINESE_SHARE = 0.2;

/**
 * The language a passage's questions should be in: the one that is forced, else the passage's own where its script bears
 * it out. Undefined: any.
 */
export function expectedLanguage(passage: string, language: string, forced: string | undefined): string | undefined {
  if (forced !== undefined) return forced;
  if (language === 'und') return undefined;
  return language !== 'zh' || hanShare(passage) >= CHINESE_SHARE ? language : undefined;
}

function hanShare(text: string): number {
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  return letters === 0 ? 0 : (text.match(/\p{Script=Han}/gu)?.length ?? 0) / letters;
}
