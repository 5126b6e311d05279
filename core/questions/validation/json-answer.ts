/** Keys under which models put a question's wording. */
const WORDING = ['question', 'query', 'text', 'content', '问题', '提问'];

/**
 * The first JSON object or array in a text: the whole of it, a fenced block, or what stands between brackets; of one that
 * was cut off, the questions that it has in whole; else undefined.
 */
export function findJson(text: string): unknown {
  const fenced = [...text.matchAll(/```[a-z]*\s*\n([\s\S]*?)(?:```|$)/gi)].map((match) => match[1] as string);
  const between = ['{}', '[]'].map(([open, close]) =>
    text.slice(opening(text, open as string), text.lastIndexOf(close as string) + 1),
  );
  for (const candidate of [text, ...fenced, ...between]) {
    const value = parse(candidate.trim());
    if (value !== undefined) return value;
  }
  return jsonLines(text) ?? finishedStrings(text);
}

/** Where JSON begins amid prose: at the head of a line or behind a colon, unlike the bracket in `row["id"]`. */
function opening(text: string, bracket: string): number {
  const found = new RegExp(`(?:^|[\\n:：])[ \\t]*\\${bracket}`).exec(text);
  return found ? found.index + found[0].length - 1 : text.length;
}

/** Questions in a JSON value: a list of strings or of objects with a wording, under any key, or an object of strings. */
export function questionsInJson(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(wording);
  if (typeof value !== 'object' || value === null) return [];
  const lists = Object.values(value).filter(Array.isArray);
  const preferred = (value as Record<string, unknown>).questions;
  if (Array.isArray(preferred)) return preferred.flatMap(wording);
  if (lists.length > 0) return (lists[0] as unknown[]).flatMap(wording);
  const single = wording(value);
  if (single.length > 0) return single;
  return Object.entries(value)
    .filter(([key]) => /^(q|question|query|问题|提问)?\s*_?[\d一二三四五六七八九十]+$/iu.test(key))
    .flatMap(([, inner]) => wording(inner));
}

function wording(item: unknown): string[] {
  if (typeof item === 'string') return [item];
  if (typeof item !== 'object' || item === null) return [];
  for (const key of WORDING) {
    const value = (item as Record<string, unknown>)[key];
    if (typeof value === 'string') return [value];
  }
  return [];
}

/** One JSON object a line. */
function jsonLines(text: string): unknown {
  const values = text
    .split('\n')
    .map((line) => parse(line.trim().replace(/,$/, '')))
    .filter((value) => value !== undefined);
  return values.length > 0 ? values : undefined;
}

/** A string of a list, or behind a key for wordings. */
const FINISHED = new RegExp(
  `(?<=(?:[[,]|"(?:${WORDING.join('|')})"\\s*:)\\s*)("(?:[^"\\\\]|\\\\.)*")\\s*(?=[,\\]}])`,
  'g',
);

/** The questions that a JSON answer cut off in the middle has in whole. */
function finishedStrings(text: string): unknown {
  const start = /(^|\n)\s*(\{\s*"\w+"\s*:\s*\[|\[)\s*["{]/.exec(text);
  if (!start) return undefined;
  const values = [...text.slice(start.index).matchAll(FINISHED)].map((match) => parseString(match[1] as string));
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
