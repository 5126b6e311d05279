import { Unreadable } from '../document-content.ts';

/*
 * micromark takes time that grows with the square of some kinds of nesting, or worse: a file of 100 kB may take hours.
 * The nesting is estimated here in one pass. Real documents stay far below these limits.
 */

/** Lists, quotations and footnotes in each other. */
const MAX_CONTAINERS = 100;
/** Pairs of brackets in each other. */
const MAX_BRACKETS = 200;
/** Of a longer run of `*`, `_`, `~` or backticks, the rest is left out. */
const MAX_RUN = 256;

const LONG_RUN = new RegExp(String.raw`([*_~\`])\1{${MAX_RUN},}`, 'g');
const MARKER = /(?:>|[-*+](?=[ \t]|$)|\d{1,9}[.)](?=[ \t]|$)|\[\^[^\]\s]+\]:)[ \t]*/y;
const RULE = /^[ \t]*([-*_])(?:[ \t]*\1){2,}[ \t]*$/;

/**
 * Markdown that is rendered in reasonable time.
 * @throws Unreadable if it is nested too deeply.
 */
export function limitNesting(markdown: string): string {
  const lines = markdown.split('\n');
  checkContainers(lines);
  checkBrackets(markdown);
  return markdown.replace(LONG_RUN, (run) => run.slice(0, MAX_RUN));
}

/** Counts containers by the columns at which their contents begin. */
function checkContainers(lines: readonly string[]): void {
  const contents: number[] = [];
  for (const line of lines) {
    const indent = line.search(/[^ \t]/);
    if (indent === -1 || RULE.test(line)) continue;
    while ((contents.at(-1) ?? -1) > indent) contents.pop();
    MARKER.lastIndex = indent;
    while (MARKER.test(line)) {
      contents.push(MARKER.lastIndex);
      if (contents.length > MAX_CONTAINERS) throw new Unreadable('nested too deeply');
    }
  }
}

/** Brackets that are not closed do not count. */
function checkBrackets(text: string): void {
  // Of each open bracket, how many pairs are in each other within it.
  const open: number[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (char === '\\') at += 1;
    else if (char === '[') open.push(0);
    else if (char === ']') {
      const inner = (open.pop() ?? -1) + 1;
      if (inner > MAX_BRACKETS) throw new Unreadable('nested too deeply');
      const outer = open.length - 1;
      if (outer >= 0) open[outer] = Math.max(open[outer] as number, inner);
    } else if (char === '\n' && text[at + 1] === '\n') open.length = 0;
  }
}
