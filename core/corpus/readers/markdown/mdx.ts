const IMPORT = /^import\s+(?:[\w$*{},\s]+?\s+from\s+)?(['"])[^'"\n]+\1;?[ \t]*$/m;
const MODULE_LINE = /^(?:import\s*(?:[\w$*{]|['"])|export\s+(?:const|let|var|function|async|class|default|\{|\*))/;

/** Characters of an expression: a brace that is longer open is text. */
const MAX_EXPRESSION = 5000;

/** Whether Markdown is MDX: it imports components and uses one. */
export function isMdx(source: string): boolean {
  const prose = source.replace(/^(`{3,}|~{3,})[\s\S]*?^\1/gm, '');
  return IMPORT.test(prose) && /<[A-Z]/.test(prose);
}

/** MDX without its imports and exports, which end at a blank line outside brackets. Code in fences is not changed. */
export function withoutModules(source: string): string {
  const kept: string[] = [];
  let fence: string | undefined;
  let open: number | undefined;
  let atStart = true;
  for (const line of source.split('\n')) {
    const mark = /^\s*(`{3,}|~{3,})/.exec(line)?.[1];
    if (open === undefined && mark !== undefined)
      fence = fence === undefined ? mark : mark.startsWith(fence) ? undefined : fence;
    const begins = open === undefined && fence === undefined && atStart && MODULE_LINE.test(line);
    if (begins) open = 0;
    if (open !== undefined) {
      open += depthOf(line);
      // A statement ends with its brackets; another one may follow in the next line.
      if (open <= 0 && (line.trim() === '' || /[;})'"`\]]\s*$/.test(line))) open = undefined;
      atStart = true;
      continue;
    }
    atStart = line.trim() === '';
    kept.push(line);
  }
  return kept.join('\n');
}

/** How many more brackets a line of JavaScript opens than it closes, strings and comments apart. */
function depthOf(line: string): number {
  const code = line.replace(/'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`(?:\\.|[^`\\])*`|\/\/.*$/g, '');
  return (code.match(/[([{]/g)?.length ?? 0) - (code.match(/[)\]}]/g)?.length ?? 0);
}

/**
 * The end of an expression in braces that begins at `start`, after its closing brace; undefined if it does not end.
 */
export function endOfExpression(text: string, start: number): number | undefined {
  let depth = 0;
  for (let at = start; at < Math.min(text.length, start + MAX_EXPRESSION); at += 1) {
    const char = text[at] as string;
    if (char === '{') depth += 1;
    else if (char === '}') {
      depth -= 1;
      if (depth === 0) return at + 1;
    } else if (char === '"' || char === "'" || char === '`') {
      const end = endOfString(text, at);
      // An apostrophe in the text of an element is no string.
      if (end !== undefined) at = end - 1;
    } else if (char === '/' && text[at + 1] === '*') {
      const end = text.indexOf('*/', at + 2);
      if (end === -1) return undefined;
      at = end + 1;
    }
  }
  return undefined;
}

function endOfString(text: string, start: number): number | undefined {
  const quote = text[start] as string;
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === quote) return at + 1;
    else if (text[at] === '\n' && quote !== '`') return undefined;
  }
  return undefined;
}

/** The text that an expression shows: that of a string, else none. */
export function textOfExpression(expression: string): string {
  const inner = expression.slice(1, -1).trim();
  const string = /^(['"`])((?:\\.|(?!\1)[^\\])*)\1$/.exec(inner);
  return string ? (string[2] as string).replace(/\$\{[^}]*\}/g, '').replace(/\\(.)/g, '$1') : '';
}
