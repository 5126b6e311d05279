import { parse } from 'yaml';
import { questionsInJson } from './json-answer.ts';

/** What heads a column, or a key, of questions. */
const QUESTION =
  /question|quer(?:y|ies)|问题|提问|問題|質問|クエリ|질문|frage|pregunta|consulta|requête|domand|pergunt/iu;
const ASKS = /[?？]["”』」*_`]*$/u;

/** Longer texts are no YAML of a language model's. */
const MAX_YAML = 20_000;
const YAML = /^\s*(?:---\s*$|[\p{L}_]+\s*:\s*(?:[[|>][^\n]*)?$|-\s+[\p{L}_\d]+\s*:\s|-\s*[|>][+-]?\s*$)/mu;

/**
 * Questions in YAML, fenced or bare: a list of texts or of objects with one, block scalars included. Undefined if it is
 * none, or if an item of it is no question: unquoted text with a colon is a key to YAML.
 */
export function yamlQuestions(text: string): string[] | undefined {
  const fenced = /```ya?ml\s*\n([\s\S]*?)(?:```|$)/i.exec(text)?.[1];
  const source = fenced ?? text;
  if (source.length > MAX_YAML || !(fenced || YAML.test(source))) return undefined;
  let value: unknown;
  try {
    value = parse(source, { logLevel: 'silent', maxAliasCount: 0 });
  } catch {
    return undefined;
  }
  if (typeof value !== 'object') return undefined;
  const questions = questionsInJson(value);
  return questions.length > 0 && questions.length >= itemsIn(value) ? questions : undefined;
}

/** Items of the longest list in a value. */
function itemsIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return Math.max(Array.isArray(value) ? value.length : 0, ...Object.values(value).map(itemsIn), 0);
}

const SEPARATOR = /^\s*\|?(?:\s*:?-+:?\s*\|)+(?:\s*:?-+:?\s*)?$/;

/**
 * Questions in a Markdown table: the column whose head says so, else the only one that asks; none if there is no such
 * column. Undefined if there is no table.
 */
export function tableQuestions(text: string): string[] | undefined {
  const lines = text.split(/\r?\n/);
  const at = lines.findIndex((line, i) => i > 0 && SEPARATOR.test(line) && lines[i - 1]?.includes('|'));
  if (at === -1) return undefined;
  const below = lines.slice(at + 1);
  const end = below.findIndex((line) => !line.includes('|'));
  const rows = below.slice(0, end === -1 ? undefined : end).map(cellsOf);
  return columnOfQuestions(cellsOf(lines[at - 1] ?? ''), rows) ?? [];
}

/** The same for comma-, semicolon- or tab-separated values below a head that names a column of questions. */
export function delimitedQuestions(text: string): string[] | undefined {
  const [head = '', ...lines] = text.split(/\r?\n/).filter((line) => !/^\s*(?:```|$)/.test(line));
  const delimiter = ['\t', ';', ','].find((mark) => head.includes(mark));
  if (delimiter === undefined || lines.length === 0) return undefined;
  const heads = head.split(delimiter).map((cell) => cell.trim().replace(/^"|"$/g, ''));
  // A head is of single words; a question with a comma is none.
  if (!heads.every((cell) => /^[\p{L}\d_# ]{1,20}$/u.test(cell)) || !heads.some((cell) => QUESTION.test(cell))) {
    return undefined;
  }
  const cell = new RegExp(`(?:^|${delimiter})\\s*(?:"((?:[^"]|"")*)"|([^${delimiter}"]*))\\s*(?=${delimiter}|$)`, 'g');
  const rows = lines.map((line) =>
    [...line.matchAll(cell)].map(([, quoted, bare = '']) => quoted?.replaceAll('""', '"') ?? bare),
  );
  return rows.every((row) => row.length === heads.length) ? columnOfQuestions(heads, rows) : undefined;
}

function columnOfQuestions(heads: readonly string[], rows: readonly (readonly string[])[]): string[] | undefined {
  const columns = heads.map((head, column) => ({ head, cells: rows.map((row) => (row[column] ?? '').trim()) }));
  const named = columns.filter(({ head }) => QUESTION.test(head));
  const asking = columns.filter(({ cells }) => cells.length > 0 && cells.every((cell) => ASKS.test(cell)));
  const chosen = named.length > 0 ? named : asking.length === 1 ? asking : [];
  const cells = chosen.flatMap(({ cells }) => cells).filter((cell) => cell !== '');
  return cells.length > 0 ? cells : undefined;
}

function cellsOf(line: string): string[] {
  const inner = line.trim().replace(/^\||(?<!\\)\|$/g, '');
  return inner.split(/(?<!\\)\|/).map((cell) => cell.replaceAll('\\|', '|').trim());
}

/** Values of TOML: `text = "…"`. */
const ASSIGNED =
  /^(?:questions?|quer(?:y|ies)|text|content|问题)(?:_?\d+)?[ \t]*=[ \t]*("(?:[^"\\\n]|\\.)*")[ \t]*$/gimu;

/** Questions in TOML, a line each; undefined if there are none. */
export function tomlQuestions(text: string): string[] | undefined {
  const strings = [...text.matchAll(ASSIGNED)].map(([, string = '""']) => string);
  return strings.length > 0 ? strings.map((string) => string.slice(1, -1).replace(/\\(.)/g, '$1')) : undefined;
}

/** Arguments of a tool call in the formats of GLM and Qwen-Coder, as a server without their parsers sends them. */
const TOOL_TAGS =
  /<tool_call>[ \t]*[\w.-]*|<arg_key>[^<\n]*<\/arg_key>|<\/?(?:arg_value|parameter(?:=[\w.-]+)?|function(?:=[\w.-]+)?)>|<\/tool_call>/gi;

/** The text without the tags of tool calls, and with line ends for those of HTML after questions. */
export function withoutTags(text: string): string {
  const called = text.includes('<tool_call>') ? text.replace(TOOL_TAGS, '\n') : text;
  return called.replace(/(?<=[?？])\s*<br\s*\/?>/giu, '\n');
}

/** A line that ends with a box in LaTeX, as models of mathematics mark their results: `The answer is: $\boxed{…}$`. */
const BOX = /\\boxed\s*\{/g;

/** The contents of LaTeX boxes, a line each; the whole text where there is none, or it stands within a sentence. */
export function withoutBoxes(text: string): string {
  const contents: string[] = [];
  let from = 0;
  for (const { index, 0: head } of text.matchAll(BOX)) {
    if (index < from) continue;
    const start = index + head.length;
    const end = closingBrace(text, start);
    if (end === -1) return text;
    const before = text.slice(text.lastIndexOf('\n', index - 1) + 1, index);
    const after = text.slice(end + 1).split('\n', 1)[0] ?? '';
    if (!/(?:^|[:：]|\bis)[\s$*\\[(\d.、)-]*$/iu.test(before) || /[\p{L}\p{N}]/u.test(after)) return text;
    contents.push(
      text
        .slice(start, end)
        .replace(/\\text(?:bf|it|rm)?\s*\{([^{}]*)\}/g, '$1')
        .replace(/\\(?:begin|end)\{[^{}]*\}(?:\{[^{}]*\})?|\\\\/g, '\n')
        .replace(/\\[ ,;:!]/g, ' '),
    );
    from = end;
  }
  return contents.some((content) => /\p{L}{2}/u.test(content)) ? contents.join('\n') : text;
}

function closingBrace(text: string, start: number): number {
  let depth = 1;
  for (let at = start; at < text.length; at++) {
    if (text[at] === '{') depth++;
    else if (text[at] === '}' && --depth === 0) return at;
  }
  return -1;
}
