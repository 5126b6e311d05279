/** Keys under which models put the text of a question. */
const TEXT_KEYS = ['question', 'query', 'text', 'content', '问题', '提问'];

/**
 * The first JSON object or array in a text: the whole text, a fenced block, what stands between brackets, or JSON
 * Lines. For JSON that was cut off, its complete questions as a list. Undefined if there is none.
 */
export function findJson(text: string): unknown {
  const fenced = [...text.matchAll(/```[a-z]*\s*\n([\s\S]*?)(?:```|$)/gi)].map(([, block = '']) => block);
  const bracketed = (
    [
      ['{', '}'],
      ['[', ']'],
    ] as const
  ).map(([open, close]) => text.slice(findOpening(text, open), text.lastIndexOf(close) + 1));
  for (const candidate of [text, ...fenced, ...bracketed]) {
    const value = parse(candidate.trim());
    if (value !== undefined) return value;
  }
  return jsonLines(text) ?? completeStrings(text);
}

/** Where JSON begins within prose: at the start of a line or after a colon, unlike the bracket in `row["id"]`. */
function findOpening(text: string, bracket: string): number {
  const found = new RegExp(`(?:^|[\\n:：])[ \\t]*\\${bracket}`).exec(text);
  return found ? found.index + found[0].length - 1 : text.length;
}

/** Questions in a JSON value: a list of strings or of objects with a text, under any key; or an object of strings. */
export function questionsInJson(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(textIn);
  if (typeof value !== 'object' || value === null) return [];
  const lists = Object.values(value).filter(Array.isArray);
  const preferred = (value as Record<string, unknown>).questions;
  if (Array.isArray(preferred)) return preferred.flatMap(textIn);
  if (lists[0]) return lists[0].flatMap(textIn);
  const single = textIn(value);
  if (single.length > 0) return single;
  return Object.entries(value)
    .filter(([key]) => /^(q|question|query|问题|提问)?\s*_?[\d一二三四五六七八九十]+$/iu.test(key))
    .flatMap(([, inner]) => textIn(inner));
}

function textIn(item: unknown): string[] {
  if (typeof item === 'string') return [item];
  if (typeof item !== 'object' || item === null) return [];
  for (const key of TEXT_KEYS) {
    const value = (item as Record<string, unknown>)[key];
    if (typeof value === 'string') return [value];
  }
  return [];
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
  `(?<=(?:[[,]|"(?:${TEXT_KEYS.join('|')})"\\s*:)\\s*)("(?:[^"\\\\]|\\\\.)*")\\s*(?=[,\\]}])`,
  'g',
);

/** The complete questions of a JSON answer that was cut off. */
function completeStrings(text: string): unknown {
  const start = /(^|\n)\s*(\{\s*"\w+"\s*:\s*\[|\[)\s*["{]/.exec(text);
  if (!start) return undefined;
  const values = [...text.slice(start.index).matchAll(COMPLETE_STRING)].map(([, string = '']) => parseString(string));
  return values.filter((value) => value !== undefined);
}

function parseString(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function parse(text: string): unknown {
  if (!/^[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
