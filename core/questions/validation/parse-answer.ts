import { answerText } from './answer-text.ts';
import { withoutControlTokens } from './control-tokens.ts';
import { findJson, isStructure, questionsInJson } from './json-answer.ts';
import {
  delimitedQuestions,
  tableQuestions,
  tomlQuestions,
  withoutBoxes,
  withoutTags,
  yamlQuestions,
} from './markup-answer.ts';

/** JSON schema of an answer, for structured output. Strict mode allows no length limits and no optional properties. */
export const ANSWER_SCHEMA = {
  name: 'questions',
  schema: {
    type: 'object',
    properties: { questions: { type: 'array', items: { type: 'string' } } },
    required: ['questions'],
    additionalProperties: false,
  },
};

const NUMBER = '(?:[\\d０-９]{1,3}|[一二三四五六七八九十百]{1,3}|[①-⑳])';
const WORD =
  '(?:(?:search |user |sample )?(?:questions?|queries|query)|q|问题|提问|问|第|(?:搜索|检索)(?:查询|词|语句)?|查询(?:词|语句)?|frage|suchanfrage|pregunta|consulta|requête|domanda|pergunta|質問|クエリ|问題|問題|질문)';
const SPELT = '(?:one|two|three|four|five|six|first|second|third|eins|zwei|drei|uno|dos|tres|un|deux|trois)';
/** `1.` `1、` `(1)` `（一）` `一、` `①` `Q1:` `问题1：` `问题一：` `第1个问题：` `Question 2 -` */
const MARKER = new RegExp(
  [
    `^[-*•·●▪‣–—+]\\s+`,
    `^\\\\item\\s+`,
    `^[（(【\\[]\\s*${NUMBER}\\s*[)）】\\]]\\s*[.、:：]?\\s*`,
    `^[①-⑳]\\s*[.、:：]?\\s*`,
    `^\\d\\ufe0f?\\u20e3\\s*`,
    `^\\p{Extended_Pictographic}\\ufe0f?\\s+`,
    `^#\\d{1,3}[.:)]?\\s+`,
    `^[IVX]{1,5}[.)、]\\s+`,
    `^[\\d０-９]{1,3}\\s*(?:[.．](?!\\d)|[、)）:：])\\s*`,
    `^[一二三四五六七八九十百]{1,3}\\s*[、.．:：)）]\\s*`,
    `^${WORD}\\s+${SPELT}\\s*[:：.\\-–]\\s*`,
    `^${WORD}\\s*[#_]?\\s*${NUMBER}?\\s*个?(?:问题)?\\s*[:：.、)）\\-–]\\s*`,
    `^${WORD}\\s*#?\\s*${NUMBER}\\s*个?(?:问题)?$`,
  ].join('|'),
  'iu',
);
/** Lines that follow a question where the model also answers it. */
const ANSWER_LINE =
  /^(answer|a\d*|explanation|reason|correct answer|答案?|回答|解析|说明|正确答案|antwort|erklärung|respuesta|explicación|réponse|explication|答え|解答|解説|답변?|정답|해설)\s*\d*\s*[:：]/iu;
