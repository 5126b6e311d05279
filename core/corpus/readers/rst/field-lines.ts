import { dedented, endOfIndented, indentOf, isBlank } from './lines.ts';

export interface FieldLine {
  readonly indent: string;
  /** Its name and text; empty for a field that shows nothing. */
  readonly text: string;
  /** What is below it, as blocks. */
  readonly body: readonly string[];
  readonly end: number;
}

const FIELD = /^(\s*):([^:\s`](?:[^:`\n]*[^:\s`])?):(?:\s+(.*))?$/;
/** Fields of a page that are for the program. */
const SETTINGS = /^(?:orphan|tocdepth|nocomments|no-?search|hide-toc|layout|robots)$/i;
/** Words of Sphinx for the parameters of a function. */
const PARAMETER = /^(?:param|parameter|arg|argument|key|keyword)\s+(?:.*\s)?(\S+)$/;
/** Names of options are short: without limits, a long line of dashes could be divided in many ways. */
const OPTION =
  /^(\s*)((?:-\w|--[\w-]{1,60}|\/[A-Z])(?:(?:[ =]|\b)?(?:<[^>]{1,60}>|[\w-]{1,60}))?(?:, (?:-{1,2}[\w-]{1,60}|\/[A-Z])(?:[ =](?:<[^>]{1,60}>|[\w-]{1,60}))?)*)\s{2,}(\S.*)$/;

/** The field that begins in a line: `:name: text`. */
export function fieldAt(lines: readonly string[], i: number): FieldLine | undefined {
  const [, indent = '', name, first = ''] = FIELD.exec(lines[i] ?? '') ?? [];
  if (name === undefined) return undefined;
  const end = endOfIndented(lines, i + 1, indent.length + 1);
  const { lead, body } = contentOf(first, lines.slice(i + 1, end));
  if (SETTINGS.test(name)) return { indent, text: '', body: [], end };
  const shown = PARAMETER.exec(name)?.[1] ?? name;
  return { indent, text: `${shown}: ${lead}`.trim(), body, end };
}

/** The option of a command that begins in a line, after which two spaces are before its description. */
export function optionAt(lines: readonly string[], i: number): FieldLine | undefined {
  const [, indent = '', option, first = ''] = OPTION.exec(lines[i] ?? '') ?? [];
  if (option === undefined) return undefined;
  const end = endOfIndented(lines, i + 1, indent.length + 1);
  const { lead, body } = contentOf(first, lines.slice(i + 1, end));
  return { indent, text: `${option} ${lead}`, body, end };
}

/** The first paragraph, and the blocks after it. */
function contentOf(first: string, below: readonly string[]): { lead: string; body: readonly string[] } {
  const content = dedented(below);
  const blank = content.findIndex((line) => isBlank(line));
  const isList = /^(?:[-*+•]|\w{1,3}[.)]|\.\.|:)\s?/.test(content[0] ?? '');
  const paragraph = isList ? [] : content.slice(0, blank === -1 ? content.length : blank);
  return {
    lead: [first, ...paragraph]
      .map((line) => line.trim())
      .join(' ')
      .trim(),
    body: content.slice(paragraph.length),
  };
}

/** Lines that begin with a bar, each of which stays a line; indented ones without it go on with the line before. */
export function lineBlockAt(
  lines: readonly string[],
  i: number,
): { lines: readonly string[]; end: number } | undefined {
  const isLine = (line: string | undefined) => /^\s*\|(?:\s|$)/.test(line ?? '');
  if (!isLine(lines[i])) return undefined;
  const found: string[] = [];
  const indent = indentOf(lines[i] as string);
  let end = i;
  for (; end < lines.length && !isBlank(lines[end]); end += 1) {
    const line = lines[end] as string;
    if (isLine(line)) found.push(line.trim().slice(1).trim());
    else if (indentOf(line) > indent) found[found.length - 1] += ` ${line.trim()}`;
    else break;
  }
  return { lines: found.filter((line) => line !== ''), end };
}
