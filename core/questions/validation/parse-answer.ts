import { findJson, questionsInJson } from './json-answer.ts';

/** The answer's shape where the endpoint knows structured output (strict mode: no length limits, nothing optional). */
export const ANSWER_SCHEMA = {
  name: 'questions',
  schema: {
    type: 'object',
    properties: { questions: { type: 'array', items: { type: 'string' } } },
    required: ['questions'],
    additionalProperties: false,
  },
};

const NUMBER = '(?:\\d{1,3}|[一二三四五六七八九十百]{1,3}|[①-⑳])';
const WORD =
  '(?:questions?|queries|query|q|问题|提问|问|第|frage|suchanfrage|pregunta|consulta|requête|domanda|pergunta|質問|クエリ|问題|問題|질문)';
const SPELT = '(?:one|two|three|four|five|six|first|second|third|eins|zwei|drei|uno|dos|tres|un|deux|trois)';
/** `1.` `1、` `(1)` `（一）` `一、` `①` `Q1:` `问题1：` `问题一：` `第1个问题：` `Question 2 -` */
const MARKER = new RegExp(
  [
    `^[-*•·●▪‣–—+]\\s+`,
    `^[（(【\\[]\\s*${NUMBER}\\s*[)）】\\]]\\s*[.、:：]?\\s*`,
    `^[①-⑳]\\s*[.、:：]?\\s*`,
    `^\\d{1,3}\\s*(?:[.．](?!\\d)|[、)）:：])\\s*`,
    `^[一二三四五六七八九十百]{1,3}\\s*[、.．:：)）]\\s*`,
    `^${WORD}\\s+${SPELT}\\s*[:：.\\-–]\\s*`,
    `^${WORD}\\s*#?\\s*${NUMBER}?\\s*个?(?:问题)?\\s*[:：.、)）\\-–]\\s*`,
    `^${WORD}\\s*#?\\s*${NUMBER}\\s*个?(?:问题)?$`,
  ].join('|'),
  'iu',
);
/** What follows a question in an answer that also answers. */
const ANSWER_LINE =
  /^(answer|a\d*|explanation|reason|correct answer|答案?|回答|解析|说明|正确答案|antwort|erklärung|respuesta|explicación|réponse|explication|答え|解答|解説|답변?|정답|해설)\s*\d*\s*[:：]/iu;
/** `a) …` numbers a question, and names an option of a quiz; `Person 1: …` asks, or is somebody. */
const LETTERED = /^([（(]?[A-Ha-h][)）]|(person|user|用户|人物)\s*\d+\s*[:：])\s*(?=.*[?？]["”』」]?$)/iu;

/**
 * Candidate questions of an answer in whatever shape it came: JSON (bare, fenced, amid prose), numbered or bulleted
 * lists with Latin or Chinese numerals, or plain lines. Preambles are dropped where a list tells them apart; the rest
 * is for `checkQuestion`. Never throws.
 */
export function parseAnswer(answer: string): string[] {
  const text = answer.replace(/<think(?:ing)?>[\s\S]*?(<\/think(?:ing)?>|$)/gi, '').trim();
  const json = findJson(text);
  const structured = json === undefined ? [] : questionsInJson(json);
  const questions = structured.map(tidy).filter((question) => question !== '');
  if (questions.length > 0) return questions;
  // Well-formed, and empty: its braces are no question either.
  return json !== undefined && /^[[{]/.test(text) ? [] : fromLines(text);
}

function fromLines(text: string): string[] {
  const lines = text
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('```'));
  const marked: string[] = [];
  const plain: string[] = [];
  let awaiting = false;
  for (const line of lines) {
    const bare = unwrap(line);
    if (ANSWER_LINE.test(bare)) continue;
    const body = withoutMarkers(bare);
    const isMarked = body !== bare;
    // A marker alone on its line (`问题1：`) announces the question below it.
    if (isMarked || awaiting) {
      awaiting = body === '';
      if (body !== '') marked.push(tidy(body));
    } else {
      plain.push(tidy(bare));
    }
  }
  const found = (marked.length > 0 ? marked : plain).filter((question) => question !== '');
  return found.length === 1 ? onePerQuestionMark(found[0] as string) : found;
}

/** Where another question begins: after a mark that ends one, but for a bracket (a translation, say) or a closing quotation mark. */
const NEXT_QUESTION =
  /(?<=[?？])(?:\s+|(?=[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}①-⑳]|[（(]?\d{1,2}[.、)）]\D))(?![（(]\D|["”’」』)）\]])/u;

/** Several questions run together on the only line, numbered or not; a question mark in quotation marks ends none. */
function onePerQuestionMark(line: string): string[] {
  return line
    .split(NEXT_QUESTION)
    .map(tidy)
    .filter((part) => part !== '');
}

function withoutMarkers(line: string): string {
  let rest = line;
  // `- 1. Question 1: …` wears three.
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

/** Takes off emphasis and quotation marks that enclose the whole, and heading marks in front of it. */
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
  // `**Question 1:** What …`: emphasis around the marker only.
  return rest
    .replace(/^(\*\*|__)(.{1,24}?[:：.)）])\1\s*/u, '$2 ')
    .replace(/^(\*\*|__)(.{1,24}?)\1\s*([:：])\s*/u, '$2$3 ');
}

function tidy(question: string): string {
  return unwrap(withoutMarkers(unwrap(question.replace(/\s+/gu, ' ').replace(/(?<=[?？"”'’])[,，;；]$/u, ''))));
}
