import { findJson } from './json-answer.ts';

/*
 * Thoughts in plain prose, as of a reasoning model whose server removes no thoughts and whose template marks none:
 * "Okay, I need to write two questions. …" They hold drafts of the questions, and questions to themselves.
 */

const INTERJECTIONS =
  '(?:(?:ok(?:ay)?|alright|all right|hm+|well|right|so|now|first(?:ly| of all)?|got it)[\\s,.…!:]+){0,4}';
/** What a model says that begins to think, and not one that announces its answer ("Okay, here are …"). */
const BEGINS = new RegExp(
  [
    `^\\W*${INTERJECTIONS}(?:i|we)(?:['’](?:m|re|ve))?\\s+(?:\\w+\\s+){0,2}?(?:needs?|have\\s+(?:to|been)|got\\s+to|should|must|asked\\s+to|supposed)\\b`,
    `^\\W*${INTERJECTIONS}let(?:['’]s|\\s+us|\\s+me)\\s+(?:\\w+\\s+)?(?:see|think|look|start|tackle|read|break|figure|consider|analy[sz]e|parse|begin|check|understand|go)\\b`,
    `^\\W*${INTERJECTIONS}(?:the|this|my)\\s+(?:user|task|instructions?|prompt|request)(?:['’]s)?\\s+(?:\\w+\\s+)?(?:wants?|asks?|asked|asking|needs?|requires?|says?|gave|is)\\b`,
    '^[^\\p{L}]*(?:(?:好的?|好吧|嗯+|首先|那么?|现在|現在)[\\s，,。.！!、]*){0,4}(?:(?:我|我们|我們)(?:现在|現在|先)?(?:需要|得|应该|應該|要|来看|來看|先)|让我(?:们)?(?:先|来)?(?:看|想|分析|思考|理)|讓我(?:們)?(?:先|來)?(?:看|想|分析|思考|理)|(?:用户|用戶)(?:希望|要求|想|需要|让|讓|给|給))',
  ].join('|'),
  'iu',
);
/** What such a beginning speaks of. Questions in the first person ("I need to change the filter, …") do not. */
const ABOUT = /question|quer(?:y|ies)|\busers?\b|passage|问题|提问|問題|提問|用户|用戶|段落|查询|查詢/iu;
const BEGINNING = 400;

const ITEM =
  /^\s*(?:[-*•]\s+|(?:[*_]{2})?(?:(?:questions?|query|q|问题|問題)\s*)?[（(]?(\d{1,2}|[①-⑩])(?:[.)、）:：](?!\d)|(?<=[①-⑩])))/iu;
const ASKS = /[?？]["”』」'’)）*]*$/u;
/** A question to oneself. */
const MUSES =
  /^\s*(?:maybe|perhaps|hm+|wait|so|but|also|or|and|what about|how about|what if|should (?:i|we|it|they)|could (?:i|we)|可能|也许|也許|或者|比如|那么?|不过|不過|要不要|是不是|会不会)/iu;
const SEVERAL_SENTENCES = /[.!?][\s"”]+\S|[。！？][^\s"”』」'’)）*]/u;

/**
 * The answer after thoughts in plain prose: the last list of questions. The whole text if it does not begin with such
 * thoughts; undefined if no list ends them.
 */
export function afterProse(text: string): string | undefined {
  const beginning = text.trimStart().slice(0, BEGINNING);
  const [firstLine = ''] = beginning.split('\n');
  if (!BEGINS.test(beginning) || !ABOUT.test(beginning) || ITEM.test(firstLine)) return text;
  if (isQuestion(firstLine) || findJson(text) !== undefined) return text;
  const lines = text.split(/\r?\n/);
  const last = lines.findLastIndex(isOfList);
  if (last <= 0) return undefined;
  let first = last;
  for (let i = last; i > 0 && (isOfList(lines[i] as string) || lines[i]?.trim() === ''); i--) {
    if (lines[i]?.trim() !== '') first = i;
    // A list that is numbered from the beginning again.
    if (['1', '①'].includes(numberOf(lines[i] as string) ?? '')) break;
  }
  return lines.slice(first, last + 1).join('\n');
}

function isOfList(line: string): boolean {
  return ITEM.test(line) || (isQuestion(line) && !MUSES.test(line) && !ABOUT.test(line));
}

function isQuestion(line: string): boolean {
  return ASKS.test(line.trim()) && !SEVERAL_SENTENCES.test(line);
}

function numberOf(line: string): string | undefined {
  return ITEM.exec(line)?.[1];
}
