import { hasAskingWords } from './asking-words.ts';
import { holdsTranslation, isInAnotherLanguage, isLabelledTranslation } from './question-language.ts';
import { type AssistantTalk, assistantTalk } from './rules/assistant-talk.ts';
import { isCopiedSentence } from './rules/copied-sentence.ts';
import { isMarkup } from './rules/markup.ts';
import { mentionsPassage } from './rules/mentions-passage.ts';
import { hasPromptWords } from './rules/prompt-words.ts';
import { isQuizItem } from './rules/quiz-item.ts';
import { hasThoughtMarker } from './thoughts.ts';

/** Why a candidate is refused. */
export type QuestionFault =
  | AssistantTalk
  | 'empty'
  | 'a thought'
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

/** Letters and digits at least. */
const MIN_LETTERS = 4;
/** Characters at most; those of dense scripts count double. */
const MAX_LENGTH = 300;
const DENSE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu;

const NOTHING = /^(none|null|nil|n\/a|undefined|无|没有|keine|ninguna|aucune|なし|없음)[.。]?$/iu;

/** Abbreviations, which end with a full stop that ends no statement. */
const ABBREVIATED =
  /(^|\s|\()(\p{Lu}\.|inc\.|ltd\.|corp\.|co\.|etc\.|e\.g\.|i\.e\.|vs\.|no\.|usw\.|bzw\.|z\. ?b\.|s\.a\.|nr\.|inkl\.)$/iu;
/** A label of something else than a question, with or without what it labels. */
const LABEL =
  /^((person|user|用户|人物) ?\d|keywords?|topics?|difficulty|category|hint|answer|explanation|关键词|关键字|主题|难度|答案|考点|知识点|stichw[oö]rte?r?|thema|schwierigkeit|palabras clave|tema|dificultad|mots[- ]clés|sujet|キーワード|難易度|カテゴリ|키워드|주제|난이도)\s*\d*\s*[:：]/iu;
/** Words with which no sentence ends. */
const DANGLING =
  /(^|\s)(the|an|and|or|because|whose|its|their|your|my|und|oder|der|dem|den|eine|einer|des|el|los|las|del|una|y|le|les|du|et|une|des)$/iu;
const OPEN_END = /[,，、;；–—（(“「『[]$|[\p{L}]-$/u;

export interface Expected {
  /** BCP 47 tag of the language that the question should be in; undefined: any. */
  language: string | undefined;
  /** The text that the question is about; default: none. */
  passage?: string;
}

/**
 * Why a candidate is refused; undefined if it is accepted as a question that a person would search for. Search queries
 * are accepted: without a question mark, in few words, with names and code in any script.
 */
export function faultOfQuestion(text: string, { language, passage = '' }: Expected): QuestionFault | undefined {
  const letters = text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
  if (letters === 0 || NOTHING.test(text)) return 'empty';
  if (text.length + (text.match(DENSE)?.length ?? 0) > MAX_LENGTH) return 'too long';
  const fault = faultByRules(text, passage);
  if (fault) return fault;
  if (letters < MIN_LETTERS) return 'too short';
  if (/[:：]$/u.test(text) || LABEL.test(text)) return 'not a question';
  if (mentionsPassage(text, passage)) return 'speaks of the passage';
  const hasMark = /[?？]/u.test(text);
  const asks = hasAskingWords(text);
  if (/[.。!！…]$/u.test(text) && !hasMark && !asks && !ABBREVIATED.test(text)) return 'not a question';
  if (!asks && isCopiedSentence(text, passage)) return 'copied from the passage';
  if (OPEN_END.test(text) || hasOpenBracket(text) || (!hasMark && DANGLING.test(text))) return 'cut off';
  if (language === undefined) return undefined;
  if (isInAnotherLanguage(text, language, passage)) return 'in another language';
  return holdsTranslation(text, language, passage) ? 'a translation' : undefined;
}

function faultByRules(text: string, passage: string): QuestionFault | undefined {
  if (hasThoughtMarker(text)) return 'a thought';
  if (hasPromptWords(text, passage)) return 'words of a prompt';
  if (isMarkup(text)) return 'not plain text';
  if (isLabelledTranslation(text)) return 'a translation';
  if (isQuizItem(text)) return 'a quiz item';
  return assistantTalk(text);
}

function hasOpenBracket(text: string): boolean {
  const count = (pattern: RegExp) => text.match(pattern)?.length ?? 0;
  return count(/[（(]/gu) > count(/[）)]/gu);
}

/**
 * Share of Han letters in a Chinese passage. Below it the passage is mostly code or tables, with questions in any
 * script.
 */
const HAN_SHARE = 0.2;

/**
 * The language that a passage's questions should be in: the forced one, else the passage's own if its script confirms
 * it; undefined: any.
 */
export function expectedLanguage(passage: string, language: string, forced: string | undefined): string | undefined {
  if (forced !== undefined) return forced;
  if (language === 'und') return undefined;
  return language !== 'zh' || hanShare(passage) >= HAN_SHARE ? language : undefined;
}

function hanShare(text: string): number {
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  return letters === 0 ? 0 : (text.match(/\p{Script=Han}/gu)?.length ?? 0) / letters;
}