/** `a) …?` and `Person 1: …?` mark questions. Without a question mark they are options of a quiz, or statements. */
const LETTERED = /^([（(]?[A-Ha-h][)）]|(person|user|用户|人物)\s*\d+\s*[:：])\s*(?=.*[?？]["”』」]?$)/iu;

/**
 * The candidate questions of an answer in any format: JSON (bare, fenced, within prose, encoded twice, in Python's
 * quotes), YAML, a table, numbered or bulleted lists with Latin or Chinese numerals, or plain lines. Thoughts, and
 * preambles before a list, are dropped; other faults are left to `faultOfQuestion`. Never throws.
 */
export function parseAnswer(answer: string): string[] {
  const read = answerText(answer);
  return 'failure' in read ? [] : candidatesIn(decoded(read.text));
}

/** Whether an answer without candidates is of a format that was not understood, such as broken JSON. */
export function isUnreadable(answer: string): boolean {
  const read = answerText(answer);
  if ('failure' in read) return false;
  const text = decoded(read.text);
  return (isStructure(text) && findJson(text) === undefined) || tableQuestions(text)?.length === 0;
}

function candidatesIn(text: string): string[] {
  const unboxed = withoutTags(withoutBoxes(text));
  const json = findJson(unboxed);
  const structured = json === undefined ? markupQuestions(unboxed) : questionsInJson(json);
  const questions = (structured ?? []).map(tidy).filter((question) => question !== '');
  // Structure without questions: its braces and bars must not become candidates.
  if (questions.length > 0 || isStructure(unboxed) || tableQuestions(unboxed)) return questions;
  return fromLines(unboxed);
}

function markupQuestions(text: string): string[] | undefined {
  return tableQuestions(text) ?? delimitedQuestions(text) ?? tomlQuestions(text) ?? yamlQuestions(text);
}

/** JSON strings are decoded, as of answers that were encoded twice. */
function decoded(text: string): string {
  let inner = text.trim();
  for (let depth = 0; depth < 3 && inner.startsWith('"'); depth++) {
    try {
      inner = String(JSON.parse(inner)).trim();
    } catch {
      break;
    }
  }
  // Line ends that were encoded once more than the rest.
  return inner.includes('\n') ? inner : inner.replace(/(?<=[?？]["”』」]?)\s*(?:\\r)?\\n/gu, '\n');
}

function fromLines(text: string): string[] {
  const lines = text
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^(?:```|\\(?:begin|end)\{)/.test(line));
  const marked: string[] = [];
  const plain: string[] = [];
  let awaiting = false;
  for (const line of lines) {
    const bare = unwrap(line);
    if (ANSWER_LINE.test(bare)) continue;
    const body = withoutMarkers(bare);
    const isMarked = body !== bare;
    // A marker alone on its line (`问题1：`) belongs to the question on the next line.
    if (isMarked || awaiting) {
      awaiting = body === '';
      if (body !== '') marked.push(tidy(body));
    } else {
      plain.push(tidy(bare));
    }
  }
  const found = (marked.length > 0 ? marked : plain).filter((question) => question !== '');
  return withoutRemarks(found.length === 1 ? found.flatMap(splitAtQuestionMarks) : found);
}

const KIND = /^(?:\[[\p{L} /-]{2,24}\]|【[\p{L} /-]{2,12}】)\s*(?=\S)/u;
const RATIONALE = /(?<=[?？])\s*(?:\([^()?？]{3,120}\)|（[^（）?？]{3,80}）)$/u;

/** Questions without their kinds in front (`[Factual] …`), or reasons after them, where all have one. */
function withoutRemarks(questions: readonly string[]): string[] {
  const remark = [KIND, RATIONALE].find((pattern) => questions.every((question) => pattern.test(question)));
  const isTranslated = remark === RATIONALE && questions.some(holdsOtherScript);
  if (remark === undefined || questions.length < 2 || isTranslated) return [...questions];
  return questions.map((question) => tidy(question.replace(remark, '')));
}

/** A translation in brackets is no reason: validation refuses it. */
function holdsOtherScript(question: string): boolean {
  const [remark = ''] = RATIONALE.exec(question) ?? [];
  return HAN.test(remark) !== HAN.test(question.slice(0, -remark.length));
}

const HAN = /\p{Script=Han}/u;

/**
 * Where the next question begins: after a question mark, unless a bracket (a translation) or a closing quotation mark
 * follows.
 */
const NEXT_QUESTION =
  /(?<=[?？])(?:\s*[;；|／/]\s*|\s+|(?=[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}①-⑳]|[（(]?\d{1,2}[.、)）]\D))(?![（(]\D|["”’」』)）\]])/u;

/** Splits several questions on one line, numbered or not. A question mark within quotation marks ends none. */
function splitAtQuestionMarks(line: string): string[] {
  return line
    .split(NEXT_QUESTION)
    .map(tidy)
    .filter((part) => part !== '');
}

function withoutMarkers(line: string): string {
  let rest = line;
  // `- 1. Question 1: …` has three markers.
  for (let depth = 0; depth < 4; depth++) {
    const next = unwrap(rest.replace(MARKER, '').replace(LETTERED, ''));
    if (next === rest) return rest;
    rest = next;
  }
  return rest;
}

const WRAPPERS: readonly [string, string][] = [
  ['**', '**'],
  ['__', '__'],
  ['"', '"'],
  ["'", "'"],
  ['`', '`'],
  ['“', '”'],
  ['「', '」'],
  ['『', '』'],
  ['《', '》'],
];

/** Removes emphasis and quotation marks around the whole text, and heading and quote marks in front of it. */
function unwrap(text: string): string {
  let rest = text
    .trim()
    .replace(/^#{1,6}\s+/, '')
    .replace(/^>\s+/, '');
  for (const [open, close] of WRAPPERS) {
    const inner = rest.slice(open.length, rest.length - close.length);
    if (
      rest.length > open.length + close.length &&
      rest.startsWith(open) &&
      rest.endsWith(close) &&
      !inner.includes(open)
    ) {
      rest = inner.trim();
    }
  }
  // Emphasis around the marker only: `**Question 1:** What …`.
  return rest
    .replace(/^(\*\*|__)(.{1,24}?[:：.)）])\1\s*/u, '$2 ')
    .replace(/^(\*\*|__)(.{1,24}?)\1\s*([:：])\s*/u, '$2$3 ');
}

function tidy(question: string): string {
  const plain = question.replace(/\s+/gu, ' ');
  const bare = withoutControlTokens(plain).trim() || plain;
  return unwrap(withoutMarkers(unwrap(bare.replace(/(?<=[?？"”'’])[,，;；]$/u, ''))));
}
