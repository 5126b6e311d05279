import { jsonrepair } from 'jsonrepair';

/** Keys under which models put the text of a question. */
const TEXT_KEYS = ['question', 'query', 'text', 'content', '问题', '提问', '内容', '問題', '內容'];
/** Keys of questions, in any of the languages that answers come in. */
const QUESTION_KEY =
  /question|quer(y|ies)|问题|提问|問題|質問|クエリ|질문|frage|pregunta|consulta|requête|domand|pergunt|^q(_?\d+)?$/iu;
/** Keys of what models add beside the questions. */
const BESIDE_KEY =
  /thought|thinking|reason|rationale|analysis|explanation|plan|answer|keyword|topic|tag|difficulty|categor|language|type|required|source|context|passage|document|note|summary|metadata|思考|推理|分析|答案|解析|关键词|主题|难度|类型|来源|原文/iu;
const NUMBERED_KEY = /^(q|question|query|问题|提问)?\s*_?[\d一二三四五六七八九十]+$/iu;

/** Values are read this deep: a tool call's arguments, encoded, are three levels. */
const MAX_DEPTH = 5;
/** Longer texts are not repaired: that takes quadratic time in the worst case. */
const MAX_REPAIRED = 20_000;

/** An object or a list with strings, or a tuple of them, perhaps assigned to a name or fenced; complete or not. */
const STRUCTURE = new RegExp(
  '^(?:```[a-z]*\\s*\\n)?\\s*(?:[a-z_]\\w*\\s*=\\s*)?' +
    '(?:\\{\\s*\\\\?["\'“‘]?[\\w\\p{L}][^:：\\n]{0,40}[:：]\\s*\\\\?["\'“‘[{(]|\\[\\s*\\\\?["\'“‘{]|\\(\\s*["\'“‘].*["\'”’],?\\s*\\)\\s*$)',
  'iu',
);

/** Whether a text begins as JSON, or as Python or JavaScript writes it. */
export function isStructure(text: string): boolean {
  return STRUCTURE.test(text.trimStart());
}

/**
 * The first JSON object or array in a text: the whole text, a fenced block, what stands between brackets, or JSON
 * Lines; also as Python or JavaScript writes it (`{'questions': ['…']}`). For JSON that was cut off, its complete
 * questions as a list. Undefined if there is none.
 */
export function findJson(text: string): unknown {
  const fenced = [...text.matchAll(/```[a-z]*\s*\n([\s\S]*?)(?:```|$)/gi)].map(([, block = '']) => block);
  const bracketed = (
    [
      ['{', '}'],
      ['[', ']'],
    ] as const
  ).map(([open, close]) => text.slice(findOpening(text, open), text.lastIndexOf(close) + 1));
  const candidates = [text, ...fenced, ...bracketed, ...bareList(text)].map((candidate) => candidate.trim());
  return (
    firstDefined(candidates, parse) ?? jsonLines(text) ?? firstDefined(candidates, repaired) ?? completeStrings(text)
  );
}

/** Strings with commas between them on one line: a list without its brackets. */
function bareList(text: string): string[] {
  const list = text.trim().replace(/[,，]$/u, '');
  return /^"(?:[^"\\\n]|\\.)*"(?:\s*,\s*"(?:[^"\\\n]|\\.)*")+$/.test(list) ? [`[${list}]`] : [];
}

/** Where JSON begins within prose: at the start of a line or after a colon, unlike the bracket in `row["id"]`. */
function findOpening(text: string, bracket: string): number {
  const found = new RegExp(`(?:^|[\\n:：=])[ \\t]*\\${bracket}`).exec(text);
  return found ? found.index + found[0].length - 1 : text.length;
}

/**
 * Questions in a JSON value: a list of strings or of objects with a text, under any key but those of thoughts and
 * answers; an object of strings; questions as keys of their answers; and any of these within an object, or encoded in a
 * string.
 */
export function questionsInJson(value: unknown, depth = 0): string[] {
  if (depth > MAX_DEPTH) return [];
  if (typeof value === 'string') return questionsInString(value, depth);
  if (Array.isArray(value)) return value.flatMap((item) => questionsInItem(item, depth + 1));
  if (typeof value !== 'object' || value === null || isSchema(value)) return [];
  const all = Object.entries(value);
  const entries = all.filter(([key]) => QUESTION_KEY.test(key) || !BESIDE_KEY.test(key));
  const lists = entries.filter(([, inner]) => Array.isArray(inner));
  const preferred = lists.filter(([key]) => QUESTION_KEY.test(key));
  const within = (some: readonly (readonly [string, unknown])[]) =>
    some.flatMap(([, inner]) => questionsInJson(inner, depth + 1));
  for (const some of [preferred, lists]) {
    const found = within(some);
    if (found.length > 0) return found;
  }
  const numbered = within(entries.filter(([key]) => NUMBERED_KEY.test(key)));
  if (numbered.length > 0) return numbered;
  const single = textIn(value);
  if (single !== undefined) return questionsInString(single, depth + 1);
  if (all.length > 0 && all.every(([key, inner]) => /[?？]$/u.test(key) && typeof inner !== 'object')) {
    return all.map(([key]) => key);
  }
  const nested = entries.filter(([key, inner]) => isRecord(inner) || (key === 'arguments' && isEncoded(inner)));
  return within(nested);
}

function questionsInItem(item: unknown, depth: number): string[] {
  if (isRecord(item)) {
    const text = textIn(item);
    if (text !== undefined) return [text];
  }
  if (Array.isArray(item)) return questionInRow(item);
  return typeof item === 'string' || isRecord(item) ? questionsInJson(item, depth) : [];
}

/** The question in a list of a question and its answer, number or kind. */
function questionInRow(row: readonly unknown[]): string[] {
  const texts = row.filter((cell) => typeof cell === 'string');
  const asking = texts.find((text) => /[?？]["”』」]?\s*$/u.test(text));
  return asking === undefined ? [] : [asking];
}

/** A question; or JSON, or lines of questions, in a string. */
function questionsInString(text: string, depth: number): string[] {
  const encoded = isEncoded(text) ? findJson(text) : undefined;
  if (encoded !== undefined) return questionsInJson(encoded, depth + 1);
  const lines = text.split(/\n|(?<=[?？])\s*(?=[（(]?\d{1,2}[.、)）]\s*\S)/u).filter((line) => line.trim() !== '');
  return lines.every((line) => /[?？]["”』」]?\s*$/u.test(line) || /^\s*\d{1,2}[.、)]/.test(line)) ? lines : [text];
}

/** The text of a question in an object; undefined if there is none. */
function textIn(item: object): string | undefined {
  const entries = Object.entries(item).filter(([, value]) => typeof value === 'string');
  const named =
    TEXT_KEYS.map((name) => entries.find(([key]) => key === name)).find((entry) => entry) ??
    entries.find(([key]) => QUESTION_KEY.test(key) && !BESIDE_KEY.test(key) && !NUMBERED_KEY.test(key));
  return named?.[1];
}

/** The schema that was asked for, repeated instead of an answer. */
function isSchema(value: object): boolean {
  return 'properties' in value && 'type' in value && isRecord(value.properties);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isEncoded(value: unknown): boolean {
  return typeof value === 'string' && /^\s*[[{]/.test(value);
}

/** One JSON value per line; other lines are skipped. */
function jsonLines(text: string): unknown {
  const values = text
    .split('\n')
    .map((line) => parse(line.trim().replace(/,$/, '')))
    .filter((value) => value !== undefined);
  return values.length > 0 ? values : undefined;
}

/** A complete string in a list, or after a key for texts. */
const COMPLETE_STRING = new RegExp(
  `(?<=(?:[[,]|["'](?:${TEXT_KEYS.join('|')})["']\\s*:)\\s{0,20})("(?:[^"\\\\]|\\\\.)*"|'(?:[^'\\\\]|\\\\.)*')\\s*(?=[,\\]}])`,
  'g',
);

/** The complete questions of a JSON answer that was cut off. */
function completeStrings(text: string): unknown {
  if (/[\]}]\s*(?:```\s*)?$/.test(text)) return undefined;
  const start = /(^|\n)\s*(\{\s*["']\w+["']\s*:\s*\[|\[)\s*["'{]/.exec(text);
  if (!start) return undefined;
  const values = [...text.slice(start.index).matchAll(COMPLETE_STRING)].map(([, string = '']) =>
    string.startsWith("'") ? string.slice(1, -1).replaceAll("\\'", "'") : parseString(string),
  );
  return values.filter((value) => value !== undefined);
}

/** JSON with Python's or JavaScript's quotes, commas and keys, if its strings can be told apart. */
function repaired(text: string): unknown {
  const ascii = withAsciiPunctuation(text);
  if (!/^[[{].*[\]}]$/s.test(ascii) || !isStructure(ascii) || ascii.length > MAX_REPAIRED) return undefined;
  try {
    const value: unknown = JSON.parse(jsonrepair(ascii));
    // With quotation marks of two kinds the repair may change a text. Then it is no reading but a guess.
    const plain = unescaped(ascii);
    return questionsInJson(value).every((question) => plain.includes(unescaped(question))) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Full-width brackets, commas and colons between strings, as models that write Chinese put them. */
function withAsciiPunctuation(text: string): string {
  if (!/[｛［，、：]/u.test(text)) return text;
  return text
    .replace(/^\s*[｛［]|(?<=[:：]\s*)［/gu, (bracket) => bracket.normalize('NFKC'))
    .replace(/(?<=["”}\]］]\s*)[］｝]/gu, (bracket) => bracket.normalize('NFKC'))
    .replace(/(?<=["”}\]]\s*)[，、](?=\s*["“{[])/gu, ',')
    .replace(/(?<=["”]\s*)：(?=\s*["“{[\d])/gu, ':');
}

function unescaped(text: string): string {
  return text
    .replace(/\\u([0-9a-f]{4})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .replace(/\\[nrt]/g, ' ')
    .replaceAll('\\', '')
    .replace(/\s+/g, ' ');
}

function parseString(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function parse(text: string): unknown {
  return /^[[{]/.test(text) ? parseString(text) : undefined;
}

function firstDefined(texts: readonly string[], read: (text: string) => unknown): unknown {
  for (const text of texts) {
    const value = read(text);
    if (value !== undefined) return value;
  }
  return undefined;
}
